package org.tanada.deploy.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tanada.deploy.database.Access;
import org.tanada.deploy.database.Sql;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.state.Desired;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.TopologyFile;

/** The database clusters of an installation, and which of their nodes is what. */
final class Databases {
  private static final int SECONDS = 3;

  private static final int MYSQL_PORT = 3306;

  private final Home home;
  private final Dialect dialect;

  Databases(Home home) {
    this.home = home;
    this.dialect = Dialect.of(home);
  }

  Dialect dialect() {
    return dialect;
  }

  Home home() {
    return home;
  }

  /** The nodes that are meant to run, by cluster. */
  Map<String, List<PlannedNode>> clusters() throws IOException {
    Map<String, List<PlannedNode>> clusters = new LinkedHashMap<>();
    for (PlannedNode node : nodes()) {
      if (node.kind() == Kind.MYSQL) {
        clusters.computeIfAbsent(node.tier(), _ -> new ArrayList<>()).add(node);
      }
    }
    return clusters;
  }

  private List<PlannedNode> nodes() throws IOException {
    return switch (dialect) {
      case MariaDb() ->
          new Control(home)
              .desired().nodes().stream()
                  .filter(wanted -> wanted.run() != Desired.Run.REMOVED)
                  .map(Desired.Wanted::node)
                  .toList();
      case MySql() ->
          Files.exists(home.topology())
              ? TopologyFile.read(home.topology()).nodes().stream()
                  .map(node -> node.on(node.name()).at(MYSQL_PORT))
                  .toList()
              : List.of(); // nobody has said yet which ones there are
    };
  }

  Access access(PlannedNode node) {
    return dialect.access(home, node);
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
      Map<String, String> status = new Sql(access(node), SECONDS).row("SHOW REPLICA STATUS");
      return dialect.follows(status);
    } catch (OperatorException e) {
      return false; // it is down: another one is copied
    }
  }

  private boolean answers(PlannedNode node, String question, String answer) throws IOException {
    try {
      return new Sql(access(node), SECONDS).run(question).equals(List.of(answer));
    } catch (OperatorException e) {
      return false; // it is down, which says that it is not
    }
  }
}
