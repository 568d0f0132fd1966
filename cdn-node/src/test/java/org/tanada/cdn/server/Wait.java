package org.tanada.cdn.server;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waiting for a condition, with a deadline. */
final class Wait {
  private Wait() {}

  static void until(Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it did not become true in time");
      }
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
  }
}
