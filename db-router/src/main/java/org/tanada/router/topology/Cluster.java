package org.tanada.router.topology;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A primary and its replicas, as they are listed and observed now.
 *
 * @param number from its tier's name, {@code mysql-N}
 * @param nodes its databases
 * @param turn where the round robin over its replicas stands
 */
public record Cluster(int number, List<DatabaseNode> nodes, AtomicInteger turn) {
  public Cluster {
    nodes = List.copyOf(nodes);
  }

  /** Its tier's name. */
  public String name() {
    return "mysql-" + number;
  }

  /**
   * The one node that takes writes. Two of them are an error that only an operator can judge: then
   * there is none.
   */
  public Optional<DatabaseNode> primary() {
    List<DatabaseNode> writable =
        nodes.stream().filter(node -> node.observation().writable()).toList();
    return writable.size() == 1 ? Optional.of(writable.getFirst()) : Optional.empty();
  }

  /** Tells the others, if there is a primary, that they are not. */
  void tellWhoIsPrimary() {
    primary()
        .ifPresent(primary ->
            nodes.stream().filter(node -> node != primary).forEach(DatabaseNode::replaced));
  }

  /** The replicas fit to be read, the least busy first, in turn where they are equal. */
  public List<DatabaseNode> replicas() {
    List<DatabaseNode> fit = new ArrayList<>();
    int first = nodes.size() < 2 ? 0 : Math.floorMod(turn.getAndIncrement(), nodes.size());
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
