package org.tanada.router.topology;

import com.mysql.cj.protocol.ServerSessionStateController;
import com.mysql.cj.protocol.ServerSessionStateController.SessionStateChange;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** MySQL: a position is {@code uuid:number}, an applied set {@code uuid:1-5:7,uuid:…}. */
final class MySqlDialect implements Dialect {
  private static final Pattern POSITION = Pattern.compile("[0-9a-fA-F-]{36}:\\d{1,18}");

  @Override
  public String sessionVariables() {
    // Migration histories are compared as one text: MySQL would cut it off after 1024 bytes.
    return "session_track_gtids=OWN_GTID,group_concat_max_len=1048576";
  }

  @Override
  public String observation() {
    return "SELECT @@global.read_only OR @@global.super_read_only, @@global.gtid_executed,"
        + " @@global.gtid_executed";
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

  /** The writes of a group are numbered under the group's name, whoever of it is primary. */
  @Override
  public String log() {
    return "SELECT COALESCE((SELECT NULLIF(variable_value, '')"
        + " FROM performance_schema.global_variables"
        + " WHERE variable_name = 'group_replication_group_name'), @@global.server_uuid),"
        + " @@global.gtid_executed";
  }

  @Override
  public String logEnd() {
    return "SHOW BINARY LOG STATUS";
  }

  @Override
  public String logSource() {
    return "SELECT @@global.server_uuid, @@global.log_bin AND @@global.binlog_format = 'ROW'"
        + " AND @@global.binlog_row_image = 'FULL' AND @@global.binlog_row_value_options = ''"
        + " AND NOT @@global.binlog_transaction_compression";
  }

  /**
   * The last number of the server's own, or its group's: its commits are numbered in order. One
   * that has written nothing yet, since it began with a copy, gives the first that it will write:
   * whoever has that has all before.
   */
  @Override
  public String newestPosition(String origin, String logged) {
    long newest = 1;
    for (Interval own : intervals(logged, origin)) {
      newest = Math.max(newest, own.last());
    }
    return origin + ":" + newest;
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
    long number = number(position);
    return intervals(applied, source(position)).stream()
        .anyMatch(interval -> interval.first() <= number && number <= interval.last());
  }

  /** A primary numbers its commits in their order ({@code binlog_order_commits}). */
  @Override
  public String appliedUpTo(String position) {
    return source(position) + ":1-" + number(position);
  }

  @Override
  public boolean contains(String history, String older) {
    if (history.equals(older)) {
      return true;
    }
    for (String set : older.split(",", -1)) {
      String source = set.trim().split(":", 2)[0];
      List<Interval> there = intervals(history, source);
      for (Interval wanted : intervals(set, source)) {
        if (there.stream()
            .noneMatch(has -> has.first() <= wanted.first() && wanted.last() <= has.last())) {
          return false;
        }
      }
    }
    return true;
  }

  /** Of each source the start of its name, and its last number. */
  @Override
  public String brief(String history) {
    StringJoiner brief = new StringJoiner(" ");
    for (String set : history.split(",", -1)) {
      String source = set.trim().split(":", 2)[0];
      intervals(set, source).stream()
          .mapToLong(Interval::last)
          .max()
          .ifPresent(last -> brief.add(source.substring(0, 8) + "…:" + last));
    }
    return brief.toString();
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
    if (timeout.toMillis() <= 0) {
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

  private record Interval(long first, long last) {}

  /** The untagged intervals of a source in a set: we write none with a tag. */
  private static List<Interval> intervals(String gtids, String source) {
    List<Interval> intervals = new ArrayList<>();
    for (String set : gtids.split(",", -1)) {
      String[] parts = set.trim().split(":", -1);
      if (!parts[0].equalsIgnoreCase(source)) {
        continue;
      }
      for (int i = 1; i < parts.length && Character.isDigit(parts[i].charAt(0)); i++) {
        int dash = parts[i].indexOf('-');
        long first = Long.parseLong(dash < 0 ? parts[i] : parts[i].substring(0, dash));
        intervals.add(new Interval(first, Long.parseLong(parts[i].substring(dash + 1))));
      }
    }
    return intervals;
  }

  private static String source(String position) {
    return position.substring(0, position.indexOf(':')).toLowerCase(Locale.ROOT);
  }

  private static long number(String position) {
    return Long.parseLong(position.substring(position.indexOf(':') + 1));
  }
}
