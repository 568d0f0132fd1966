package org.tanada.router.move;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A table as it is moved.
 *
 * @param name its name
 * @param columns those that are stored, in their order
 * @param key the columns of its primary key, in the key's order
 */
record MovedTable(String name, List<MovedColumn> columns, List<MovedColumn> key) {
  /** What each copy of a shard has of its own. */
  static final Set<String> STAYING = Set.of("shard_state", "shard_move", "flyway_schema_history");

  MovedTable {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
  }

  /**
   * The tables of a schema.
   *
   * @throws MoveException if one of them cannot be moved
   */
  static List<MovedTable> of(Connection connection, String schema) throws SQLException {
    Set<String> names = new TreeSet<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT table_name FROM information_schema.tables"
                + " WHERE table_schema = ? AND table_type = 'BASE TABLE'")) {
      statement.setString(1, schema);
      try (ResultSet found = statement.executeQuery()) {
        while (found.next()) {
          names.add(found.getString(1));
        }
      }
    }
    names.removeAll(STAYING);
    List<MovedTable> tables = new ArrayList<>();
    for (String name : names) {
      tables.add(table(connection, schema, name));
    }
    return tables;
  }

  private static MovedTable table(Connection connection, String schema, String name)
      throws SQLException {
    List<MovedColumn> columns = new ArrayList<>();
    List<MovedColumn> key = new ArrayList<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT c.column_name, c.data_type, c.ordinal_position, c.column_type,"
                + " c.character_set_name, COALESCE(c.generation_expression, ''), s.seq_in_index"
                + " FROM information_schema.columns c"
                + " LEFT JOIN information_schema.statistics s ON s.table_schema = c.table_schema"
                + " AND s.table_name = c.table_name AND s.column_name = c.column_name"
                + " AND s.index_name = 'PRIMARY' WHERE c.table_schema = ? AND c.table_name = ?"
                + " ORDER BY COALESCE(s.seq_in_index, 999), c.ordinal_position")) {
      statement.setString(1, schema);
      statement.setString(2, name);
      try (ResultSet found = statement.executeQuery()) {
        while (found.next()) {
          MovedColumn column =
              new MovedColumn(found.getString(1), found.getString(2), found.getInt(3) - 1);
          if (found.getInt(7) > 0) {
            if (!column.canBeKey(found.getString(4), found.getString(5))) {
              throw new MoveException(
                  "table %s has a primary key of a type that a move cannot follow: %s %s"
                      .formatted(name, column.name(), found.getString(4)));
            }
            key.add(column);
          }
          if (found.getString(6).isEmpty()) {
            columns.add(column);
          }
        }
      }
    }
    if (key.isEmpty()) {
      throw new MoveException("table " + name + " has no primary key: it cannot be moved");
    }
    return new MovedTable(name, columns, key);
  }

  /** The columns of a SELECT: those of the key, then all. */
  String selected() {
    return key.stream().map(MovedColumn::quoted).collect(Collectors.joining(", "))
        + columns.stream().map(column -> ", " + column.read()).collect(Collectors.joining());
  }

  /** A condition that so many rows are meant; their keys are bound one after the other. */
  String in(int rows) {
    String one =
        key.stream()
            .map(column -> column.quoted() + " = ?")
            .collect(Collectors.joining(" AND ", "(", ")"));
    return (one + " OR ").repeat(rows - 1) + one;
  }

  /** A condition that a row comes after another one, whose key is bound by {@link #bindAfter}. */
  String after() {
    List<String> alternatives = new ArrayList<>();
    StringBuilder equal = new StringBuilder();
    for (MovedColumn column : key) {
      alternatives.add("(" + equal + column.quoted() + " > ?)");
      equal.append(column.quoted()).append(" = ? AND ");
    }
    return String.join(" OR ", alternatives);
  }

  int bindAfter(PreparedStatement statement, List<String> last) throws SQLException {
    int index = 1;
    for (int depth = 0; depth < key.size(); depth++) {
      for (int i = 0; i <= depth; i++) {
        key.get(i).bindKey(statement, index++, last.get(i));
      }
    }
    return index;
  }

  String order() {
    return key.stream().map(MovedColumn::quoted).collect(Collectors.joining(", "));
  }

  /** The statement that puts so many rows, in the place of whatever stands in their way. */
  String replace(String schema, int rows) {
    String one =
        columns.stream().map(MovedColumn::written).collect(Collectors.joining(", ", "(", ")"));
    return "REPLACE INTO "
        + schema
        + "."
        + name
        + " ("
        + columns.stream().map(MovedColumn::quoted).collect(Collectors.joining(", "))
        + ") VALUES "
        + (one + ", ").repeat(rows - 1)
        + one;
  }

  /** A statement giving the number of rows, and sums that do not depend on their order. */
  String digest(String schema) {
    String row =
        columns.stream()
            .map(MovedColumn::digested)
            .collect(Collectors.joining(", ", "CONCAT_WS('|', ", ")"));
    return "SELECT COUNT(*), COALESCE(BIT_XOR(CRC32(x)), 0),"
        + " COALESCE(BIT_XOR(CAST(CONV(LEFT(SHA2(x, 256), 16), 16, 10) AS UNSIGNED)), 0)"
        + " FROM (SELECT "
        + row
        + " AS x FROM "
        + schema
        + "."
        + name
        + ") AS texts";
  }
}
