package org.tanada.auth.throttle;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.auth.account.AccountBelonging;
import org.tanada.auth.store.AccountRows;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/** The networks that users have signed in from, on whichever server. */
@Component
final class KnownNetworks implements AccountBelonging {
  private static final Logger log = LoggerFactory.getLogger(KnownNetworks.class);
  private static final Duration EXACTNESS = Duration.ofDays(1);
  private static final Duration REMEMBERED = Duration.ofDays(90);
  private static final int MAX_NOTED = 10_000;

  private final AccountRows rows;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final int most;

  /** What this server has noted lately: a sign-in writes once a day at most. */
  private final Map<String, Instant> noted =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
          return size() > MAX_NOTED;
        }
      };

  KnownNetworks(
      AccountRows rows, IdGenerator ids, InstantSource clock, ThrottleProperties properties) {
    this.rows = rows;
    this.ids = ids;
    this.clock = clock;
    this.most = properties.networksPerUser();
  }

  /** Whether the user has signed in from there. {@code unavailable}. */
  boolean knows(long userId, String network) {
    Instant since = clock.instant().minus(REMEMBERED);
    return rows.ofOwner(KnownNetwork.TABLE, userId).stream()
        .map(Stored::value)
        .anyMatch(row -> row.network().equals(network) && row.lastUsedAt().isAfter(since));
  }

  /** The user has signed in from there. That does not fail for want of this note. */
  void note(long userId, String network) {
    String key = userId + " " + network;
    Instant now = clock.instant();
    synchronized (noted) {
      Instant before = noted.get(key);
      if (before != null && before.plus(EXACTNESS).isAfter(now)) {
        return;
      }
    }
    try {
      write(userId, network, now);
      synchronized (noted) {
        noted.put(key, now);
      }
    } catch (ProblemException e) { // unavailable, or another server was faster
      log.debug("a network of user {} is not noted: {}", userId, e.getMessage());
    }
  }

  private void write(long userId, String network, Instant now) {
    List<Stored<KnownNetwork>> all = rows.ofOwner(KnownNetwork.TABLE, userId);
    Stored<KnownNetwork> own =
        all.stream().filter(row -> row.value().network().equals(network)).findFirst().orElse(null);
    if (own == null) {
      all.stream()
          .sorted((a, b) -> b.value().lastUsedAt().compareTo(a.value().lastUsedAt()))
          .skip(most - 1L)
          .forEach(row -> rows.deleteIfPresent(KnownNetwork.TABLE, userId, row.id()));
      rows.commit(
          userId,
          Write.insert(KnownNetwork.TABLE, ids.nextBeside(userId), new KnownNetwork(network, now)));
    } else if (own.value().lastUsedAt().plus(EXACTNESS).isBefore(now)) {
      rows.commit(
          userId,
          Write.update(KnownNetwork.TABLE, own.id(), own.version(), Map.of("lastUsedAt", now)));
    }
  }

  @Override
  public Map<String, List<Object>> export(long userId) {
    return Map.of(
        "networks",
        rows.ofOwner(KnownNetwork.TABLE, userId).stream().<Object>map(Stored::value).toList());
  }

  @Override
  public void delete(long userId) {
    rows.deleteOwned(KnownNetwork.TABLE, userId);
  }
}
