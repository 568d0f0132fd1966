package org.tanada.common.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for what others bring about: another thread, process or server. */
public final class Poll {
  /** Long enough for a machine that does something else besides. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration PAUSE = Duration.ofMillis(20);

  private Poll() {}

  /** Returns when it holds; fails after two minutes, or as soon as the condition fails itself. */
  public static void until(Callable<Boolean> condition) {
    until("what was waited for", condition);
  }

  /**
   * The same.
   *
   * @param what it is, for the failure
   */
  public static void until(String what, Callable<Boolean> condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!holds(condition)) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not within " + PATIENCE + ": " + what);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private static boolean holds(Callable<Boolean> condition) {
    try {
      return condition.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
