package org.tanada.deploy.process;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.tanada.deploy.database.DatabaseFiles;
import org.tanada.deploy.database.Replication;
import org.tanada.deploy.database.Sql;
import org.tanada.deploy.state.Desired;
import org.tanada.deploy.state.Desired.Wanted;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.PlannedNode;

/** Runs a MariaDB node: the first of a cluster is the primary, the others follow it. */
final class DatabaseRunner implements NodeRunner {
  private final Home home;
  private final Supplier<Desired> desired;

  DatabaseRunner(Home home, Supplier<Desired> desired) {
    this.home = home;
    this.desired = desired;
  }

  @Override
  public Started start(Wanted wanted) throws IOException {
    PlannedNode node = wanted.node();
    DatabaseFiles files = new DatabaseFiles(home, node);
    List<PlannedNode> others = others(node);
    if (!files.initialised() && !node.replica()) {
      refuseToForget(node, others);
    }
    if (node.replica() && rebuildWanted(wanted)) {
      StateFiles.deleteTree(home.node(node.name()).resolve("data"));
    }
    files.prepare(!others.isEmpty());
    StateFiles.write(rebuilt(node), Integer.toString(wanted.rebuild()));
    Process process =
        Launch.start(home, node.name(), files.command(), Map.of("MALLOC_ARENA_MAX", "2"));
    return new Started(process, Versions.of("mariadbd", "--version"), "");
  }

  /** A primary without data beside a replica with data has lost it: it must not start empty. */
  private void refuseToForget(PlannedNode node, List<PlannedNode> others) {
    for (PlannedNode other : others) {
      if (new DatabaseFiles(home, other).initialised()) {
        throw new OperatorException(
            node.name()
                + " has lost its data while "
                + other.name()
                + " has a copy: stop it and copy its data directory to "
                + home.node(node.name()).resolve("data"));
      }
    }
  }

  private boolean rebuildWanted(Wanted wanted) throws IOException {
    if (!Files.exists(home.node(wanted.node().name()).resolve("data"))) {
      return false;
    }
    var file = rebuilt(wanted.node());
    int done = Files.exists(file) ? Integer.parseInt(Files.readString(file).strip()) : 0;
    return wanted.rebuild() > done;
  }

  private java.nio.file.Path rebuilt(PlannedNode node) {
    return home.node(node.name()).resolve("conf").resolve("rebuild");
  }

  private List<PlannedNode> others(PlannedNode node) {
    return desired.get().nodes().stream()
        .filter(wanted -> wanted.run() != Desired.Run.REMOVED)
        .map(Wanted::node)
        .filter(other -> other.tier().equals(node.tier()) && !other.name().equals(node.name()))
        .toList();
  }

  @Override
  public Probe probe(Wanted wanted) throws IOException {
    PlannedNode node = wanted.node();
    DatabaseFiles files = new DatabaseFiles(home, node);
    if (!node.replica()) {
      try {
        new Sql(files).run("SELECT 1");
        return Probe.READY;
      } catch (OperatorException e) {
        return silentOr(e);
      }
    }
    PlannedNode primary =
        others(node).stream()
            .filter(other -> !other.replica())
            .findFirst()
            .orElseThrow(() -> new OperatorException(node.name() + " has no primary"));
    try {
      return switch (new Replication(files, new DatabaseFiles(home, primary)).check()) {
        case Replication.Health.Following() -> Probe.READY;
        case Replication.Health.Waiting(String why) -> Probe.notReady(why);
        case Replication.Health.Broken(String why) ->
            Probe.notReady(Replication.BROKEN + ": " + why);
      };
    } catch (OperatorException e) {
      return silentOr(e);
    }
  }

  /** 2002 and 2003: it does not listen (yet). */
  private static Probe silentOr(OperatorException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("ERROR 200") ? Probe.SILENT : Probe.notReady(message);
  }
}
