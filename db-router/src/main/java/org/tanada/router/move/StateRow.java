package org.tanada.router.move;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.tanada.router.shard.Place;

/**
 * The row by which a copy of a shard says what it is.
 *
 * <p>Times are microseconds by the clock of the server itself, so that no router's clock matters.
 */
final class StateRow {
  private static final String NOW = "CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED)";

  private StateRow() {}

  /**
   * What a copy says.
   *
   * @param movedTo the cluster that took over from it, or 0
   */
  record State(String state, long epoch, int movedTo) {
    boolean is(String other) {
      return state.equals(other);
    }
  }

  /** What the copy says, if it says anything; the row stays locked if asked for. */
  static Optional<State> read(Connection connection, String schema, boolean lock)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                "SELECT state, epoch, moved_to FROM "
                    + schema
                    + ".shard_state WHERE id = 1"
                    + (lock ? " FOR UPDATE" : ""))) {
      return found.next()
          ? Optional.of(new State(found.getString(1), found.getLong(2), found.getInt(3)))
          : Optional.empty();
    }
  }

  /** Makes writes wait, as soon as those under way are done; gives the fence's time. */
  static Optional<Long> fence(Connection connection, String schema) throws SQLException {
    int changed =
        update(
            connection,
            "UPDATE "
                + schema
                + ".shard_state SET state = '"
                + Place.FENCED
                + "', fenced_at = "
                + NOW
                + " WHERE id = 1 AND state = '"
                + Place.ACTIVE
                + "'");
    if (changed == 0) {
      return Optional.empty();
    }
    try (Statement statement = connection.createStatement();
        ResultSet at = statement.executeQuery("SELECT fenced_at FROM " + schema + ".shard_state")) {
      at.next();
      return Optional.of(at.getLong(1));
    }
  }

  /** Lets writes go on, if they have waited so long; whether they had. */
  static boolean lift(Connection connection, String schema, long olderThanMillis)
      throws SQLException {
    return update(
            connection,
            "UPDATE "
                + schema
                + ".shard_state SET state = '"
                + Place.ACTIVE
                + "', fenced_at = NULL WHERE id = 1 AND state = '"
                + Place.FENCED
                + "' AND fenced_at <= "
                + NOW
                + " - "
                + olderThanMillis * 1_000)
        == 1;
  }

  /** Lets writes go on that wait for this very fence. */
  static void lift(Connection connection, String schema, Long fencedAt) throws SQLException {
    update(
        connection,
        "UPDATE "
            + schema
            + ".shard_state SET state = '"
            + Place.ACTIVE
            + "', fenced_at = NULL WHERE id = 1 AND state = '"
            + Place.FENCED
            + "' AND fenced_at = "
            + fencedAt);
  }

  /** Gives the shard away; false if somebody has lifted the fence. */
  static boolean giveAway(Connection connection, String schema, long fencedAt, int to)
      throws SQLException {
    return update(
            connection,
            "UPDATE "
                + schema
                + ".shard_state SET state = '"
                + Place.MOVED
                + "', fenced_at = NULL, epoch = epoch + 1, moved_to = "
                + to
                + " WHERE id = 1 AND state = '"
                + Place.FENCED
                + "' AND fenced_at = "
                + fencedAt)
        == 1;
  }

  /**
   * Takes the shard over, unless that was done before.
   *
   * @param position of the commit that gave it away
   * @param epoch of the copy that gave it away
   */
  static boolean takeOver(
      Connection connection, String schema, int from, String position, long epoch)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE "
                + schema
                + ".shard_state SET state = '"
                + Place.ACTIVE
                + "', epoch = ?, moved_from = ?, moved_position = ?, moved_to = NULL"
                + " WHERE id = 1 AND state = '"
                + Place.INCOMING
                + "' AND epoch = ?")) {
      statement.setLong(1, epoch);
      statement.setInt(2, from);
      statement.setString(3, position);
      statement.setLong(4, epoch - 1);
      return statement.executeUpdate() == 1;
    }
  }

  private static int update(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }
}
