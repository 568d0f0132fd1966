package org.tanada.router.query;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.tanada.common.row.Consistency;

/**
 * How fresh a read must be, decided once per request.
 *
 * @param primaryOnly only the primary will do
 * @param token what the reader has seen; null if that does not matter
 * @param recent the reader wrote so lately that a cache might, after a failure of its own, still
 *     hold what was before
 */
record Freshness(boolean primaryOnly, @Nullable ConsistencyToken token, boolean recent) {
  /** Any copy at all. */
  static final Freshness ANY = new Freshness(false, null, false);

  /**
   * After so long a token is spent: replicas that lag more than seconds are not read, and no cache
   * entry lives that long. So a token's position that a restored database never had does not send
   * its bearer to the primary for ever.
   */
  private static final Duration SPENT = Duration.ofMinutes(10);

  private static final Duration CACHE_LIFE = Duration.ofSeconds(75);

  /** What the contract's consistency asks for at the given time (milliseconds since the epoch). */
  static Freshness of(@Nullable Consistency consistency, long now) {
    if (consistency == null || consistency.mode() == null) {
      return ANY;
    }
    return switch (consistency.mode()) {
      case ANY -> ANY;
      case PRIMARY -> new Freshness(true, null, false);
      case TOKEN -> {
        if (consistency.token() == null || consistency.token().isEmpty()) {
          yield ANY;
        }
        ConsistencyToken token = ConsistencyToken.parse(consistency.token());
        long age = now - token.writtenAt();
        yield age > SPENT.toMillis()
            ? ANY
            : new Freshness(false, token, age < CACHE_LIFE.toMillis());
      }
    };
  }

  /** What a replica of the cluster must have applied; null if nothing in particular. */
  @Nullable String position(int cluster) {
    return token == null ? null : token.positions().get(cluster);
  }

  /** Whether rows of the shard must not come from the cache. */
  boolean pastCache(int shard) {
    return primaryOnly || (recent && token != null && token.shard() == shard);
  }

  /** The same, but of the primary. */
  Freshness ofPrimary() {
    return new Freshness(true, token, recent);
  }
}
