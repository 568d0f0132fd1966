package org.tanada.deploy.command;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.tanada.common.row.ShardsContract.ClusterState;
import org.tanada.common.row.ShardsContract.Copy;
import org.tanada.common.row.ShardsContract.Listing;
import org.tanada.common.row.ShardsContract.Move;
import org.tanada.common.row.ShardsContract.Progress;
import org.tanada.deploy.launcher.Launcher;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.topology.Change;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Where the virtual shards are, and moving them between clusters while they are in use. */
@Command(
    name = "shards",
    description = "Shows where the virtual shards are; moves them while they are in use.",
    subcommands = {
      ShardsCommand.Add.class,
      ShardsCommand.MoveOne.class,
      ShardsCommand.Abort.class,
      ShardsCommand.Clean.class,
      ShardsCommand.Balance.class,
      ShardsCommand.Drain.class,
      ShardsPromoteCommand.class,
      ShardsRemoveCommand.class,
    })
public final class ShardsCommand extends Operation {
  @Override
  public Integer call() throws Exception {
    ShardsClient client = new ShardsClient(launcher());
    Listing listing = client.list();
    List<ClusterState> databases = client.clusters();
    answer(new Shown(listing.clusters(), listing.copies(), listing.moves(), databases));
    Table table =
        new Table(
            List.of("SHARD", "CLUSTER", "STATE", "EPOCH", "VERSION", "ROWS", "SIZE"),
            List.of(3, 4, 5, 6));
    listing.copies().stream()
        .sorted(Comparator.comparingInt(Copy::shard).thenComparingInt(Copy::cluster))
        .forEach(copy ->
            table.row(
                List.of(
                    String.format(Locale.ROOT, "%02d", copy.shard()),
                    "mysql-" + copy.cluster(),
                    copy.state().isEmpty() ? "unborn" : copy.state(),
                    String.valueOf(copy.epoch()),
                    copy.version(),
                    String.format(Locale.ROOT, "%,d", copy.rows()),
                    megabytes(copy.bytes())),
                ""));
    table.lines().forEach(this::say);
    for (Progress move : listing.moves()) {
      say(
          "shard %02d moves from mysql-%d to mysql-%d by %s: %s, %s"
              .formatted(
                  move.shard(),
                  move.from(),
                  move.to(),
                  move.router(),
                  move.running() ? "running" : "stands still; shards move resumes it",
                  move.error() == null ? move.phase() : move.error()));
    }
    Map<Integer, Long> counts = new TreeMap<>();
    listing.clusters().forEach(cluster -> counts.put(cluster, 0L));
    listing.copies().stream()
        .filter(copy -> copy.state().equals("active"))
        .forEach(copy -> counts.merge(copy.cluster(), 1L, Long::sum));
    counts.forEach((cluster, count) -> say("mysql-%d has %d shards".formatted(cluster, count)));
    say("");
    ClusterTable.lines(databases).forEach(this::say);
    return DONE;
  }

  /** What {@code --json} answers. */
  private record Shown(
      List<Integer> clusters,
      List<Copy> copies,
      List<Progress> moves,
      List<ClusterState> databases) {}

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
  }

  /** The number of a cluster by its name or as it is. */
  static int cluster(String name) {
    try {
      return Integer.parseInt(name.startsWith("mysql-") ? name.substring(6) : name);
    } catch (NumberFormatException e) {
      throw new OperatorException(
          "there is no cluster " + name + ": they are called mysql-1, …", e);
    }
  }

  /** What the commands that move share. */
  abstract static class Moving extends Operation {
    /** Moves one after the other, and shows how far it is. */
    void moveAll(List<Move> moves) throws IOException {
      ShardsClient client = new ShardsClient(launcher());
      if (!moves.isEmpty()) {
        say("a router moves them; Ctrl-C ends the watching, and not the move that is under way");
      }
      for (Move move : moves) {
        client.moveAndWait(
            move,
            line -> {
              if (terminal.interactive()) {
                terminal.live(line);
              } else {
                say(line);
              }
            });
        say("shard %02d is in mysql-%d".formatted(move.shard(), move.to()));
      }
      answer(Map.of("moved", moves));
    }

    /** Shows a plan, asks, and carries it out. */
    int carryOut(Listing listing, List<Move> moves, boolean yes) throws IOException {
      for (Move move : moves) {
        listing.copies().stream()
            .filter(copy -> copy.shard() == move.shard() && copy.state().equals("active"))
            .forEach(copy ->
                say(
                    "shard %02d  mysql-%d → mysql-%d  about %,d rows, %s"
                        .formatted(
                            copy.shard(),
                            copy.cluster(),
                            move.to(),
                            copy.rows(),
                            megabytes(copy.bytes()))));
      }
      if (moves.isEmpty()) {
        say("nothing is to be moved");
      } else if (!yes && !terminal.ask("Move " + moves.size() + " shards?")) {
        throw new OperatorException("nothing was moved: answer yes, or say --yes");
      }
      moveAll(moves);
      return DONE;
    }
  }

  /** Starts one more cluster. */
  @Command(
      name = "add",
      description = "Starts one more cluster, without shards: balance gives it its share.")
  static final class Add extends Operation {
    @Override
    public Integer call() throws Exception {
      Launcher nodes = launcher();
      Change change = nodes.beginCluster();
      String cluster = tier(nodes, change);
      say("starting " + String.join(" ", change.added()));
      nodes.await(change);
      new ShardsClient(nodes).awaitCluster(cluster(cluster));
      say(cluster + " is up and has no shards yet; ./tanada shards balance gives it its share");
      answer(Map.of("cluster", cluster, "added", change.added()));
      return DONE;
    }

    private static String tier(Launcher nodes, Change change) throws IOException {
      return nodes.states().stream()
          .filter(node -> change.added().contains(node.name()))
          .map(Launcher.NodeState::tier)
          .findFirst()
          .orElseThrow();
    }
  }

  /** Moves one shard. */
  @Command(name = "move", description = "Moves a shard to another cluster, or resumes its move.")
  static final class MoveOne extends Moving {
    @Parameters(paramLabel = "NN", description = "The shard's number.")
    private int shard;

    @Option(names = "--to", required = true, paramLabel = "CLUSTER", description = "As mysql-2.")
    private String to = "";

    @Override
    public Integer call() throws Exception {
      moveAll(List.of(new Move(shard, cluster(to))));
      return DONE;
    }
  }

  /** Ends a move. */
  @Command(name = "abort", description = "Ends a shard's move; it stays where it is.")
  static final class Abort extends Operation {
    @Parameters(paramLabel = "NN", description = "The shard's number.")
    private int shard;

    @Override
    public Integer call() throws Exception {
      new ShardsClient(launcher()).abort(shard);
      say("the move of shard %02d is aborted; what was copied is dropped".formatted(shard));
      answer(Map.of("aborted", shard));
      return DONE;
    }
  }

  /** Drops old copies. */
  @Command(name = "clean", description = "Drops the copies that a shard left where it was.")
  static final class Clean extends Operation {
    @Parameters(paramLabel = "NN", description = "The shard's number.")
    private int shard;

    @Override
    public Integer call() throws Exception {
      List<Integer> clusters = new ShardsClient(launcher()).clean(shard).clusters();
      say("shard %02d: %d old copies dropped".formatted(shard, clusters.size()));
      answer(Map.of("shard", shard, "clusters", clusters));
      return DONE;
    }
  }

  /** Evens the clusters out. */
  @Command(name = "balance", description = "Gives each cluster as many shards as the others.")
  static final class Balance extends Moving {
    @Option(names = "--yes", description = "Does not ask.")
    private boolean yes;

    @Override
    public Integer call() throws Exception {
      Listing listing = new ShardsClient(launcher()).list();
      return carryOut(listing, ShardPlan.balance(listing), yes);
    }
  }

  /** Empties a cluster. */
  @Command(name = "drain", description = "Moves all shards of a cluster to the others.")
  static final class Drain extends Moving {
    @Parameters(paramLabel = "CLUSTER", description = "As mysql-2.")
    private String from = "";

    @Option(names = "--yes", description = "Does not ask.")
    private boolean yes;

    @Override
    public Integer call() throws Exception {
      Listing listing = new ShardsClient(launcher()).list();
      int cluster = cluster(from);
      if (!listing.clusters().contains(cluster) || listing.clusters().size() < 2) {
        throw new OperatorException(
            "mysql-%d cannot be drained: it must be a cluster, and not the only one"
                .formatted(cluster));
      }
      return carryOut(listing, ShardPlan.drain(listing, cluster), yes);
    }
  }
}
