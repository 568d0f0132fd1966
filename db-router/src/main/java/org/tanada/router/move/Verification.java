package org.tanada.router.move;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * Compares all tables of a schema on two servers, in snapshots of one position: the number of rows,
 * and checksums of their contents.
 */
final class Verification implements AutoCloseable {
  private final Connection source;
  private final Connection target;
  private final String schema;
  private final List<MovedTable> tables;

  /** Takes the snapshots; nothing may be written on either side meanwhile. */
  Verification(Connection source, Connection target, String schema, List<MovedTable> tables)
      throws SQLException {
    this.source = source;
    this.target = target;
    this.schema = schema;
    this.tables = tables;
    for (Connection connection : List.of(source, target)) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
        statement.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT");
      }
    }
  }

  /** What a table holds. */
  private record Digest(long rows, String sums) {}

  /** Tables that differ, and the number of rows of each. */
  record Result(List<String> differing, Map<String, Long> rows) {}

  /** Compares, on two of the executor's threads. */
  CompletableFuture<Result> compare(Executor threads) {
    CompletableFuture<Map<String, Digest>> theirs =
        CompletableFuture.supplyAsync(() -> digests(source), threads);
    CompletableFuture<Map<String, Digest>> ours =
        CompletableFuture.supplyAsync(() -> digests(target), threads);
    return theirs.thenCombine(ours, Verification::result);
  }

  private static Result result(Map<String, Digest> theirs, Map<String, Digest> ours) {
    List<String> differing = new ArrayList<>();
    Map<String, Long> rows = new LinkedHashMap<>();
    theirs.forEach((table, digest) -> {
      rows.put(table, digest.rows());
      if (!digest.equals(ours.get(table))) {
        differing.add(table);
      }
    });
    return new Result(differing, rows);
  }

  private Map<String, Digest> digests(Connection connection) {
    Map<String, Digest> digests = new LinkedHashMap<>();
    for (MovedTable table : tables) {
      try (Statement statement = connection.createStatement();
          ResultSet found = statement.executeQuery(table.digest(schema))) {
        found.next();
        digests.put(
            table.name(),
            new Digest(found.getLong(1), found.getString(2) + "/" + found.getString(3)));
      } catch (SQLException e) {
        throw new CompletionException(e);
      }
    }
    return digests;
  }

  /** How many rows the tables have now. */
  static List<Long> counts(Connection connection, String schema, List<String> tables)
      throws SQLException {
    List<Long> counts = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      for (String table : tables) {
        try (ResultSet found =
            statement.executeQuery("SELECT COUNT(*) FROM " + schema + "." + table)) {
          found.next();
          counts.add(found.getLong(1));
        }
      }
    }
    return counts;
  }

  @Override
  public void close() throws SQLException {
    source.close();
    target.close();
  }
}
