package org.tanada.router.query;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Row;

/**
 * A table as the databases describe it.
 *
 * @param name its name
 * @param columns those beyond the five that every table has, in their order
 */
public record TableDefinition(String name, List<Column> columns) {
  /** What every table has. */
  static final List<String> STANDARD =
      List.of("id", "user_id", "version", "created_at", "updated_at");

  public TableDefinition {
    columns = List.copyOf(columns);
  }

  /** The columns of a SELECT that {@link #read} understands. */
  public String selected() {
    return String.join(", ", STANDARD)
        + columns.stream().map(column -> ", " + column.quoted()).collect(Collectors.joining());
  }

  /** The row that a result stands on, its columns beginning at the given index. */
  public Row read(ResultSet result, int first) throws SQLException {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    int index = first + STANDARD.size();
    for (Column column : columns) {
      values.put(column.name(), column.read(result, index++));
    }
    return new Row(
        name,
        result.getLong(first),
        result.getLong(first + 1),
        result.getLong(first + 2),
        result.getLong(first + 3),
        result.getLong(first + 4),
        values);
  }

  /**
   * The column with that name.
   *
   * @throws ProblemException malformed-request, if there is none that a caller may name
   */
  public Column column(String column) {
    Optional<Column> found =
        columns.stream().filter(candidate -> candidate.name().equals(column)).findFirst();
    return found.orElseThrow(() ->
        new ProblemException(
            ProblemCode.MALFORMED_REQUEST, "table " + name + " has no column " + column));
  }

  /** The values as the columns' types, each column checked. */
  public Map<Column, @Nullable Object> coerce(Map<String, @Nullable Object> values) {
    Map<Column, @Nullable Object> typed = new LinkedHashMap<>();
    values.forEach((name, value) -> {
      Column column = column(name);
      typed.put(column, column.coerce(value));
    });
    return typed;
  }
}
