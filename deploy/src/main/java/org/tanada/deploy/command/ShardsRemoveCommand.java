package org.tanada.deploy.command;

import java.util.List;
import java.util.Map;
import org.tanada.common.row.ShardsContract.ClusterState;
import org.tanada.common.row.ShardsContract.Listing;
import org.tanada.deploy.launcher.Launcher;
import org.tanada.deploy.launcher.RouterViews;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.topology.Change;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes away a cluster that holds no virtual shard any more. */
@Command(
    name = "remove",
    description = "Takes away a cluster that holds no shard any more; its data stay on the disk.")
final class ShardsRemoveCommand extends Operation {
  private static final int FORGET_SECONDS = 20;

  @Parameters(paramLabel = "CLUSTER", description = "As mysql-3.")
  private String name = "";

  @Option(names = "--purge", description = "Deletes its data as well.")
  private boolean purge;

  @Option(names = "--yes", description = "Does not ask.")
  private boolean yes;

  @Override
  public Integer call() throws Exception {
    Launcher nodes = launcher();
    int number = ShardsCommand.cluster(name);
    String cluster = "mysql-" + number;
    ShardsClient shards = new ShardsClient(nodes);
    Listing listing = shards.list();
    // begun and interrupted: the routers have forgotten it, and nothing is on its way there
    boolean begun =
        !listing.clusters().contains(number)
            && nodes.states().stream().anyMatch(node -> node.tier().equals(cluster));
    if (!begun) {
      check(listing, shards.clusters(), number);
    }
    String what =
        purge ? "Take away " + cluster + " and delete its data?" : "Take away " + cluster + "?";
    if (!yes && !terminal.ask(what)) {
      throw new OperatorException("nothing was changed: answer yes, or say --yes");
    }
    Change change = nodes.beginRemoval(cluster);
    RouterViews routers = RouterViews.of(nodes, cluster);
    if (!Control.await(FORGET_SECONDS, 500, () -> routers.none())) {
      throw new OperatorException(
          "not all routers have forgotten %s within %d s: run it again"
              .formatted(cluster, FORGET_SECONDS));
    }
    say(
        "no router knows %s any more; stopping %s"
            .formatted(cluster, String.join(" ", change.removed())));
    nodes.finishRemoval(change, purge);
    say(
        purge
            ? cluster + " is gone, and so are its data"
            : cluster + " is gone; its data are kept, and shards add takes them up again");
    answer(Map.of("cluster", cluster, "removed", change.removed(), "purged", purge));
    return DONE;
  }

  /** Refuses what would take rows away from anybody. */
  static void check(Listing listing, List<ClusterState> clusters, int number) {
    String cluster = "mysql-" + number;
    if (!listing.clusters().contains(number)) {
      throw new OperatorException(
          "there is no cluster \"%s\": ./tanada shards names them".formatted(cluster));
    }
    if (listing.clusters().size() == 1) {
      throw new OperatorException(cluster + " is the only cluster: it stays");
    }
    boolean led =
        clusters.stream()
            .filter(state -> state.number() == number)
            .flatMap(state -> state.members().stream())
            .anyMatch(member -> member.role().equals("primary"));
    if (!led) {
      throw new OperatorException(
          "%s has no primary now, so nobody can say which shards it holds: ./tanada status says how it is"
              .formatted(cluster));
    }
    long held =
        listing.copies().stream()
            .filter(copy -> copy.cluster() == number && !copy.state().equals("moved"))
            .count();
    if (held > 0) {
      throw new OperatorException(
          "%s holds %d %s: ./tanada shards drain %s first"
              .formatted(cluster, held, held == 1 ? "shard" : "shards", cluster));
    }
    listing.copies().stream()
        .filter(copy -> copy.cluster() == number)
        .filter(old ->
            listing.copies().stream()
                .noneMatch(copy -> copy.shard() == old.shard() && copy.state().equals("active")))
        .findFirst()
        .ifPresent(old -> {
          throw new OperatorException(
              "shard %02d is active nowhere else now: ./tanada shards says where it is"
                  .formatted(old.shard()));
        });
  }
}
