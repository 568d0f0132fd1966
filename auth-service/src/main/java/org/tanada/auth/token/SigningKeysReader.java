package org.tanada.auth.token;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.common.lifecycle.RepeatedWork;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * Fetches the signing keys after start, again and again until the database is there, and then every
 * second, as other servers rotate them, too.
 */
@Component
final class SigningKeysReader extends RepeatedWork {
  private static final Logger log = LoggerFactory.getLogger(SigningKeysReader.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration UNTIL_READY = Duration.ofMillis(500);

  private final SigningKeys keys;
  private final KeyRotation rotation;
  private boolean failing;

  SigningKeysReader(SigningKeys keys, KeyRotation rotation) {
    super("signing-keys", 0);
    this.keys = keys;
    this.rotation = rotation;
  }

  @Override
  protected Duration step() {
    try {
      rotation.maintain();
      failing = false;
    } catch (ProblemException e) {
      if (e.code() != ProblemCode.CONFLICT && !failing) { // else another server rotates
        log.warn("the signing keys cannot be read: {}", e.getMessage());
        failing = true;
      }
    }
    return keys.ready() ? PAUSE : UNTIL_READY;
  }
}
