package org.tanada.deploy.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.tanada.deploy.database.ClusterRole;
import org.tanada.deploy.database.DatabaseFiles;
import org.tanada.deploy.database.PromotionMark;
import org.tanada.deploy.database.Replication;
import org.tanada.deploy.database.Sql;
import org.tanada.deploy.state.Desired;
import org.tanada.deploy.state.Desired.Wanted;
import org.tanada.deploy.state.DrillMark;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.PlannedNode;

/** Runs a MariaDB node, and keeps it the primary or a replica, whichever it has to be. */
final class DatabaseRunner implements NodeRunner {
  private final Home home;
  private final Supplier<Desired> desired;
  private final Consumer<String> journal;

  DatabaseRunner(Home home, Supplier<Desired> desired, Consumer<String> journal) {
    this.home = home;
    this.desired = desired;
    this.journal = journal;
  }

  @Override
  public Started start(Wanted wanted) throws IOException {
    PlannedNode node = wanted.node();
    DatabaseFiles files = new DatabaseFiles(home, node);
    if (!files.initialised() && node.index() == 1) {
      refuseToForget(node);
    }
    if (rebuildWanted(wanted)) {
      StateFiles.deleteTree(home.node(node.name()).resolve("data"));
    }
    files
        .putErrantAside()
        .ifPresent(aside -> journal.accept(node.name() + ": its data are now in " + aside));
    files.prepare();
    StateFiles.write(rebuilt(node), Integer.toString(wanted.rebuild()));
    Process process =
        Launch.start(home, node.name(), files.command(), Map.of("MALLOC_ARENA_MAX", "2"));
    return new Started(process, Versions.of("mariadbd", "--version"), "");
  }

  /**
   * The first node without data beside another with data has lost them: unless that one was
   * promoted meanwhile, it would be the primary, and must not start empty.
   */
  private void refuseToForget(PlannedNode node) throws IOException {
    List<ClusterRole.Peer> peers = peers(node);
    for (ClusterRole.Peer peer : peers) {
      if (new DatabaseFiles(home, peer.node()).initialised()
          && !ClusterRole.replaced(node.name(), peers)) {
        throw new OperatorException(
            "%s has lost its data while %s has a copy: ./tanada shards promote %s makes that the primary, and this one anew"
                .formatted(node.name(), peer.node().name(), node.tier()));
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

  private List<ClusterRole.Peer> peers(PlannedNode node) throws IOException {
    DrillMark drill = DrillMark.of(home);
    return desired.get().nodes().stream()
        .filter(wanted -> wanted.run() != Desired.Run.REMOVED)
        .map(Wanted::node)
        .filter(other -> other.tier().equals(node.tier()) && !other.name().equals(node.name()))
        .map(other ->
            new ClusterRole.Peer(
                drill.forFollowers(other), new DatabaseFiles(home, other).access()))
        .toList();
  }

  @Override
  public Probe probe(Wanted wanted) throws IOException {
    PlannedNode node = wanted.node();
    DatabaseFiles files = new DatabaseFiles(home, node);
    try {
      return switch (new ClusterRole(files, peers(node), () -> promoting(node)).keep()) {
        case Replication.Health.Leading() -> Probe.LEADING;
        case Replication.Health.Following(int delay) -> {
          int wished = DrillMark.of(home).delaySeconds();
          if (delay != wished) {
            Replication.delay(files, wished);
          }
          yield Probe.READY;
        }
        case Replication.Health.Waiting(String why) -> Probe.notReady(why);
        case Replication.Health.Broken(String why) ->
            Probe.notReady(Replication.BROKEN + ": " + why);
        case Replication.Health.Errant errant -> cloneAgain(files, errant);
      };
    } catch (OperatorException e) {
      return silentOr(e);
    }
  }

  private boolean promoting(PlannedNode node) {
    try {
      return PromotionMark.active(home, node.tier());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** It stops, and starts again without its data, which are kept. */
  private Probe cloneAgain(DatabaseFiles files, Replication.Health.Errant errant)
      throws IOException {
    String why = errant.problem() + ": they are put aside, and it is made anew";
    journal.accept(files.name() + ": " + why);
    files.markErrant(why);
    new Sql(files).run("SHUTDOWN");
    return Probe.notReady(why);
  }

  /** 2002 and 2003: it does not listen (yet). */
  private static Probe silentOr(OperatorException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("ERROR 200") ? Probe.SILENT : Probe.notReady(message);
  }
}
