package org.tanada.router.write;

import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.RowKey;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.Write;
import org.tanada.router.cache.ServedRow;
import org.tanada.router.query.Column;
import org.tanada.router.query.TableCatalog;
import org.tanada.router.query.TableDefinition;
import org.tanada.router.shard.ShardDirectory;
import org.tanada.router.topology.SqlFailure;

/** Applies the writes of the contract within an open transaction. */
@Component
public final class RowWriter {
  /** Tables whose rows are only ever added: nobody who calls a router changes or deletes one. */
  private static final Set<String> ADDED_TO_ONLY = Set.of("audit_entries");

  /** Most writes in one transaction. */
  public static final int MAX_WRITES = 100;

  private final TableCatalog catalog;
  private final ShardDirectory directory;
  private final InstantSource clock;

  RowWriter(TableCatalog catalog, ShardDirectory directory, InstantSource clock) {
    this.catalog = catalog;
    this.directory = directory;
    this.clock = clock;
  }

  /**
   * Checks what can be known without the databases' rows.
   *
   * @throws ProblemException malformed-request, content-too-large, forbidden for a change of rows
   *     that are only ever added
   */
  public void check(long owner, List<Write> writes) {
    int shard = directory.shardOf(owner);
    if (writes.size() > MAX_WRITES) {
      throw malformed("more than " + MAX_WRITES + " writes");
    }
    for (Write write : writes) {
      if (write.operation() == null) {
        throw malformed("a write without an operation");
      }
      if (write.operation() != Write.Operation.INSERT && ADDED_TO_ONLY.contains(write.table())) {
        throw new ProblemException(
            ProblemCode.FORBIDDEN, "rows of " + write.table() + " are only ever added");
      }
      if (directory.shardOf(write.id()) != shard) {
        throw malformed("row " + write.id() + " is not in the virtual shard of its owner " + owner);
      }
      checkSize(write);
      Set<String> columns = new HashSet<>(write.values().keySet());
      columns.addAll(write.increments().keySet());
      TableDefinition table = catalog.table(write.table(), columns);
      table.coerce(write.values());
      for (String column : write.increments().keySet()) {
        if (table.column(column).kind() != Column.Kind.LONG) {
          throw malformed("column " + column + " is no counter");
        }
        if (write.values().containsKey(column)) {
          throw malformed("column " + column + " is both set and incremented");
        }
      }
      if (write.operation() != Write.Operation.UPDATE && !write.increments().isEmpty()) {
        throw malformed("only an update increments");
      }
    }
  }

  private static void checkSize(Write write) {
    long bytes = 8L * write.increments().size();
    for (Object value : write.values().values()) {
      bytes +=
          value instanceof String text ? text.getBytes(StandardCharsets.UTF_8).length : Long.BYTES;
    }
    if (bytes > RowsContract.MAX_ROW_BYTES) {
      throw new ProblemException(
          ProblemCode.CONTENT_TOO_LARGE,
          "row "
              + write.id()
              + " has "
              + bytes
              + " bytes of values, and at most "
              + RowsContract.MAX_ROW_BYTES
              + " are allowed",
          List.of(),
          "row",
          null);
    }
  }

  /**
   * Applies the writes in their order.
   *
   * @return the rows as written; deleted ones as they were
   * @throws ProblemException not-found, version-mismatch, duplicate, malformed-request
   */
  public List<ServedRow> apply(ShardSession session, long owner, List<Write> writes)
      throws SQLException {
    List<ServedRow> rows = new ArrayList<>(writes.size());
    for (Write write : writes) {
      TableDefinition table = catalog.table(write.table());
      try {
        rows.add(
            switch (write.operation()) {
              case INSERT -> insert(session, table, owner, write);
              case UPDATE -> update(session, table, owner, write);
              case DELETE -> delete(session, table, owner, write);
            });
      } catch (SQLException e) {
        if (SqlFailure.isDuplicate(e)) {
          String key = SqlFailure.duplicateKey(e);
          throw new ProblemException(
              ProblemCode.DUPLICATE,
              "table " + table.name() + " has a row with the same " + key,
              List.of(),
              key,
              null);
        }
        throw e;
      }
    }
    return rows;
  }

  /**
   * Sees to it that a row that is not there will never be.
   *
   * @return false if it is there
   */
  public boolean bar(ShardSession session, RowKey key) throws SQLException {
    TableDefinition table = catalog.table(key.table());
    // First the bar, which an insert of the row reads under a lock, then the look for the row: of
    // an insert at the same time either this one sees the row, or that one sees the bar.
    try (PreparedStatement insert =
        session.prepare(
            "INSERT IGNORE INTO %s.barred (id, table_name, created_at) VALUES (?, ?, "
                + ShardSession.NOW
                + ")")) {
      insert.setLong(1, key.id());
      insert.setString(2, key.table());
      insert.executeUpdate();
    }
    if (find(session, table, key.id(), " LOCK IN SHARE MODE") == null) {
      return true;
    }
    try (PreparedStatement delete =
        session.prepare("DELETE FROM %s.barred WHERE id = ? AND table_name = ?")) {
      delete.setLong(1, key.id());
      delete.setString(2, key.table());
      delete.executeUpdate();
    }
    return false;
  }

  private ServedRow insert(ShardSession session, TableDefinition table, long owner, Write write)
      throws SQLException {
    Map<Column, @Nullable Object> values = table.coerce(write.values());
    StringJoiner columns = new StringJoiner(", ");
    values.keySet().forEach(column -> columns.add(column.quoted()));
    String sql =
        "INSERT INTO "
            + session.table(table.name())
            + " (id, user_id, version, created_at, updated_at"
            + (values.isEmpty() ? "" : ", " + columns)
            + ") SELECT ?, ?, 1, ?, ?"
            + ", ?".repeat(values.size())
            + " FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM "
            + session.table("barred")
            + " WHERE id = ? AND table_name = ?); "
            + select(session, table, "");
    long now = micros();
    try (PreparedStatement statement = session.connection().prepareStatement(sql)) {
      statement.setLong(1, write.id());
      statement.setLong(2, owner);
      statement.setLong(3, now);
      statement.setLong(4, now);
      int index = 5;
      for (Object value : values.values()) {
        Column.bind(statement, index++, value);
      }
      statement.setLong(index++, write.id());
      statement.setString(index++, table.name());
      statement.setLong(index, write.id());
      if (changed(statement) == 0) {
        throw new ProblemException(
            ProblemCode.CLAIMED,
            "what row " + write.id() + " had claimed is another's by now: claim anew with a new id",
            List.of(),
            "row",
            null);
      }
      return written(session, table, write.id(), statement);
    }
  }

  private ServedRow update(ShardSession session, TableDefinition table, long owner, Write write)
      throws SQLException {
    Map<Column, @Nullable Object> values = table.coerce(write.values());
    Map<String, Long> increments = new TreeMap<>(write.increments());
    StringBuilder sql = new StringBuilder("UPDATE ").append(session.table(table.name()));
    sql.append(" SET version = version + 1, updated_at = GREATEST(updated_at, ?)");
    values.keySet().forEach(column -> sql.append(", ").append(column.quoted()).append(" = ?"));
    for (String column : increments.keySet()) {
      String quoted = table.column(column).quoted();
      sql.append(", ").append(quoted).append(" = COALESCE(").append(quoted).append(", 0) + ?");
    }
    sql.append(" WHERE id = ? AND user_id = ?");
    Long expected = write.expectedVersion();
    if (expected != null) {
      sql.append(" AND version = ?");
    }
    sql.append("; ").append(select(session, table, ""));
    try (PreparedStatement statement = session.connection().prepareStatement(sql.toString())) {
      int index = 1;
      statement.setLong(index++, micros());
      for (Object value : values.values()) {
        Column.bind(statement, index++, value);
      }
      for (long increment : increments.values()) {
        statement.setLong(index++, increment);
      }
      statement.setLong(index++, write.id());
      statement.setLong(index++, owner);
      if (expected != null) {
        statement.setLong(index++, expected);
      }
      statement.setLong(index, write.id());
      if (changed(statement) > 0) {
        return written(session, table, write.id(), statement);
      }
    }
    ServedRow present = find(session, table, write.id(), " LOCK IN SHARE MODE");
    throw present == null || present.owner() != owner
        ? notFound(table, write.id())
        : mismatch(table, write.id(), present.version());
  }

  private ServedRow delete(ShardSession session, TableDefinition table, long owner, Write write)
      throws SQLException {
    ServedRow present = find(session, table, write.id(), " FOR UPDATE");
    if (present == null || present.owner() != owner) {
      throw notFound(table, write.id());
    }
    Long expected = write.expectedVersion();
    if (expected != null && expected != present.version()) {
      throw mismatch(table, write.id(), present.version());
    }
    try (PreparedStatement statement =
        session
            .connection()
            .prepareStatement("DELETE FROM " + session.table(table.name()) + " WHERE id = ?")) {
      statement.setLong(1, write.id());
      statement.executeUpdate();
    }
    session.changed(new RowKey(table.name(), write.id()), null);
    return present;
  }

  /** Executes a write that a SELECT follows in the same round trip; how many rows it changed. */
  private static int changed(PreparedStatement statement) throws SQLException {
    statement.execute();
    return statement.getUpdateCount();
  }

  /** The row that the SELECT after the write found. */
  private static ServedRow written(
      ShardSession session, TableDefinition table, long id, PreparedStatement statement)
      throws SQLException {
    if (statement.getMoreResults()) {
      try (ResultSet result = statement.getResultSet()) {
        if (result.next()) {
          ServedRow row = table.read(result, 1);
          session.changed(new RowKey(table.name(), id), row);
          return row;
        }
      }
    }
    throw new SQLException("row " + id + " of " + table.name() + " vanished while it was locked");
  }

  private static String select(ShardSession session, TableDefinition table, String lock) {
    return "SELECT "
        + table.selected()
        + " FROM "
        + session.table(table.name())
        + " WHERE id = ?"
        + lock;
  }

  private static @Nullable ServedRow find(
      ShardSession session, TableDefinition table, long id, String lock) throws SQLException {
    try (PreparedStatement statement =
        session.connection().prepareStatement(select(session, table, lock))) {
      statement.setLong(1, id);
      try (ResultSet result = statement.executeQuery()) {
        return result.next() ? table.read(result, 1) : null;
      }
    }
  }

  private long micros() {
    Instant now = clock.instant();
    return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
  }

  private static ProblemException malformed(String detail) {
    return new ProblemException(ProblemCode.MALFORMED_REQUEST, detail);
  }

  private static ProblemException notFound(TableDefinition table, long id) {
    return new ProblemException(
        ProblemCode.NOT_FOUND, "table " + table.name() + " has no row " + id + " of this owner");
  }

  private static ProblemException mismatch(TableDefinition table, long id, long version) {
    return new ProblemException(
        ProblemCode.VERSION_MISMATCH,
        "row " + id + " of " + table.name() + " is at version " + version);
  }
}
