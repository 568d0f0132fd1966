package org.tanada.router.query;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.tanada.common.row.Consistency;
import org.tanada.router.cache.Origin;
import org.tanada.router.topology.Dialect;

/**
 * How fresh a read must be, decided once per request.
 *
 * @param primaryOnly only the primary will do
 * @param token what the reader has seen; null if that does not matter
 */
record Freshness(boolean primaryOnly, @Nullable ConsistencyToken token) {
  /** Any copy at all. */
  static final Freshness ANY = new Freshness(false, null);

  /**
   * After so long a token is spent: replicas that lag more than seconds are not read, and no cache
   * entry lives that long. So a token's position that a restored database never had does not send
   * its bearer to the primary for ever. Long enough for a router whose clock is an hour behind.
   */
  private static final Duration SPENT = Duration.ofHours(2);

  /** What the contract's consistency asks for at the given time (milliseconds since the epoch). */
  static Freshness of(@Nullable Consistency consistency, long now) {
    if (consistency == null || consistency.mode() == null) {
      return ANY;
    }
    return switch (consistency.mode()) {
      case ANY -> ANY;
      case PRIMARY -> new Freshness(true, null);
      case TOKEN -> {
        if (consistency.token() == null || consistency.token().isEmpty()) {
          yield ANY;
        }
        ConsistencyToken token = ConsistencyToken.parse(consistency.token());
        yield now - token.writtenAt() > SPENT.toMillis() ? ANY : new Freshness(false, token);
      }
    };
  }

  /** What a replica of the cluster must have applied; null if nothing in particular. */
  @Nullable String position(int cluster) {
    return token == null ? null : token.positions().get(cluster);
  }

  /**
   * Whether a cached row will do.
   *
   * @param cluster that has the row's shard
   * @param origin of what time the cached row is; null if that is not known
   */
  boolean accepts(int cluster, @Nullable Origin origin) {
    if (token == null) {
      return !primaryOnly;
    }
    if (origin == null || origin.cluster() != cluster) {
      return false; // from before a move: positions of two clusters cannot be compared
    }
    String position = position(cluster);
    return position == null
        || Dialect.ofPosition(position)
            .map(dialect -> dialect.covers(origin.applied(), position))
            .orElse(true);
  }

  /** The same, but of the primary. */
  Freshness ofPrimary() {
    return new Freshness(true, token);
  }
}
