package org.tanada.common.account;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tanada.common.account.AccessContract.Revocation;
import org.tanada.common.id.TanadaId;

/**
 * What this server knows to be revoked. Entries stay until whatever they forbid has expired by
 * itself, so an answer that was remembered from before cannot bring it back. Safe for many threads.
 */
public final class Revocations {
  /** An older view than this is no reason to believe what was checked a while ago. */
  public static final Duration FRESH = Duration.ofMillis(1500);

  private static final Logger log = LoggerFactory.getLogger(Revocations.class);
  private static final int MAX_ENTRIES = 20_000;

  private final InstantSource clock;
  private final ConcurrentSkipListMap<Long, Revocation> all = new ConcurrentSkipListMap<>();
  private final Map<String, Revocation> users = new ConcurrentHashMap<>();
  private final Map<String, Revocation> sessions = new ConcurrentHashMap<>();
  private final Map<String, Revocation> keys = new ConcurrentHashMap<>();
  private final List<Consumer<Revocation>> listeners = new CopyOnWriteArrayList<>();
  private volatile Instant readAt = Instant.MIN;

  /** Nothing is revoked yet. */
  public Revocations(InstantSource clock) {
    this.clock = clock;
  }

  /** Tells of every entry that becomes known from now on. */
  public void listen(Consumer<Revocation> listener) {
    listeners.add(listener);
  }

  /** Takes in what was read at that time; entries that are known already change nothing. */
  public void read(List<Revocation> entries, Instant at) {
    entries.forEach(this::add);
    forgetExpired();
    if (at.isAfter(readAt)) {
      readAt = at;
    }
  }

  /** Takes in one entry. */
  public void add(Revocation entry) {
    if (!clock.instant().isBefore(entry.expiresAt())
        || all.putIfAbsent(entry.id(), entry) != null) {
      return;
    }
    Map<String, Revocation> index = index(entry);
    if (index != null) {
      index.merge(
          entry.subject(), entry, (old, now) -> now.cutoff().isAfter(old.cutoff()) ? now : old);
    }
    listeners.forEach(listener -> listener.accept(entry));
  }

  /** Whether this view is no older than {@link #FRESH}. */
  public boolean fresh() {
    return !clock.instant().isAfter(later(readAt, FRESH));
  }

  /** How old this view is. */
  public Duration age() {
    return readAt.equals(Instant.MIN)
        ? Duration.ofDays(1)
        : Duration.between(readAt, clock.instant());
  }

  /** Entries with a greater id, oldest first. */
  public List<Revocation> since(long id) {
    return List.copyOf(all.tailMap(id, false).values());
  }

  /**
   * Whether a session of a cookie, or an access token, was revoked.
   *
   * @param userId whose it is
   * @param sessionId the session, or the sign-in that the token follows from; null if it tells none
   * @param began when that was
   */
  public boolean denies(long userId, @Nullable Long sessionId, Instant began) {
    if (sessionId != null && live(sessions.get(sessionId.toString()))) {
      return true;
    }
    Revocation user = users.get(Long.toString(userId));
    return user != null && live(user) && !began.isAfter(user.cutoff());
  }

  /** The same of a session, whose id tells when it began. */
  public boolean denies(long userId, long sessionId) {
    return denies(userId, sessionId, TanadaId.time(sessionId));
  }

  /**
   * Whether all that a user had was ended a short while ago: their account may have changed, too.
   */
  public boolean endedLately(long userId) {
    return live(users.get(Long.toString(userId)));
  }

  /** Whether a key was revoked. */
  public boolean deniesKey(String kid) {
    return live(keys.get(kid));
  }

  private boolean live(@Nullable Revocation entry) {
    return entry != null && clock.instant().isBefore(entry.expiresAt());
  }

  private void forgetExpired() {
    Instant now = clock.instant();
    for (Revocation entry : all.values()) {
      if (!now.isBefore(entry.expiresAt())) {
        forget(entry);
      }
    }
    if (all.size() > MAX_ENTRIES) {
      log.warn("more than {} revocations: the oldest are forgotten before their time", MAX_ENTRIES);
      for (Map.Entry<Long, Revocation> oldest = all.firstEntry();
          oldest != null && all.size() > MAX_ENTRIES;
          oldest = all.firstEntry()) {
        forget(oldest.getValue());
      }
    }
  }

  private void forget(Revocation entry) {
    all.remove(entry.id());
    Map<String, Revocation> index = index(entry);
    if (index != null) {
      index.remove(entry.subject(), entry);
    }
  }

  private @Nullable Map<String, Revocation> index(Revocation entry) {
    return switch (entry.kind()) {
      case USER -> users;
      case SESSION -> sessions;
      case KEY -> keys;
      case PROFILE -> null;
    };
  }

  private static Instant later(Instant time, Duration by) {
    return time.equals(Instant.MIN) ? time : time.plus(by);
  }
}
