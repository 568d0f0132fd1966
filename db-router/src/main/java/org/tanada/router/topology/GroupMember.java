package org.tanada.router.topology;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A MySQL server that is made to be a member of a group (group replication): the group itself says
 * who is primary, and a member that it has lost says so.
 */
final class GroupMember {
  private static final int ACCESS_DENIED_TO_TABLE = 1142;

  /** Since the last transaction that it is applying now was committed on the primary. */
  private static final String LAG =
      "(SELECT MAX(TIMESTAMPDIFF(SECOND, applying_transaction_original_commit_timestamp, NOW(6)))"
          + " FROM performance_schema.replication_applier_status_by_worker"
          + " WHERE channel_name = 'group_replication_applier' AND applying_transaction <> '')";

  private static final String STATE =
      "SELECT (SELECT member_state FROM performance_schema.replication_group_members"
          + " WHERE member_id = @@global.server_uuid),"
          + " (SELECT 2 * SUM(member_state <> 'UNREACHABLE') > COUNT(*)"
          + " FROM performance_schema.replication_group_members), "
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
   * @param writable whether it takes writes by its settings: one that is cut off still does, and
   *     lets them hang
   */
  static Observation observe(Statement statement, boolean writable, String applied, Duration maxLag)
      throws SQLException {
    try (ResultSet seen = statement.executeQuery(STATE)) {
      seen.next();
      return judge(
          writable, applied, seen.getString(1), seen.getBoolean(2), seen.getLong(3), maxLag);
    } catch (SQLException e) {
      if (e.getErrorCode() == ACCESS_DENIED_TO_TABLE) {
        return unfit(
            applied, "may not see the state of its group: grant SELECT on performance_schema");
      }
      throw e;
    }
  }

  /** What follows from what it says. */
  static Observation judge(
      boolean writable,
      String applied,
      @Nullable String state,
      boolean majority,
      long lagSeconds,
      Duration maxLag) {
    if (state == null || state.equals("OFFLINE")) {
      return unfit(applied, "not in its group: its log says why");
    }
    return switch (state) {
      case "RECOVERING" -> unfit(applied, "joining its group, and still taking what it lacks");
      case "ONLINE" -> {
        if (!majority) {
          yield unfit(applied, "cut off from most of its group");
        }
        if (writable) {
          yield new Observation(true, true, false, "", "");
        }
        yield lagSeconds > maxLag.toSeconds()
            ? unfit(applied, "too far behind")
            : new Observation(true, false, true, applied, "");
      }
      default -> unfit(applied, "out of its group (" + state + "): its log says why");
    };
  }

  private static Observation unfit(String applied, String why) {
    return new Observation(true, false, false, applied, why);
  }
}
