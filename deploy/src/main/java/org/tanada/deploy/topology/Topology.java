package org.tanada.deploy.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which tiers an installation has, and how many nodes each.
 *
 * @param ports where they listen
 * @param tiers in the order of their start
 */
public record Topology(Ports ports, List<Tier> tiers) {
  public Topology {
    tiers = List.copyOf(tiers);
    long names = tiers.stream().map(Tier::name).distinct().count();
    if (names != tiers.size()) {
      throw new IllegalArgumentException("a tier is named twice");
    }
  }

  /** Every node, in the order of the tiers. */
  public List<PlannedNode> nodes() {
    List<PlannedNode> nodes = new ArrayList<>();
    for (Tier tier : tiers) {
      for (int index = 1; index <= tier.nodes(); index++) {
        nodes.add(PlannedNode.of(tier, index, ports));
      }
    }
    return nodes;
  }

  /** The tier of the given name, if there is one. */
  public Optional<Tier> tier(String name) {
    return tiers.stream().filter(tier -> tier.name().equals(name)).findFirst();
  }

  /** The same with another number of nodes in one tier. */
  public Topology with(String tier, int nodes) {
    return new Topology(
        ports, tiers.stream().map(t -> t.name().equals(tier) ? t.withNodes(nodes) : t).toList());
  }

  /** The same on other ports. */
  public Topology with(Ports other) {
    return new Topology(other, tiers);
  }
}
