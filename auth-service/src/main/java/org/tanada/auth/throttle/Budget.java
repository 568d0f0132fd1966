package org.tanada.auth.throttle;

import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A rate for each key, whichever servers it is spent at. Each server counts for itself as well, a
 * bounded number of keys: what has no room by that needs no look at the rows, and while those
 * cannot be reached it is what there is. Safe for many threads.
 */
final class Budget {
  private static final int MAX_KEYS = 20_000;

  private final String name;
  private final Rate rate;
  private final SpentBudgets spent;
  private final InstantSource clock;
  private final Map<String, Instant> own =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
          return size() > MAX_KEYS;
        }
      };

  Budget(String name, Rate rate, SpentBudgets spent, InstantSource clock) {
    this.name = name;
    this.rate = rate;
    this.spent = spent;
    this.clock = clock;
  }

  /** Whether one more is left. */
  boolean left(String key) {
    Instant now = clock.instant();
    synchronized (own) {
      if (!rate.left(own.get(key), now)) {
        return false;
      }
    }
    Instant shared = spent.earnedAt(name, key);
    if (shared == null || rate.left(shared, now)) {
      return true;
    }
    synchronized (own) { // known from now on, without another look
      own.merge(key, shared, (here, there) -> here.isAfter(there) ? here : there);
    }
    return false;
  }

  /** Spends one, whether it is left or not. */
  void spend(String key) {
    synchronized (own) {
      own.put(key, rate.spend(own.get(key), clock.instant()));
    }
    spent.spend(name, key, rate);
  }
}
