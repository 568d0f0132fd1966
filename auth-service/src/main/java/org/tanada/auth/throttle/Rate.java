package org.tanada.auth.throttle;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * So many at once, then one an interval.
 *
 * @param depth how far ahead may be spent
 * @param every the interval
 */
record Rate(Duration depth, Duration every) {
  // The generic cell rate algorithm (ITU-T I.371, annex A): of all that was spent only the time is
  // kept at which it would have been earned.

  /** A rate of so many at once. */
  static Rate of(int burst, Duration every) {
    return new Rate(every.multipliedBy(burst - 1L), every);
  }

  /**
   * Whether one more is left.
   *
   * @param earnedAt when all that was spent will have been earned; null if nothing was
   */
  boolean left(@Nullable Instant earnedAt, Instant now) {
    return earnedAt == null || !earnedAt.isAfter(now.plus(depth));
  }

  /** The same time after one more was spent, whether it was left or not. */
  Instant spend(@Nullable Instant earnedAt, Instant now) {
    Instant from = earnedAt == null || earnedAt.isBefore(now) ? now : earnedAt;
    Instant most = now.plus(depth).plus(every); // many at a time run up no debts
    Instant next = from.plus(every);
    return next.isAfter(most) ? most : next;
  }
}
