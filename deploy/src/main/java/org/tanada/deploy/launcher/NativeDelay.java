package org.tanada.deploy.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.tanada.deploy.database.DatabaseFiles;
import org.tanada.deploy.database.Sql;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.state.Desired;
import org.tanada.deploy.state.DrillMark;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.PlannedNode;

/**
 * Native replicas that lag on purpose: their keepers see to it, as long as this process lives and
 * wishes it.
 */
final class NativeDelay {
  private static final int SECONDS = 20;
  private static final long POLL_MILLIS = 500;

  private NativeDelay() {}

  static void set(Home home, Duration delay) throws IOException {
    int seconds = Math.toIntExact(delay.toSeconds());
    if (seconds == 0) {
      DrillMark.clear(home);
    } else {
      DrillMark.set(home, Map.of(), Map.of(), seconds);
    }
    List<PlannedNode> databases =
        new Control(home)
            .desired().nodes().stream()
                .filter(wanted -> wanted.run().up())
                .map(Desired.Wanted::node)
                .filter(node -> node.kind() == Kind.MYSQL)
                .toList();
    for (PlannedNode node : databases) {
      Sql sql = new Sql(new DatabaseFiles(home, node));
      if (!Control.await(SECONDS, POLL_MILLIS, () -> lags(sql, seconds))) {
        throw new OperatorException(
            "%s does not lag by %d s within %d s: is everything up (./tanada status)?"
                .formatted(node.name(), seconds, SECONDS));
      }
    }
  }

  /** Whether it does, or is a primary, which never lags. */
  private static boolean lags(Sql sql, int seconds) {
    try {
      Map<String, String> status = sql.row("SHOW REPLICA STATUS");
      return status.isEmpty()
          || (status.getOrDefault("SQL_Delay", "").equals(Integer.toString(seconds))
              && status.getOrDefault("Slave_SQL_Running", "").equals("Yes"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
