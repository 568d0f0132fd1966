package org.tanada.deploy.ship;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.tanada.deploy.database.Access;
import org.tanada.deploy.database.ClusterRole;
import org.tanada.deploy.database.DatabaseFiles;
import org.tanada.deploy.database.DatabaseSettings;
import org.tanada.deploy.database.Promotion;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.topology.PlannedNode;

/**
 * A cluster of databases as a board sees it that has one of them: that one as {@code root}, the
 * others as replicas may see them. What {@link BoardPromotion} asks a board for is done by this.
 */
public final class BoardCluster {
  private final String node;
  private final Promotion cluster;

  /**
   * The cluster of a node of this board, by {@code root}'s copy of the node's secrets.
   *
   * @throws OperatorException if no such node is on the list of nodes
   */
  public BoardCluster(Home home, String node) throws IOException {
    this.node = node;
    Secrets secrets = new Secrets(Layout.secrets(node));
    String tier = node.substring(0, Math.max(0, node.lastIndexOf('-')));
    List<PlannedNode> members = BoardNode.members(tier);
    if (members.stream().noneMatch(member -> member.name().equals(node))) {
      throw new OperatorException("there is no database " + node + " in " + Layout.INVENTORY);
    }
    this.cluster =
        new Promotion(
            tier,
            members.stream()
                .sorted(
                    Comparator.comparing(PlannedNode::name)) // a led before anybody was promoted
                .map(member -> new ClusterRole.Peer(member, access(home, member, secrets)))
                .toList());
  }

  private Access access(Home home, PlannedNode member, Secrets secrets) {
    return member.name().equals(node)
        ? new DatabaseFiles(home, member, secrets, DatabaseSettings.SHARED).access()
        : Access.remote(member, secrets);
  }

  /** What a board can be asked for. */
  public enum Step {
    /** How the cluster is: a {@link Promotion.Standing}. */
    LOOK,
    /** The node takes no writes any more. */
    FREEZE,
    /** Takes {@link #FREEZE} back. */
    THAW,
    /** Waits until the node has all that the primary has, which is named. */
    AWAIT_ALL,
    /** The node applies what it received. */
    APPLY_RECEIVED,
    /** How many writes the node lacks, of positions that are given: {@link Missing}. */
    MISSING,
    /** The node becomes the primary of a term, which is given. */
    BEGIN
  }

  /**
   * How much is missing.
   *
   * @param writes null if nobody knows
   */
  public record Missing(@org.jspecify.annotations.Nullable Long writes) {}

  /** Done, with nothing to tell. */
  public record Done(String node) {}

  /** Does a step; its answer is a record. */
  public Object take(Step step, List<String> words) throws IOException {
    switch (step) {
      case LOOK -> {
        return cluster.look();
      }
      case MISSING -> {
        Optional<Long> missing = cluster.missing(node, words);
        return new Missing(missing.orElse(null));
      }
      case FREEZE -> cluster.freeze(node);
      case THAW -> cluster.thaw(node);
      case AWAIT_ALL -> cluster.awaitAll(words.getFirst(), node);
      case APPLY_RECEIVED -> cluster.applyReceived(node);
      case BEGIN -> cluster.begin(node, Long.parseLong(words.getFirst()));
    }
    return new Done(node);
  }
}
