package org.tanada.auth.throttle;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

  /** What there is of it for a key; null for none. */
  @Nullable Share of(@Nullable String key) {
    return key == null ? null : new Share(this, key);
  }

  /** One key's share of a budget. */
  record Share(Budget budget, String key) {
    private boolean left(Instant now) {
      synchronized (budget.own) {
        return budget.rate.left(budget.own.get(key), now);
      }
    }

    /** The same by what all servers have spent; known from now on without another look. */
    private boolean left(@Nullable Instant shared, Instant now) {
      if (shared == null || budget.rate.left(shared, now)) {
        return true;
      }
      synchronized (budget.own) {
        budget.own.merge(key, shared, (here, there) -> here.isAfter(there) ? here : there);
      }
      return false;
    }

    private SpentBudgets.Key row() {
      return new SpentBudgets.Key(budget.name, key);
    }
  }

  /**
   * Whether one more is left of each, by one look at what other servers have spent.
   *
   * @param wanted all of the same servers' budgets; null where there is nothing to be spent
   */
  static boolean left(@Nullable Share... wanted) {
    List<Share> shares = Arrays.stream(wanted).flatMap(Stream::ofNullable).toList();
    if (shares.isEmpty()) {
      return true;
    }
    Budget budget = shares.getFirst().budget; // all look at the same rows, by the same clock
    Instant now = budget.clock.instant();
    if (!shares.stream().allMatch(share -> share.left(now))) {
      return false;
    }
    List<@Nullable Instant> spent = budget.spent.earnedAt(shares.stream().map(Share::row).toList());
    boolean left = true;
    for (int i = 0; i < shares.size(); i++) {
      left &= shares.get(i).left(spent.get(i), now);
    }
    return left;
  }

  /** Spends one, whether it is left or not. */
  void spend(String key) {
    synchronized (own) {
      own.put(key, rate.spend(own.get(key), clock.instant()));
    }
    spent.spend(name, key, rate);
  }
}
