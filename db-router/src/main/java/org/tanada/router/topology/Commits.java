package org.tanada.router.topology;

import com.mysql.cj.MysqlConnection;
import com.mysql.cj.protocol.ServerSessionStateController;
import com.mysql.cj.protocol.ServerSessionStateController.SessionStateChange;
import com.mysql.cj.protocol.ServerSessionStateController.SessionStateChangesListener;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Commits of which the position is known at once. */
public final class Commits {
  private Commits() {}

  /**
   * Commits; the server reports the position in its very answer.
   *
   * @param connection of {@link DatabaseNode#connect()}, which makes the server report it
   * @param work whose last statement commits
   * @return the position; empty if nothing was written
   */
  public static String of(Connection connection, Dialect dialect, Work work) throws SQLException {
    List<SessionStateChange> changes = new ArrayList<>();
    SessionStateChangesListener listener =
        reported -> changes.addAll(reported.getSessionStateChangesList());
    ServerSessionStateController controller =
        connection.unwrap(MysqlConnection.class).getServerSessionStateController();
    controller.addSessionStateChangesListener(listener);
    try {
      work.run(connection);
    } finally {
      controller.removeSessionStateChangesListener(listener);
    }
    String position = dialect.position(changes);
    return position == null ? "" : position;
  }

  /** Statements, the last of which commits. */
  public interface Work {
    /** Executes them. */
    void run(Connection connection) throws SQLException;
  }
}
