package org.tanada.router.topology;

import com.mysql.cj.protocol.ServerSessionStateController;
import com.mysql.cj.protocol.ServerSessionStateController.SessionStateChange;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** MariaDB: a position is {@code domain-server-sequence}, an applied set a list of them. */
final class MariaDbDialect implements Dialect {
  private static final Pattern POSITION = Pattern.compile("\\d{1,10}-\\d{1,10}-\\d{1,18}");

  @Override
  public String sessionVariables() {
    return "session_track_system_variables='autocommit,last_gtid'";
  }

  @Override
  public String observation() {
    // a copy has no binary log of what was before it: the position that it began with tells
    return "SELECT @@global.read_only, @@global.gtid_slave_pos,"
        + " CONCAT(@@global.gtid_binlog_state, '|', @@global.gtid_slave_pos)";
  }

  @Override
  public String replicaStatus() {
    return "SHOW SLAVE STATUS";
  }

  @Override
  public Replication replication(ResultSet status) throws SQLException {
    boolean running =
        "Yes".equals(status.getString("Slave_IO_Running"))
            && "Yes".equals(status.getString("Slave_SQL_Running"));
    long lag = status.getLong("Seconds_Behind_Master");
    return new Replication(running, status.wasNull() ? -1 : lag);
  }

  @Override
  public String log() {
    return "SELECT @@global.gtid_domain_id, @@global.gtid_binlog_pos";
  }

  @Override
  public String logEnd() {
    return "SHOW MASTER STATUS";
  }

  @Override
  public String logSource() {
    return "SELECT CONCAT(@@global.server_id, '@', @@global.hostname, ':', @@global.port),"
        + " @@global.log_bin AND @@global.binlog_format = 'ROW'"
        + " AND @@global.binlog_row_image = 'FULL' AND NOT @@global.log_bin_compress";
  }

  @Override
  public @Nullable String newestPosition(String origin, String logged) {
    for (String part : logged.split(",", -1)) {
      if (isPosition(part.trim()) && domain(part.trim()).equals(origin)) {
        return part.trim();
      }
    }
    return null;
  }

  @Override
  public @Nullable String position(List<SessionStateChange> changes) {
    for (SessionStateChange change : changes) {
      if (change.getType() == ServerSessionStateController.SESSION_TRACK_SYSTEM_VARIABLES
          && change.getValues().size() == 2
          && change.getValues().get(0).equals("last_gtid")
          && isPosition(change.getValues().get(1))) {
        return change.getValues().get(1);
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
    for (String part : applied.split(",", -1)) {
      if (isPosition(part.trim())
          && domain(part.trim()).equals(domain(position))
          && sequence(part.trim()) >= sequence(position)) {
        return true;
      }
    }
    return false;
  }

  /**
   * A history is {@code binary log|position of replication}, each with the last of every server. A
   * server that the other log knows nothing of wrote before that log began, if replication was
   * further by then.
   */
  @Override
  public boolean contains(String history, String older) {
    if (history.equals(older)) {
      return true;
    }
    List<String> there = positions(history);
    List<String> copied = positions(history.substring(history.indexOf('|') + 1));
    return positions(older).stream()
        .allMatch(wanted -> {
          List<String> same =
              there.stream().filter(has -> origin(has).equals(origin(wanted))).toList();
          return (same.isEmpty()
                  ? copied.stream().filter(has -> domain(has).equals(domain(wanted)))
                  : same.stream())
              .anyMatch(has -> sequence(has) >= sequence(wanted));
        });
  }

  /** The last position. */
  @Override
  public String brief(String history) {
    return positions(history).stream()
        .max(Comparator.comparingLong(MariaDbDialect::sequence))
        .orElse("");
  }

  private List<String> positions(String history) {
    return Arrays.stream(history.split("[,|]", -1))
        .map(String::trim)
        .filter(this::isPosition)
        .toList();
  }

  @Override
  public String later(String one, String other) {
    return domain(one).equals(domain(other)) && sequence(one) > sequence(other) ? one : other;
  }

  @Override
  public boolean await(Connection connection, String position, Duration timeout)
      throws SQLException {
    try (PreparedStatement wait = connection.prepareStatement("SELECT MASTER_GTID_WAIT(?, ?)")) {
      wait.setString(1, position);
      wait.setDouble(2, timeout.toMillis() / 1000.0);
      try (ResultSet result = wait.executeQuery()) {
        return result.next() && result.getInt(1) == 0;
      }
    }
  }

  /** Domain and server. */
  private static String origin(String position) {
    return position.substring(0, position.lastIndexOf('-'));
  }

  private static String domain(String position) {
    return position.substring(0, position.indexOf('-'));
  }

  private static long sequence(String position) {
    return Long.parseLong(position.substring(position.lastIndexOf('-') + 1));
  }
}
