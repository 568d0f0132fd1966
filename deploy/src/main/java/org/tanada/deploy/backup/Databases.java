package org.tanada.deploy.backup;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tanada.deploy.database.DatabaseFiles;
import org.tanada.deploy.database.Sql;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.state.Desired;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.PlannedNode;

/** The database clusters of an installation, and which of their nodes is what. */
final class Databases {
  private static final int SECONDS = 3;

  private final Home home;

  Databases(Home home) {
    this.home = home;
  }

  Home home() {
    return home;
  }

  /** The nodes that are meant to run, by cluster. */
  Map<String, List<PlannedNode>> clusters() throws IOException {
    Map<String, List<PlannedNode>> clusters = new LinkedHashMap<>();
    for (Desired.Wanted wanted : new Control(home).desired().nodes()) {
      if (wanted.node().kind() == Kind.MYSQL && wanted.run() != Desired.Run.REMOVED) {
        clusters
            .computeIfAbsent(wanted.node().tier(), _ -> new java.util.ArrayList<>())
            .add(wanted.node());
      }
    }
    return clusters;
  }

  DatabaseFiles files(PlannedNode node) {
    return new DatabaseFiles(home, node);
  }

  /** The node that takes writes. */
  Optional<PlannedNode> primary(List<PlannedNode> nodes) throws IOException {
    for (PlannedNode node : nodes) {
      if (answers(node, "SELECT @@global.read_only", "0")) {
        return Optional.of(node);
      }
    }
    return Optional.empty();
  }

  /**
   * The node that is to be copied: a replica that keeps up, so that the primary has no work by it.
   *
   * @throws OperatorException if none answers
   */
  PlannedNode source(String cluster, List<PlannedNode> nodes) throws IOException {
    for (PlannedNode node : nodes) {
      if (follows(node)) {
        return node;
      }
    }
    return primary(nodes)
        .orElseThrow(() ->
            new OperatorException(
                "no database of " + cluster + " answers: ./tanada status says what is down"));
  }

  private boolean follows(PlannedNode node) throws IOException {
    try {
      Map<String, String> status =
          new Sql(files(node).access(), SECONDS).row("SHOW REPLICA STATUS");
      return "Yes".equals(status.get("Slave_SQL_Running"))
          && "0".equals(status.get("Seconds_Behind_Master"));
    } catch (OperatorException e) {
      return false; // it is down: another one is copied
    }
  }

  private boolean answers(PlannedNode node, String question, String answer) throws IOException {
    try {
      return new Sql(files(node).access(), SECONDS).run(question).equals(List.of(answer));
    } catch (OperatorException e) {
      return false; // it is down, which says that it is not
    }
  }
}
