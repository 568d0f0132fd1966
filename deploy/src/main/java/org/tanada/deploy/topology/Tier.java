package org.tanada.deploy.topology;

import java.util.List;

/**
 * A tier of nodes that are all alike.
 *
 * @param name for example {@code app}, {@code storage-videos}, {@code mysql-1}
 * @param nodes how many
 * @param regions of edges: the region of the first node, the second, …; empty for other tiers
 */
public record Tier(String name, int nodes, List<String> regions) {
  public Tier {
    regions = List.copyOf(regions);
    int most = Ports.most(Kind.ofTier(name));
    if (nodes < 1 || nodes > most) {
      throw new IllegalArgumentException(
          "tier " + name + " has 1 to " + most + " nodes, not " + nodes);
    }
  }

  /** What its nodes are. */
  public Kind kind() {
    return Kind.ofTier(name);
  }

  /** The same tier with another number of nodes. */
  public Tier withNodes(int count) {
    return new Tier(name, count, regions);
  }
}
