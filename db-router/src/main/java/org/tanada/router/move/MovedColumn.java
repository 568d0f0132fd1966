package org.tanada.router.move;

import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One column as it travels: as a text from which either dialect makes the same value again.
 *
 * @param name its name
 * @param type its data type in information_schema
 * @param ordinal its place in the table, from 0
 */
record MovedColumn(String name, String type, int ordinal) {
  private static final Set<String> INTEGERS =
      Set.of("bigint", "int", "mediumint", "smallint", "tinyint");
  private static final Set<String> TEXTS = Set.of("char", "varchar");
  private static final Set<String> BINARIES =
      Set.of("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob");

  String quoted() {
    return "`" + name + "`";
  }

  /** The expression that reads it. */
  String read() {
    if (BINARIES.contains(type)) {
      return "HEX(" + quoted() + ")";
    }
    return switch (type) {
      case "bit" -> "CAST(" + quoted() + " AS UNSIGNED)";
      case "float" -> "CAST(" + quoted() + " AS DOUBLE)"; // its text is rounded
      default -> quoted();
    };
  }

  /** The expression that writes what {@link #read()} gave. */
  String written() {
    return BINARIES.contains(type) ? "UNHEX(?)" : type.equals("bit") ? "CAST(? AS UNSIGNED)" : "?";
  }

  /** A text that differs whenever the value does. */
  String digested() {
    return "IF("
        + quoted()
        + " IS NULL, 'N', CONCAT(CHAR_LENGTH("
        + read()
        + "), ':', "
        + read()
        + "))";
  }

  /** Whether a primary key of it can be followed through a binary log. */
  boolean canBeKey(String columnType, @Nullable String charset) {
    return INTEGERS.contains(type)
        ? !columnType.contains("unsigned")
        : TEXTS.contains(type) && charset != null && charset.startsWith("utf8");
  }

  /** A value of a key, as a row event has it. */
  String keyText(Object value) {
    return value instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : String.valueOf(value);
  }

  /** Binds a value of a key: a number as a number, or the comparison would not use the index. */
  void bindKey(PreparedStatement statement, int index, String value) throws SQLException {
    if (INTEGERS.contains(type)) {
      statement.setLong(index, Long.parseLong(value));
    } else {
      statement.setString(index, value);
    }
  }
}
