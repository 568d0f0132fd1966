package org.tanada.router.topology;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A MySQL server that is made to be a member of a group (group replication): the group itself says
 * who is primary, and a member that it has lost says so.
 */
final class GroupMember {
  private static final int ACCESS_DENIED_TO_TABLE = 1142;

  private static final Pattern VIEW = Pattern.compile("\\d{1,18}:\\d{1,7}");

  /** How long ago what it is applying now was committed by the primary, in seconds. */
  private static final String LAG =
      "(SELECT MAX(TIMESTAMPDIFF(SECOND, applying_transaction_original_commit_timestamp, NOW(6)))"
          + " FROM performance_schema.replication_applier_status_by_worker"
          + " WHERE channel_name = 'group_replication_applier' AND applying_transaction <> '')";

  private static final String STATE =
      "SELECT (SELECT member_state FROM performance_schema.replication_group_members"
          + " WHERE member_id = @@global.server_uuid),"
          + " (SELECT 2 * SUM(member_state <> 'UNREACHABLE') > COUNT(*)"
          + " FROM performance_schema.replication_group_members),"
          + " (SELECT view_id FROM performance_schema.replication_group_member_stats"
          + " WHERE member_id = @@global.server_uuid), "
          + LAG;

  private GroupMember() {}

  /** Whether the server that the statement goes to is made to be one. */
  static boolean is(Statement statement, Dialect spoken) throws SQLException {
    if (!(spoken instanceof MySqlDialect)) {
      return false;
    }
    try (ResultSet plugin =
        statement.executeQuery(
            "SELECT COUNT(*) FROM information_schema.plugins"
                + " WHERE plugin_name = 'group_replication' AND plugin_status = 'ACTIVE'")) {
      return plugin.next() && plugin.getBoolean(1);
    }
  }

  /**
   * How it fares in its group.
   *
   * @param node its name
   * @param writable whether it takes writes by its settings: one that is cut off still does, and
   *     lets them hang
   * @param history all transactions that it has
   */
  static Observation observe(
      Statement statement, String node, boolean writable, String history, Duration maxLag)
      throws SQLException {
    long at = System.nanoTime();
    Lineage follower = new Lineage(0, "", history, at);
    try (ResultSet seen = statement.executeQuery(STATE)) {
      seen.next();
      String problem = problem(seen.getString(1), seen.getBoolean(2));
      if (!problem.isEmpty()) {
        return unfit(history, problem).with(follower);
      }
      if (writable) {
        return new Observation(true, true, false, "", "")
            .with(new Lineage(term(seen.getString(3)), node, history, at));
      }
      long lag = seen.getLong(4);
      boolean near = lag <= maxLag.toSeconds();
      return new Observation(
          true, false, near, history, near ? "" : "too far behind", lag, follower);
    } catch (SQLException e) {
      if (e.getErrorCode() == ACCESS_DENIED_TO_TABLE) {
        return unfit(
            history, "may not see the state of its group: grant SELECT on performance_schema");
      }
      throw e;
    }
  }

  /** Why a member in that state is fit for nothing; empty if it is not so. */
  static String problem(@Nullable String state, boolean majority) {
    return switch (state) {
      case null -> "not in its group: its log says why";
      case "OFFLINE" -> "not in its group: its log says why";
      case "RECOVERING" -> "joining its group, and still taking what it lacks";
      case "ONLINE" -> majority ? "" : "cut off from most of its group";
      default -> "out of its group (" + state + "): its log says why";
    };
  }

  /**
   * The term that a view of the group stands for. A view is called {@code T:N}: T is when the group
   * began, in tenths of microseconds since 1970, and N grows with each change of its members. A
   * former primary that was cut off, or hung, and still believes that it is one has an older view
   * than the one that took its place.
   */
  static long term(@Nullable String view) {
    if (view == null || !VIEW.matcher(view).matches()) {
      return 0;
    }
    int colon = view.indexOf(':');
    long second = Long.parseLong(view.substring(0, colon)) / 10_000_000;
    return (second << 24) + Long.parseLong(view.substring(colon + 1));
  }

  private static Observation unfit(String applied, String why) {
    return new Observation(true, false, false, applied, why);
  }
}
