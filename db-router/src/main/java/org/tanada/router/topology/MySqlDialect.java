package org.tanada.router.topology;

import com.mysql.cj.protocol.ServerSessionStateController;
import com.mysql.cj.protocol.ServerSessionStateController.SessionStateChange;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** MySQL: a position is {@code uuid:number}, an applied set {@code uuid:1-5:7,uuid:…}. */
final class MySqlDialect implements Dialect {
  private static final Pattern POSITION = Pattern.compile("[0-9a-fA-F-]{36}:\\d{1,19}");

  @Override
  public String sessionVariables() {
    // Migration histories are compared as one text: MySQL would cut it off after 1024 bytes.
    return "session_track_gtids=OWN_GTID,group_concat_max_len=1048576";
  }

  @Override
  public String observation() {
    return "SELECT @@global.read_only OR @@global.super_read_only, @@global.gtid_executed";
  }

  @Override
  public String replicaStatus() {
    return "SHOW REPLICA STATUS";
  }

  @Override
  public Replication replication(ResultSet status) throws SQLException {
    boolean running =
        "Yes".equals(status.getString("Replica_IO_Running"))
            && "Yes".equals(status.getString("Replica_SQL_Running"));
    long lag = status.getLong("Seconds_Behind_Source");
    return new Replication(running, status.wasNull() ? -1 : lag);
  }

  /** The last number of this server's own range: its own commits are numbered in order. */
  @Override
  public String newestPosition() {
    return "SELECT CONCAT(@@global.server_uuid, ':', SUBSTRING_INDEX(SUBSTRING_INDEX("
        + "SUBSTRING_INDEX(SUBSTRING_INDEX(REPLACE(@@global.gtid_executed, '\\n', ''),"
        + " CONCAT(@@global.server_uuid, ':'), -1), ',', 1), ':', -1), '-', -1))";
  }

  @Override
  public @Nullable String position(List<SessionStateChange> changes) {
    for (SessionStateChange change : changes) {
      if (change.getType() == ServerSessionStateController.SESSION_TRACK_GTIDS
          && !change.getValues().isEmpty()
          && isPosition(change.getValues().getFirst())) {
        return change.getValues().getFirst();
      }
    }
    return null;
  }

  @Override
  public boolean isPosition(String text) {
    return POSITION.matcher(text).matches();
  }

  @Override
  public boolean covers(String applied, String position) {
    String uuid = source(position);
    long number = number(position);
    for (String set : applied.split(",", -1)) {
      String[] parts = set.trim().split(":", -1);
      if (!parts[0].toLowerCase(Locale.ROOT).equals(uuid)) {
        continue;
      }
      for (int i = 1; i < parts.length; i++) {
        if (!Character.isDigit(parts[i].charAt(0))) {
          break; // a tag: numbers of their own follow, and we write none with a tag
        }
        int dash = parts[i].indexOf('-');
        long first = Long.parseLong(dash < 0 ? parts[i] : parts[i].substring(0, dash));
        long last = Long.parseLong(parts[i].substring(dash + 1));
        if (first <= number && number <= last) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Of two sources the second is taken: it is the later primary, which had all of the earlier one's
   * writes or never will.
   */
  @Override
  public String later(String one, String other) {
    return source(one).equals(source(other)) && number(one) > number(other) ? one : other;
  }

  @Override
  public boolean await(Connection connection, String position, Duration timeout)
      throws SQLException {
    if (timeout.isZero()) {
      return false; // the function would take zero for "for ever"
    }
    try (PreparedStatement wait =
        connection.prepareStatement("SELECT WAIT_FOR_EXECUTED_GTID_SET(?, ?)")) {
      wait.setString(1, position);
      wait.setDouble(2, timeout.toMillis() / 1000.0);
      try (ResultSet result = wait.executeQuery()) {
        return result.next() && result.getInt(1) == 0;
      }
    }
  }

  private static String source(String position) {
    return position.substring(0, position.indexOf(':')).toLowerCase(Locale.ROOT);
  }

  private static long number(String position) {
    return Long.parseLong(position.substring(position.indexOf(':') + 1));
  }
}
