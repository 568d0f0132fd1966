package org.tanada.common.membership;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition, with a deadline. */
public final class Eventually {
  private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(20);

  private Eventually() {}

  /** Returns when the condition holds; fails if it does not within 20 s. */
  public static void holds(BooleanSupplier condition) {
    long end = System.nanoTime() + DEADLINE_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("the condition did not come to hold");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }
}
