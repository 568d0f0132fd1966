package org.tanada.router.topology;

import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a failure of a statement means, by the codes that MySQL and MariaDB share. */
public final class SqlFailure {
  private static final Pattern KEY = Pattern.compile("for key '([^']+)'");

  private SqlFailure() {}

  /** The connection broke or could not be made: nothing is known about the statement's fate. */
  public static boolean isConnection(SQLException e) {
    return e instanceof SQLTransientConnectionException
        || e instanceof SQLNonTransientConnectionException
        || e instanceof SQLRecoverableException
        || (e.getSQLState() != null && e.getSQLState().startsWith("08"))
        || e.getErrorCode() == 1053 // server shutdown in progress
        || e.getErrorCode() == 1927 // connection was killed (MariaDB)
        || e.getErrorCode() == 3169 // session was killed (MySQL)
        || e.getErrorCode() == 4031; // closed by the server, since it was idle (MySQL)
  }

  /** All connections are in use, and none came free: nothing is wrong with the server itself. */
  public static boolean isExhausted(SQLException e) {
    return e instanceof SQLTransientConnectionException
        && e.getCause() == null
        && e.getSQLState() == null;
  }

  /** The server was too slow to answer, which says nothing about others that ask it. */
  public static boolean isTimeout(SQLException e) {
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof SocketTimeoutException) {
        return true;
      }
    }
    return false;
  }

  /** Two transactions wanted each other's locks: the server has rolled this one back. */
  public static boolean isDeadlock(SQLException e) {
    return e.getErrorCode() == 1213 || e.getErrorCode() == 1020;
  }

  /** A lock was not free in time. */
  public static boolean isLockTimeout(SQLException e) {
    return e.getErrorCode() == 1205;
  }

  /** The server takes no writes: it is not, or no longer, the primary. */
  public static boolean isReadOnly(SQLException e) {
    return e.getErrorCode() == 1290 || e.getErrorCode() == 1836;
  }

  /** The schema or the table is not there. */
  public static boolean isMissingSchema(SQLException e) {
    return e.getErrorCode() == 1049 || e.getErrorCode() == 1146;
  }

  /** The server has no room left on its disk. */
  public static boolean isFull(SQLException e) {
    return e.getErrorCode() == 1021
        || e.getErrorCode() == 1114
        || String.valueOf(e.getMessage()).contains("No space left on device");
  }

  /** A unique key has that value already. */
  public static boolean isDuplicate(SQLException e) {
    return e.getErrorCode() == 1062;
  }

  /** A value does not fit its column: too long, out of range, wrong type, missing. */
  public static boolean isBadValue(SQLException e) {
    return switch (e.getErrorCode()) {
      case 1048, 1264, 1265, 1292, 1364, 1366, 1406, 1690, 3819, 4025 -> true;
      default -> false;
    };
  }

  /** The name of the key that a duplicate met: {@code PRIMARY} or the index's name. */
  public static String duplicateKey(SQLException e) {
    Matcher matcher = KEY.matcher(String.valueOf(e.getMessage()));
    String key = "";
    while (matcher.find()) {
      key = matcher.group(1); // the last one: the value before it may contain anything
    }
    return key.substring(key.lastIndexOf('.') + 1); // MySQL puts the table's name before it
  }
}
