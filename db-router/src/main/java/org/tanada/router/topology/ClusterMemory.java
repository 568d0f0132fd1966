package org.tanada.router.topology;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What this router remembers of a cluster, whatever its members are now: the highest term that it
 * has seen, what the primary had when it was last observed, and the newest write that a client was
 * told of.
 */
final class ClusterMemory {
  /**
   * How much later than a replica the primary must have been observed. A primary that waits for a
   * replica's receipt has a transaction in its set only after the replica may have applied it.
   */
  private static final long SETTLED_NANOS = 100_000_000;

  private final AtomicInteger turn = new AtomicInteger();
  private final AtomicReference<@Nullable Acknowledged> newest = new AtomicReference<>();
  private volatile long term;
  private volatile @Nullable Lineage primary;

  /** The next number of a round robin. */
  int turn() {
    return turn.getAndIncrement();
  }

  /** The highest term that any member was seen in. */
  long term() {
    return term;
  }

  /** Takes in what was seen of a member. */
  synchronized void seen(String node, Observation now) {
    Lineage lineage = now.lineage();
    term = Math.max(term, lineage.term());
    if (leads(node, now)) {
      primary = lineage;
    }
  }

  /** Whether a member is a primary that may be written to: one of an earlier term is not. */
  boolean leads(String node, Observation observation) {
    Lineage lineage = observation.lineage();
    return observation.writable() && lineage.term() == term && lineage.mayLead(node);
  }

  /**
   * Whether a replica had transactions that the primary lacked later on; null if the primary has
   * not been observed since.
   */
  @Nullable Boolean errant(Dialect dialect, Lineage replica) {
    Lineage later = primary;
    if (later == null || later.at() - replica.at() < SETTLED_NANOS) {
      return null;
    }
    return !dialect.contains(later.history(), replica.history());
  }

  /** A client is told that a write is done. */
  void acknowledged(long inTerm, Dialect dialect, String position) {
    newest.updateAndGet(known ->
        known == null || known.term() < inTerm
            ? new Acknowledged(inTerm, position)
            : known.term() > inTerm
                ? known
                : new Acknowledged(inTerm, dialect.later(known.position(), position)));
  }

  /** The position of the newest write that a client was told of; null if there is none. */
  @Nullable String acknowledged() {
    Acknowledged known = newest.get();
    return known == null ? null : known.position();
  }

  private record Acknowledged(long term, String position) {}
}
