package org.tanada.router.write;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.timing.ServerTiming;
import org.tanada.router.cache.Origin;
import org.tanada.router.cache.RowCache;
import org.tanada.router.query.Column;
import org.tanada.router.safeguard.Safeguard;
import org.tanada.router.safeguard.Safeguards;
import org.tanada.router.shard.Place;
import org.tanada.router.shard.ShardDirectory;
import org.tanada.router.topology.Cluster;
import org.tanada.router.topology.Clusters;
import org.tanada.router.topology.Commits;
import org.tanada.router.topology.DatabaseNode;
import org.tanada.router.topology.Dialect;
import org.tanada.router.topology.SqlFailure;

/**
 * Runs work in one database transaction on a shard's primary.
 *
 * <p>Each shares the lock of the shard's state row and sees that it is {@code active}: whoever
 * moves the shard takes that lock alone and so waits for all writers. What fails for a reason that
 * passes (deadlock, lost connection, a primary that changed, a shard that moved) is done again
 * until the patience ends. A lost answer to a commit is among these: the work must recognise what
 * it has done before.
 */
@Component
public final class ShardTransactions {
  private static final Logger log = LoggerFactory.getLogger(ShardTransactions.class);

  /** A group has another primary 6 to 7 s after it lost one; callers give up after 10 s. */
  private static final long PATIENCE_NANOS = 9_000_000_000L;

  private static final long PAUSE_NANOS = 50_000_000;

  private final ShardDirectory directory;
  private final Clusters clusters;
  private final RowCache cache;
  private final Safeguards safeguards;
  private final Counter committed;
  private final Counter repeated;

  ShardTransactions(
      ShardDirectory directory,
      Clusters clusters,
      RowCache cache,
      Safeguards safeguards,
      MeterRegistry meters) {
    this.directory = directory;
    this.clusters = clusters;
    this.cache = cache;
    this.safeguards = safeguards;
    this.committed = meters.counter("tanada.router.transactions", "outcome", "committed");
    this.repeated = meters.counter("tanada.router.transactions", "outcome", "retried");
  }

  /**
   * Runs the work and commits. A {@link ProblemException} that it throws rolls back.
   *
   * @throws ShardSession.KeyTakenException if what the work kept for the last was there already
   * @throws ProblemException of the work; unavailable, moved or storage-full, if the shard cannot
   *     be written in time
   */
  public <T> Outcome<T> run(int shard, Work<T> work) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    for (int attempt = 1; ; attempt++) {
      SQLException cause = null;
      try {
        Optional<Outcome<T>> done = attempt(shard, work);
        if (done.isPresent()) {
          committed.increment();
          return done.get();
        }
      } catch (SQLException e) {
        if (SqlFailure.isBadValue(e)) {
          throw new ProblemException(
              ProblemCode.MALFORMED_REQUEST, "a value does not fit its column: " + e.getMessage());
        }
        if (SqlFailure.isFull(e)) {
          throw problem(ProblemCode.STORAGE_FULL, shard, "the disk of its primary is full", e);
        }
        if (SqlFailure.isExhausted(e)) { // whoever waits longer only makes the queue longer
          throw problem(ProblemCode.UNAVAILABLE, shard, "its primary is overloaded", e);
        }
        if (!passes(e)) {
          throw problem(ProblemCode.INTERNAL, shard, "a write failed", e);
        }
        cause = e;
      }
      if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
        throw cause == null && directory.map().inTransit(shard)
            ? problem(ProblemCode.MOVED, shard, "it is still on its way to another cluster", null)
            : problem(ProblemCode.UNAVAILABLE, shard, "it cannot be written now", cause);
      }
      repeated.increment();
      if (cause == null) { // being moved, or its primary is being replaced
        LockSupport.parkNanos(PAUSE_NANOS / 5);
        directory.relearn();
      } else if (SqlFailure.isDeadlock(cause)) {
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(PAUSE_NANOS / 10) * attempt);
      } else {
        LockSupport.parkNanos(PAUSE_NANOS);
        directory.relearn();
      }
    }
  }

  private static ProblemException problem(
      ProblemCode code, int shard, String why, @Nullable SQLException cause) {
    return ProblemException.ofShard(code, shard, "virtual shard " + shard + ": " + why, cause);
  }

  /** One attempt; empty if the shard is not active where the map says. */
  private <T> Optional<Outcome<T>> attempt(int shard, Work<T> work) throws SQLException {
    Optional<Place> writable = directory.writable(shard);
    if (writable.isEmpty()) {
      return Optional.empty(); // on its way from one cluster to another
    }
    Place place = writable.get();
    Optional<DatabaseNode> primary = clusters.find(place.cluster()).flatMap(Cluster::primary);
    if (primary.isEmpty()) {
      return Optional.empty();
    }
    DatabaseNode node = primary.get();
    try (Connection connection = node.connect()) {
      boolean finished = false;
      try {
        Optional<Arrival> arrival = begin(connection, place);
        if (arrival.isEmpty()) {
          return Optional.empty();
        }
        ShardSession session = new ShardSession(connection, shard, node.dialect());
        T value = work.run(session);
        cache.beforeCommit(session.changes());
        String position = commit(session);
        finished = true;
        cache.afterCommit(
            session.changes(),
            position.isEmpty()
                ? null
                : new Origin(place.cluster(), node.dialect().appliedUpTo(position)));
        if (!position.isEmpty()) {
          node.acknowledged(position);
        }
        ServerTiming.note("shard " + shard + " " + node.name());
        return Optional.of(
            new Outcome<>(value, place.cluster(), position, node.dialect(), arrival.get()));
      } finally {
        end(connection, finished);
      }
    } catch (SQLException e) {
      node.failed(e);
      log.debug("a transaction on {} of {} failed: {}", shard, node.name(), e.toString());
      throw e;
    }
  }

  /** Sends what the session kept for the last with the commit, in one round trip. */
  private static String commit(ShardSession session) throws SQLException {
    ShardSession.Last last = session.last();
    if (last == null) {
      return Commits.of(
          session.connection(),
          session.dialect(),
          connection -> {
            try (Statement statement = connection.createStatement()) {
              statement.execute("COMMIT");
            }
          });
    }
    try {
      return Commits.of(
          session.connection(),
          session.dialect(),
          connection -> {
            try (PreparedStatement statement =
                connection.prepareStatement(last.sql() + "; COMMIT")) {
              int index = 1;
              for (Object value : last.values()) {
                Column.bind(statement, index++, value);
              }
              statement.execute();
              while (statement.getMoreResults() || statement.getUpdateCount() >= 0) {
                // the commit's own answer, or its failure, comes second
              }
            }
          });
    } catch (SQLException e) {
      if (SqlFailure.isDuplicate(e)) {
        throw new ShardSession.KeyTakenException(e);
      }
      throw e;
    }
  }

  /** The transaction was begun by a statement, so the pool would not roll it back. */
  private static void end(Connection connection, boolean finished) {
    if (finished) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("ROLLBACK");
    } catch (SQLException e) {
      log.debug("the connection is lost, and with it the transaction: {}", e.toString());
      abort(connection);
    }
  }

  private static void abort(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      log.debug("the connection is closed already: {}", e.toString());
    }
  }

  /**
   * Begins the transaction and shares the lock of the state, in one round trip; empty if this copy
   * does not take writes.
   */
  private Optional<Arrival> begin(Connection connection, Place place) throws SQLException {
    // LOCK IN SHARE MODE is what both dialects understand; MariaDB lacks FOR SHARE.
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "START TRANSACTION; SELECT state, moved_from, moved_position FROM "
              + place.schema()
              + ".shard_state WHERE id = 1 LOCK IN SHARE MODE");
      if (!statement.getMoreResults()) {
        throw new SQLException("the state of virtual shard " + place.shard() + " was not answered");
      }
      try (ResultSet state = statement.getResultSet()) {
        return state.next()
                && (Place.ACTIVE.equals(state.getString(1)) || safeguards.lacks(Safeguard.FENCE))
            ? Optional.of(new Arrival(state.getInt(2), state.getString(3)))
            : Optional.empty();
      }
    }
  }

  private static boolean passes(SQLException e) {
    return SqlFailure.isConnection(e)
        || SqlFailure.isDeadlock(e)
        || SqlFailure.isLockTimeout(e)
        || SqlFailure.isReadOnly(e)
        || SqlFailure.isMissingSchema(e);
  }

  /** What is done in the transaction. */
  public interface Work<T> {
    /** Does it; may be called again if the transaction has to be repeated. */
    T run(ShardSession session) throws SQLException;
  }

  /**
   * What came of it.
   *
   * @param value the work's result
   * @param cluster where it was written
   * @param position of the commit; empty if nothing was written
   * @param dialect of the cluster
   * @param arrival how the shard came to the cluster
   */
  public record Outcome<T>(
      T value, int cluster, String position, Dialect dialect, Arrival arrival) {
    /** The same with another value. */
    public <U> Outcome<U> with(U other) {
      return new Outcome<>(other, cluster, position, dialect, arrival);
    }

    /** The position, if something was written. */
    public @Nullable String written() {
      return position.isEmpty() ? null : position;
    }
  }

  /**
   * How a shard came to where it is.
   *
   * @param from the cluster that it was moved from
   * @param position of the commit there that gave it away; null if it was never moved
   */
  public record Arrival(int from, @Nullable String position) {}
}
