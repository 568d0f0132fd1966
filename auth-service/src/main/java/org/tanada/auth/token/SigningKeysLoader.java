package org.tanada.auth.token;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.tanada.common.problem.ProblemException;

/** Fetches the signing key after start, again and again until the database is there. */
@Component
final class SigningKeysLoader implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(SigningKeysLoader.class);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final SigningKeys keys;
  private volatile @Nullable Thread loader;

  SigningKeysLoader(SigningKeys keys) {
    this.keys = keys;
  }

  @Override
  public void start() {
    loader = Thread.ofVirtual().name("signing-keys").start(this::load);
  }

  @Override
  public void stop() {
    Thread running = loader;
    loader = null;
    if (running != null) {
      running.interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return loader != null;
  }

  private void load() {
    boolean told = false;
    while (!Thread.currentThread().isInterrupted()) {
      try {
        keys.current();
        return;
      } catch (ProblemException e) {
        if (!told) {
          log.warn("the signing key cannot be had yet: {}", e.getMessage());
          told = true;
        }
      }
      try {
        Thread.sleep(PAUSE);
      } catch (InterruptedException e) {
        return; // the server stops
      }
    }
  }
}
