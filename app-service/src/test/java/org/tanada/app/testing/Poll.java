package org.tanada.app.testing;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what happens in the background. */
public final class Poll {
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  private Poll() {}

  /** Returns when the condition holds; fails after two minutes. */
  public static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + DEADLINE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("did not happen within " + DEADLINE);
      }
      java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
    }
  }
}
