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
import org.tanada.router.topology.Cluster;
import org.tanada.router.topology.Clusters;
import org.tanada.router.topology.DatabaseNode;
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
  private final Counter byReplica;
  private final Counter byPrimary;
  private final Counter tooStale;

  CopyReader(Clusters clusters, TopologyProperties limits, MeterRegistry meters) {
    this.clusters = clusters;
    this.limits = limits;
    this.byReplica = meters.counter("tanada.router.reads", "copy", "replica");
    this.byPrimary = meters.counter("tanada.router.reads", "copy", "primary");
    this.tooStale = meters.counter("tanada.router.replica.too.stale");
  }

  /**
   * Runs the statement on a copy that is fresh enough.
   *
   * @throws NotServedException if the primary does not serve what is asked for: relearn the map
   * @throws ProblemException unavailable, if no copy answers
   */
  <T> Answer<T> read(int cluster, Freshness freshness, Statements<T> statements) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    SQLException last = null;
    do {
      for (DatabaseNode node : candidates(cluster, freshness)) {
        boolean primary = clusters.find(cluster).filter(c -> c.isPrimary(node)).isPresent();
        try (Connection connection = node.connect()) {
          if (!primary && !fresh(node, connection, freshness.position(cluster))) {
            tooStale.increment();
            continue;
          }
          T value;
          try {
            value = statements.run(connection);
          } catch (NotServedException e) {
            if (primary) {
              throw e;
            }
            continue; // it has not applied the shard's arrival yet, or already its leave
          }
          (primary ? byPrimary : byReplica).increment();
          return new Answer<>(value, node.name(), primary);
        } catch (SQLException e) {
          node.failed(e);
          last = e;
          if (primary && SqlFailure.isMissingSchema(e)) {
            throw new NotServedException(e);
          }
          if (!SqlFailure.isConnection(e) && !SqlFailure.isMissingSchema(e)) {
            throw new ProblemException(
                ProblemCode.UNAVAILABLE, "cluster mysql-" + cluster + " failed a read", e);
          }
          log.debug("reading from {} failed: {}", node.name(), e.toString());
        }
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    } while (System.nanoTime() < deadline && !Thread.currentThread().isInterrupted());
    String detail = "cluster mysql-" + cluster + " cannot be read now";
    throw last == null
        ? new ProblemException(ProblemCode.UNAVAILABLE, detail)
        : new ProblemException(ProblemCode.UNAVAILABLE, detail, last);
  }

  private List<DatabaseNode> candidates(int number, Freshness freshness) {
    Cluster cluster = clusters.find(number).orElse(null);
    if (cluster == null) {
      return List.of();
    }
    return freshness.primaryOnly() ? cluster.primary().stream().toList() : cluster.readers();
  }

  private boolean fresh(DatabaseNode node, Connection connection, @Nullable String position)
      throws SQLException {
    if (position == null || !node.dialect().isPosition(position)) {
      return true;
    }
    return node.dialect().covers(node.observation().applied(), position)
        || (node.observation().replicating()
            && node.dialect().await(connection, position, limits.tokenWait()));
  }

  /** Statements that read. */
  interface Statements<T> {
    /** Runs them. */
    T run(Connection connection) throws SQLException;
  }

  /**
   * What was read, and where.
   *
   * @param value the result
   * @param node who answered
   * @param primary whether that is the primary
   */
  record Answer<T>(T value, String node, boolean primary) {}

  /** The copy that was asked does not serve a shard, which has moved. */
  static final class NotServedException extends RuntimeException {
    NotServedException(int shard) {
      super("virtual shard " + shard + " is not served here");
    }

    NotServedException(SQLException cause) {
      super(cause);
    }
  }
}
