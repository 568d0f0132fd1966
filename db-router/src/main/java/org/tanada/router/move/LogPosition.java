package org.tanada.router.move;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import org.tanada.router.topology.Dialect;

/**
 * A place in a server's binary log.
 *
 * @param file its file, numbered at its end
 * @param offset bytes from the file's beginning
 */
record LogPosition(String file, long offset) implements Comparable<LogPosition> {
  private static final Comparator<LogPosition> ORDER =
      Comparator.comparingLong(LogPosition::number).thenComparingLong(LogPosition::offset);

  /** Where the log of a server ends now. */
  static LogPosition end(Connection connection, Dialect dialect) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet end = statement.executeQuery(dialect.logEnd())) {
      if (!end.next()) {
        throw new MoveException(
            "the source writes no binary log, and a move reads it: switch log_bin on");
      }
      return new LogPosition(end.getString(1), end.getLong(2));
    }
  }

  /** Whether all up to the other one is before this one. */
  boolean reaches(LogPosition other) {
    return compareTo(other) >= 0;
  }

  @Override
  public int compareTo(LogPosition other) {
    return ORDER.compare(this, other);
  }

  private long number() {
    return Long.parseLong(file.substring(file.lastIndexOf('.') + 1));
  }
}
