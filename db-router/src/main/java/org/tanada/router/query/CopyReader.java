package org.tanada.router.query;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.router.cache.Origin;
import org.tanada.router.safeguard.Safeguard;
import org.tanada.router.safeguard.Safeguards;
import org.tanada.router.topology.Cluster;
import org.tanada.router.topology.Clusters;
import org.tanada.router.topology.DatabaseNode;
import org.tanada.router.topology.Observation;
import org.tanada.router.topology.SqlFailure;
import org.tanada.router.topology.TopologyProperties;

/**
 * Chooses the copy of a cluster that serves a read: a replica that is fresh enough, else the
 * primary; and the next one when one fails.
 */
@Component
final class CopyReader {
  private static final Logger log = LoggerFactory.getLogger(CopyReader.class);
  private static final long PATIENCE_NANOS = 2_000_000_000;
  private static final long PAUSE_NANOS = 50_000_000;

  private final Clusters clusters;
  private final TopologyProperties limits;
  private final Safeguards safeguards;
  private final Counter byReplica;
  private final Counter byPrimary;
  private final Counter tooStale;

  CopyReader(
      Clusters clusters, TopologyProperties limits, Safeguards safeguards, MeterRegistry meters) {
    this.clusters = clusters;
    this.limits = limits;
    this.safeguards = safeguards;
    this.byReplica = meters.counter("tanada.router.reads", "copy", "replica");
    this.byPrimary = meters.counter("tanada.router.reads", "copy", "primary");
    this.tooStale = meters.counter("tanada.router.replica.too.stale");
  }

  /**
   * Runs the statement on a copy that is fresh enough.
   *
   * @param shard what is read, or the first of several: a failure names it
   * @throws NotServedException if the primary does not serve what is asked for: relearn the map
   * @throws ProblemException unavailable, if no copy answers
   */
  <T> Answer<T> read(int cluster, int shard, Freshness freshness, Statements<T> statements) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    SQLException last = null;
    do {
      for (DatabaseNode node : candidates(cluster, freshness)) {
        Observation seen = node.observation(); // before the read, so that this is of its time
        boolean primary =
            freshness.primaryOnly()
                || clusters.find(cluster).filter(c -> c.isPrimary(node)).isPresent();
        try (Connection connection = node.connect()) {
          if (!primary && !fresh(node, connection, freshness.position(cluster))) {
            tooStale.increment();
            continue;
          }
          T value;
          try {
            value = statements.run(connection, primary);
          } catch (NotServedException e) {
            if (primary) {
              throw e;
            }
            continue; // it has not applied the shard's arrival yet, or already its leave
          }
          (primary ? byPrimary : byReplica).increment();
          return new Answer<>(
              value, node.name(), origin(cluster, node, seen, freshness.position(cluster)));
        } catch (SQLException e) {
          node.failed(e);
          last = e;
          if (primary && SqlFailure.isMissingSchema(e)) {
            throw new NotServedException(shard, e);
          }
          if (!SqlFailure.isConnection(e) && !SqlFailure.isMissingSchema(e)) {
            throw unavailable(shard, "cluster mysql-" + cluster + " failed a read", e);
          }
          log.debug("reading from {} failed: {}", node.name(), e.toString());
        }
      }
      if (last != null && SqlFailure.isExhausted(last)) {
        break; // whoever waits longer only makes the queue longer
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    } while (System.nanoTime() < deadline && !Thread.currentThread().isInterrupted());
    throw unavailable(shard, "cluster mysql-" + cluster + " cannot be read now", last);
  }

  private static ProblemException unavailable(int shard, String why, @Nullable SQLException cause) {
    return ProblemException.ofShard(
        ProblemCode.UNAVAILABLE, shard, "virtual shard " + shard + ": " + why, cause);
  }

  private List<DatabaseNode> candidates(int number, Freshness freshness) {
    Cluster cluster = clusters.find(number).orElse(null);
    if (cluster == null) {
      return List.of();
    }
    return freshness.primaryOnly() ? cluster.primary().stream().toList() : cluster.readers();
  }

  /** Of what time a read is that the copy has served; null if that is not known. */
  private static @Nullable Origin origin(
      int cluster, DatabaseNode node, Observation seen, @Nullable String position) {
    String applied = seen.applied();
    if (position != null
        && node.dialect().isPosition(position)
        && !node.dialect().covers(applied, position)) {
      // a replica that waited applies in order; a group's primary may commit out of order
      applied = seen.writable() ? position : node.dialect().appliedUpTo(position);
    }
    return applied.isEmpty() || applied.length() > Origin.MAX_LENGTH
        ? null
        : new Origin(cluster, applied);
  }

  private boolean fresh(DatabaseNode node, Connection connection, @Nullable String position)
      throws SQLException {
    if (position == null
        || !node.dialect().isPosition(position)
        || safeguards.lacks(Safeguard.TOKEN_WAIT)) {
      return true;
    }
    return node.dialect().covers(node.observation().applied(), position)
        || (node.observation().replicating()
            && node.dialect().await(connection, position, limits.tokenWait()));
  }

  /** Statements that read. */
  interface Statements<T> {
    /**
     * Runs them.
     *
     * @param primary whether only a primary may answer: one that was replaced a moment ago does not
     *     know what has been written since
     */
    T run(Connection connection, boolean primary) throws SQLException;
  }

  /**
   * What was read, and where.
   *
   * @param value the result
   * @param node who answered
   * @param origin of what time it is; null if that is not known
   */
  record Answer<T>(T value, String node, @Nullable Origin origin) {}

  /** The copy that was asked does not serve a shard, which has moved. */
  static final class NotServedException extends RuntimeException {
    private final int shard;

    NotServedException(int shard, @Nullable SQLException cause) {
      super("virtual shard " + shard + " is not served here", cause);
      this.shard = shard;
    }

    int shard() {
      return shard;
    }
  }
}
