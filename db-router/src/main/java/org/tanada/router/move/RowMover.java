package org.tanada.router.move;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Carries rows of one schema from the source to the target, in bounded pieces.
 *
 * <p>Rows are put by REPLACE: a unique key may meanwhile have gone over from a row that is here to
 * the row that comes. The other one's change is then still to come, and puts it right.
 */
final class RowMover {
  private final Connection source;
  private final Connection target;
  private final String schema;
  private final MoveProperties limits;
  private int rowsAtOnce = 50;

  RowMover(Connection source, Connection target, String schema, MoveProperties limits) {
    this.source = source;
    this.target = target;
    this.schema = schema;
    this.limits = limits;
  }

  /**
   * Rows that were copied.
   *
   * @param rows how many
   * @param lastKey of the last of them
   * @param ended whether no more came after it: what does from now on is in the binary log
   */
  record Chunk(int rows, List<String> lastKey, boolean ended) {}

  private record MovingRow(List<String> key, List<@Nullable String> values) {}

  /**
   * Copies the next rows of a table, in the order of its key.
   *
   * @param last the last row copied so far; empty at the beginning
   * @return what was copied now
   */
  Chunk copy(MovedTable table, List<String> last) throws SQLException {
    String sql =
        "SELECT "
            + table.selected()
            + " FROM "
            + schema
            + "."
            + table.name()
            + (last.isEmpty() ? "" : " WHERE " + table.after())
            + " ORDER BY "
            + table.order()
            + " LIMIT "
            + rowsAtOnce;
    int most = rowsAtOnce;
    try (PreparedStatement select = source.prepareStatement(sql)) {
      if (!last.isEmpty()) {
        table.bindAfter(select, last);
      }
      List<MovingRow> rows = read(table, select);
      put(table, rows);
      return new Chunk(
          rows.size(), rows.isEmpty() ? last : rows.getLast().key(), rows.size() < most);
    }
  }

  /**
   * Makes rows what they now are at the source. They are read by a locking read: a change is in the
   * binary log before the engine has committed it, and a plain read might not see it yet.
   */
  void apply(Map<String, MovedTable> tables, List<RowId> changed) throws SQLException {
    Map<MovedTable, List<List<String>>> byTable = new LinkedHashMap<>();
    for (RowId row : changed) {
      MovedTable table = tables.get(row.table());
      if (table != null) {
        byTable.computeIfAbsent(table, t -> new ArrayList<>()).add(row.key());
      }
    }
    for (Map.Entry<MovedTable, List<List<String>>> entry : byTable.entrySet()) {
      List<List<String>> keys = entry.getValue();
      for (int from = 0; from < keys.size(); ) {
        int to = Math.min(keys.size(), from + rowsAtOnce);
        applyAtOnce(entry.getKey(), keys.subList(from, to));
        from = to;
      }
    }
  }

  private void applyAtOnce(MovedTable table, List<List<String>> keys) throws SQLException {
    List<MovingRow> rows;
    try (PreparedStatement select =
        source.prepareStatement(
            "SELECT "
                + table.selected()
                + " FROM "
                + schema
                + "."
                + table.name()
                + " WHERE "
                + table.in(keys.size())
                + " LOCK IN SHARE MODE")) {
      bind(table, select, keys);
      rows = read(table, select);
    }
    try (PreparedStatement delete =
        target.prepareStatement(
            "DELETE FROM " + schema + "." + table.name() + " WHERE " + table.in(keys.size()))) {
      bind(table, delete, keys);
      delete.executeUpdate();
    }
    put(table, rows);
  }

  private static void bind(MovedTable table, PreparedStatement statement, List<List<String>> keys)
      throws SQLException {
    int index = 1;
    for (List<String> key : keys) {
      for (int i = 0; i < key.size(); i++) {
        table.key().get(i).bindKey(statement, index++, key.get(i));
      }
    }
  }

  private List<MovingRow> read(MovedTable table, PreparedStatement select) throws SQLException {
    List<MovingRow> rows = new ArrayList<>();
    long bytes = 0;
    try (ResultSet result = select.executeQuery()) {
      while (result.next()) {
        List<String> key = new ArrayList<>();
        int index = 1;
        for (int i = 0; i < table.key().size(); i++) {
          key.add(result.getString(index++));
        }
        List<@Nullable String> values = new ArrayList<>();
        for (int i = 0; i < table.columns().size(); i++) {
          String value = result.getString(index++);
          values.add(value);
          bytes += value == null ? 8 : 8 + value.length();
        }
        rows.add(new MovingRow(key, values));
      }
    }
    if (!rows.isEmpty()) { // the next piece has about as many bytes as it may have
      long fitting = limits.chunkBytes() / Math.max(1, bytes / rows.size());
      rowsAtOnce = Math.clamp(fitting, 1, limits.chunkRows());
    }
    return rows;
  }

  private void put(MovedTable table, List<MovingRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement replace = target.prepareStatement(table.replace(schema, rows.size()))) {
      int index = 1;
      for (MovingRow row : rows) {
        for (String value : row.values()) {
          replace.setString(index++, value);
        }
      }
      replace.executeUpdate();
    }
  }
}
