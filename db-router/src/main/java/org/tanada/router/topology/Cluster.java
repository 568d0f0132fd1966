package org.tanada.router.topology;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A primary and its replicas, as they are listed and observed now.
 *
 * @param number from its tier's name, {@code mysql-N}
 * @param nodes its databases
 * @param memory what is known of it beyond its members of now
 */
public record Cluster(int number, List<DatabaseNode> nodes, ClusterMemory memory) {
  public Cluster {
    nodes = List.copyOf(nodes);
  }

  /** Its tier's name. */
  public String name() {
    return "mysql-" + number;
  }

  /**
   * The one node that takes writes, in the newest term that was seen here: a former primary that
   * comes back is none. Two of them are an error that only an operator can judge: then there is
   * none.
   */
  public Optional<DatabaseNode> primary() {
    List<DatabaseNode> writable =
        nodes.stream().filter(node -> memory.leads(node.name(), node.observation())).toList();
    return writable.size() == 1 ? Optional.of(writable.getFirst()) : Optional.empty();
  }

  /** Tells the others, if there is a primary, that they are not. */
  void tellWhoIsPrimary() {
    primary()
        .ifPresent(primary ->
            nodes.stream().filter(node -> node != primary).forEach(DatabaseNode::replaced));
  }

  /** Whether a node is the primary now. */
  public boolean isPrimary(DatabaseNode node) {
    return primary().filter(node::equals).isPresent();
  }

  /** The replicas fit to be read, the least busy first, in turn where they are equal. */
  public List<DatabaseNode> replicas() {
    List<DatabaseNode> fit = new ArrayList<>();
    int first = nodes.size() < 2 ? 0 : Math.floorMod(memory.turn(), nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      DatabaseNode node = nodes.get((first + i) % nodes.size());
      if (node.observation().replicating()) {
        fit.add(node);
      }
    }
    fit.sort(Comparator.comparingInt(DatabaseNode::busy));
    return fit;
  }

  /** Where a read that any copy can serve goes, in order: replicas, primary, whatever answers. */
  public List<DatabaseNode> readers() {
    List<DatabaseNode> order = new ArrayList<>(replicas());
    primary().ifPresent(order::add);
    for (DatabaseNode node : nodes) {
      if (node.observation().reachable() && !order.contains(node)) {
        order.add(node);
      }
    }
    return order;
  }
}
