package org.tanada.deploy.topology;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tier of nodes that are all alike.
 *
 * @param name for example {@code app}, {@code storage-videos}, {@code mysql-1}
 * @param nodes how many
 * @param regions of edges: the region of the first node, the second, …; empty for other tiers
 * @param purpose of storage nodes: what is said of their files; null for other tiers
 */
public record Tier(String name, int nodes, List<String> regions, @Nullable Purpose purpose) {
  public Tier {
    regions = List.copyOf(regions);
    int most = purpose == null ? Ports.most(Kind.ofTier(name)) : purpose.mostNodes();
    if (nodes < 1 || nodes > most) {
      throw new IllegalArgumentException(
          "tier " + name + " has 1 to " + most + " nodes, not " + nodes);
    }
  }

  /** A tier of which nothing more is said. */
  public Tier(String name, int nodes, List<String> regions) {
    this(name, nodes, regions, Purpose.names(name) ? Purpose.usual(name) : null);
  }

  /** What its nodes are. */
  public Kind kind() {
    return Kind.ofTier(name);
  }

  /** The same tier with another number of nodes. */
  public Tier withNodes(int count) {
    return new Tier(name, count, regions, purpose);
  }
}
