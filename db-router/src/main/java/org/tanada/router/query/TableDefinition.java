package org.tanada.router.query;

import java.io.ByteArrayOutputStream;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.router.cache.ServedRow;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** A table as the databases describe it. */
public final class TableDefinition {
  /** What every table has. */
  static final List<String> STANDARD =
      List.of("id", "user_id", "version", "created_at", "updated_at");

  private static final JsonFactory JSON = new JsonFactory();

  private final String name;
  private final List<Column> columns;
  private final String selected;
  private final String joined;

  /**
   * A table.
   *
   * @param name its name
   * @param columns those beyond the five that every table has, in their order
   */
  public TableDefinition(String name, List<Column> columns) {
    this.name = name;
    this.columns = List.copyOf(columns);
    this.selected = selected("");
    this.joined = selected("r.");
  }

  private String selected(String prefix) {
    return Stream.concat(STANDARD.stream(), columns.stream().map(Column::quoted))
        .map(column -> prefix + column)
        .collect(Collectors.joining(", "));
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Those beyond the five that every table has, in their order. */
  public List<Column> columns() {
    return columns;
  }

  /** The columns of a SELECT that {@link #read} understands. */
  public String selected() {
    return selected;
  }

  /** The same of a table that is called {@code r} in its statement. */
  String joined() {
    return joined;
  }

  /** The row that a result stands on, its columns beginning at the given index. */
  public ServedRow read(ResultSet result, int first) throws SQLException {
    long id = result.getLong(first);
    long owner = result.getLong(first + 1);
    long version = result.getLong(first + 2);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      json.writeStringProperty("table", name);
      json.writeNumberProperty("id", id);
      json.writeNumberProperty("owner", owner);
      json.writeNumberProperty("version", version);
      json.writeNumberProperty("createdAt", result.getLong(first + 3));
      json.writeNumberProperty("updatedAt", result.getLong(first + 4));
      json.writeObjectPropertyStart("values");
      int index = first + STANDARD.size();
      for (Column column : columns) {
        json.writeName(column.name());
        column.write(json, result, index++);
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    return new ServedRow(id, owner, version, columns.size(), bytes.toByteArray());
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
