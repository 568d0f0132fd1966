package org.tanada.auth.audit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.common.account.AuditContract.What;

/**
 * Counts wrong passwords, so that somebody who tries many fills no log: of one account, or of one
 * network that guesses at accounts which do not exist, a minute has so many entries of its own, and
 * one more with the number of the others. Safe for many threads.
 */
@Component
final class FailedSignIns {
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int OWN_ENTRIES = 5;
  private static final int MAX_KEYS = 1_000;
  private static final Key OTHERS = new Key(null, null);

  private final InstantSource clock;
  private final Map<Key, Integer> counts = new HashMap<>();
  private Instant since = Instant.EPOCH;

  FailedSignIns(InstantSource clock) {
    this.clock = clock;
  }

  /** Whether the next one has an entry of its own. */
  synchronized boolean hasOwnEntry(@Nullable Long userId, @Nullable String network) {
    Key key = new Key(userId, userId == null ? network : null);
    boolean tooMany = !counts.containsKey(key) && counts.size() >= MAX_KEYS;
    return counts.merge(tooMany ? OTHERS : key, 1, Integer::sum) <= OWN_ENTRIES && !tooMany;
  }

  /** What the minute that is over had beyond that; begins the next one. */
  synchronized List<Event> over() {
    Instant now = clock.instant();
    if (now.isBefore(since.plus(WINDOW))) {
      return List.of();
    }
    since = now;
    List<Event> more = new ArrayList<>();
    counts.forEach((key, count) -> {
      int surplus = key.equals(OTHERS) ? count : count - OWN_ENTRIES;
      if (surplus > 0) {
        more.add(
            new Event(
                now,
                null,
                null,
                What.SIGN_IN_FAILED,
                key.userId(),
                key.network(),
                surplus + " more within a minute"));
      }
    });
    counts.clear();
    return more;
  }

  private record Key(@Nullable Long userId, @Nullable String network) {}
}
