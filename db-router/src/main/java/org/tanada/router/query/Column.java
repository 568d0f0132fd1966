package org.tanada.router.query;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import org.jspecify.annotations.Nullable;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import tools.jackson.core.JsonGenerator;

/**
 * One column beyond the five that every table has.
 *
 * @param name its name
 * @param kind how its values appear in JSON
 */
public record Column(String name, Kind kind) {
  /** How values appear in JSON. */
  public enum Kind {
    LONG,
    BOOLEAN,
    DOUBLE,
    STRING
  }

  /** The name as it stands in a statement. */
  public String quoted() {
    return "`" + name + "`";
  }

  /** Writes the value at a place of a result. */
  void write(JsonGenerator json, ResultSet result, int index) throws SQLException {
    switch (kind) {
      case LONG -> {
        long value = result.getLong(index);
        if (!result.wasNull()) {
          json.writeNumber(value);
          return;
        }
      }
      case BOOLEAN -> {
        boolean value = result.getBoolean(index);
        if (!result.wasNull()) {
          json.writeBoolean(value);
          return;
        }
      }
      case DOUBLE -> {
        double value = result.getDouble(index);
        if (!result.wasNull()) {
          json.writeNumber(value);
          return;
        }
      }
      case STRING -> {
        String value = result.getString(index);
        if (value != null) {
          json.writeString(value);
          return;
        }
      }
    }
    json.writeNull();
  }

  /**
   * The value as the column's type.
   *
   * @throws ProblemException malformed-request, if it is of another type
   */
  public @Nullable Object coerce(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    return switch (kind) {
      case LONG -> {
        if (value instanceof Long || value instanceof Integer) {
          yield ((Number) value).longValue();
        }
        throw mistyped("a whole number");
      }
      case BOOLEAN -> {
        if (value instanceof Boolean) {
          yield value;
        }
        throw mistyped("true or false");
      }
      case DOUBLE -> {
        if (value instanceof Number number) {
          yield number.doubleValue();
        }
        throw mistyped("a number");
      }
      case STRING -> {
        if (value instanceof String) {
          yield value;
        }
        throw mistyped("a text");
      }
    };
  }

  /** Sets a parameter to a value that {@link #coerce} has passed. */
  public static void bind(PreparedStatement statement, int index, @Nullable Object value)
      throws SQLException {
    switch (value) {
      case null -> statement.setNull(index, Types.NULL);
      case Long number -> statement.setLong(index, number);
      case Boolean truth -> statement.setBoolean(index, truth);
      case Double number -> statement.setDouble(index, number);
      case String text -> statement.setString(index, text);
      default -> throw new IllegalArgumentException("not a column's value: " + value.getClass());
    }
  }

  private ProblemException mistyped(String expected) {
    return new ProblemException(
        ProblemCode.MALFORMED_REQUEST, "column " + name + " takes " + expected);
  }
}
