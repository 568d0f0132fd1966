package org.tanada.router.write;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tanada.common.row.RowKey;
import org.tanada.router.cache.RowCache;
import org.tanada.router.cache.ServedRow;
import org.tanada.router.shard.Place;
import org.tanada.router.topology.Dialect;

/** A transaction that is open on one shard's primary. */
public final class ShardSession {
  /**
   * SQL: milliseconds since the Unix epoch by the database's clock. What several routers decide by
   * time is decided by this one clock, so that a router whose own is wrong does no harm.
   */
  public static final String NOW =
      "(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000)";

  private final Connection connection;
  private final int shard;
  private final Dialect dialect;
  private final List<RowCache.Change> changes = new ArrayList<>();
  private @Nullable Last last;

  ShardSession(Connection connection, int shard, Dialect dialect) {
    this.connection = connection;
    this.shard = shard;
    this.dialect = dialect;
  }

  /** Its connection: auto-commit is off; commit and rollback are not the caller's. */
  public Connection connection() {
    return connection;
  }

  /** A statement whose {@code %s} is the shard's schema. */
  public PreparedStatement prepare(String sql) throws SQLException {
    return connection.prepareStatement(sql.replace("%s", Place.schema(shard)));
  }

  /** What the primary speaks. */
  public Dialect dialect() {
    return dialect;
  }

  /** The virtual shard. */
  public int shard() {
    return shard;
  }

  /** The table's name with its schema. */
  public String table(String name) {
    return Place.schema(shard) + "." + name;
  }

  /** Tells that a row was changed; null if it was deleted. */
  void changed(RowKey key, @Nullable ServedRow row) {
    changes.add(new RowCache.Change(key, row));
  }

  /**
   * What shall be written last: it goes to the database together with the commit. If its key is
   * there already, nothing is committed and {@link KeyTakenException} tells so.
   *
   * @param sql an INSERT; its {@code %s} is the shard's schema
   * @param values its parameters, as columns have them
   */
  public void last(String sql, Object... values) {
    last = new Last(sql.replace("%s", Place.schema(shard)), List.of(values));
  }

  @Nullable Last last() {
    return last;
  }

  List<RowCache.Change> changes() {
    return changes;
  }

  /**
   * A statement that is executed with the commit.
   *
   * @param sql the statement
   * @param values its parameters
   */
  record Last(String sql, List<Object> values) {}

  /** The key of what was to be written last is there: this was done before. */
  public static final class KeyTakenException extends RuntimeException {
    KeyTakenException(SQLException cause) {
      super("a transaction with the same key was committed before", cause);
    }
  }
}
