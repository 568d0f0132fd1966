package org.tanada.deploy.launcher;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.tanada.deploy.database.ClusterRole;
import org.tanada.deploy.database.DatabaseFiles;
import org.tanada.deploy.database.Promotion;
import org.tanada.deploy.database.Promotion.Standing;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.process.NodeControl;
import org.tanada.deploy.state.Desired;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;

/** A promotion among processes of this machine. */
final class NativePromotion implements PromotionSteps {
  private final NodeControl nodes;
  private final Promotion cluster;

  NativePromotion(Home home, String cluster) throws IOException {
    this.nodes = new NodeControl(home);
    List<ClusterRole.Peer> members =
        new Control(home)
            .desired().nodes().stream()
                .filter(node -> node.run() != Desired.Run.REMOVED)
                .map(Desired.Wanted::node)
                .filter(node -> node.tier().equals(cluster))
                .map(node -> new ClusterRole.Peer(node, new DatabaseFiles(home, node).access()))
                .toList();
    if (!cluster.matches("mysql-\\d+") || members.isEmpty()) {
      throw new OperatorException(
          "there is no cluster \"%s\": ./tanada shards names them".formatted(cluster));
    }
    this.cluster = new Promotion(cluster, members);
  }

  @Override
  public Standing look() throws IOException {
    return cluster.look();
  }

  /** The supervisor heeds the mark of the command that promotes. */
  @Override
  public void hold() {}

  @Override
  public void letGo() {}

  @Override
  public boolean fence(String node) throws IOException {
    return nodes.fence(node);
  }

  @Override
  public void release(String node) throws IOException {
    nodes.release(node);
  }

  @Override
  public void freeze(String primary) throws IOException {
    cluster.freeze(primary);
  }

  @Override
  public void thaw(String primary) throws IOException {
    cluster.thaw(primary);
  }

  @Override
  public void awaitAll(String primary, String replica) throws IOException {
    cluster.awaitAll(primary, replica);
  }

  @Override
  public void applyReceived(String replica) throws IOException {
    cluster.applyReceived(replica);
  }

  @Override
  public Optional<Long> missing(String replica, List<String> acknowledged) throws IOException {
    return cluster.missing(replica, acknowledged);
  }

  @Override
  public void begin(String replica, long term) throws IOException {
    cluster.begin(replica, term);
  }
}
