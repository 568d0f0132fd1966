package org.tanada.deploy.backup;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.tanada.deploy.state.OperatorException;

/** Waits for what comes by itself. */
public final class Waiting {
  private Waiting() {}

  /** Waits for a minute at most. */
  public static void until(String what, Callable<Boolean> condition) throws Exception {
    Instant deadline = Instant.now().plus(Duration.ofMinutes(2));
    String last = "not yet";
    while (Instant.now().isBefore(deadline)) {
      try {
        if (condition.call()) {
          return;
        }
      } catch (OperatorException e) {
        last = String.valueOf(e.getMessage()); // not ready: asked again
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
    throw new AssertionError(what + ": " + last);
  }
}
