package org.tanada.auth.throttle;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * So many at once, then one an interval, for each key; a bounded number of keys. Safe for many
 * threads.
 */
final class Budget {
  // The generic cell rate algorithm (ITU-T I.371, annex A): of each key only the time is kept at
  // which all that was spent would have been earned.
  private static final int MAX_KEYS = 20_000;

  private final InstantSource clock;
  private final Duration every;
  private final Duration depth;
  private final Map<String, Instant> earned =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
          return size() > MAX_KEYS;
        }
      };

  Budget(InstantSource clock, int burst, Duration every) {
    this.clock = clock;
    this.every = every;
    this.depth = every.multipliedBy(burst - 1L);
  }

  /** Whether one more is left. */
  synchronized boolean left(String key) {
    Instant at = earned.get(key);
    return at == null || !at.isAfter(clock.instant().plus(depth));
  }

  /** Spends one, whether it is left or not. */
  synchronized void spend(String key) {
    Instant now = clock.instant();
    Instant at = earned.get(key);
    Instant from = at == null || at.isBefore(now) ? now : at;
    Instant most = now.plus(depth).plus(every); // many at a time run up no debts
    Instant next = from.plus(every);
    earned.put(key, next.isAfter(most) ? most : next);
  }
}
