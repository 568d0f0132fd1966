package org.tanada.auth.revocation;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.common.lifecycle.RepeatedWork;
import org.tanada.common.problem.ProblemException;

/** Reads the log twice a second, as other auth servers write to it, too, and sweeps it. */
@Component
final class RevocationReader extends RepeatedWork {
  private static final Logger log = LoggerFactory.getLogger(RevocationReader.class);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration SWEEP = Duration.ofMinutes(1);

  private final RevocationLog revocations;
  private final InstantSource clock;
  private Instant swept = Instant.EPOCH;
  private boolean failing;

  RevocationReader(RevocationLog revocations, InstantSource clock) {
    super("revocations", 0);
    this.revocations = revocations;
    this.clock = clock;
  }

  @Override
  protected Duration step() {
    try {
      revocations.read();
      Instant now = clock.instant();
      if (now.isAfter(swept.plus(SWEEP))) {
        swept = now;
        revocations.sweep();
      }
      if (failing) {
        log.info("revocations are read again");
      }
      failing = false;
    } catch (ProblemException e) {
      if (!failing) {
        log.warn("revocations cannot be read: {}", e.getMessage());
      }
      failing = true;
    }
    return PAUSE;
  }
}
