package org.tanada.deploy.topology;

import java.util.List;

/** What a change of the topology adds and removes, by the names of the nodes. */
public record Change(List<String> added, List<String> removed) {
  public Change {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
  }

  /** What there is to do between two topologies. */
  public static Change between(Topology before, Topology after) {
    return new Change(minus(after, before), minus(before, after));
  }

  private static List<String> minus(Topology one, Topology other) {
    List<String> names = other.nodes().stream().map(PlannedNode::name).toList();
    return one.nodes().stream().map(PlannedNode::name).filter(n -> !names.contains(n)).toList();
  }

  /** Whether nothing changes. */
  public boolean empty() {
    return added.isEmpty() && removed.isEmpty();
  }
}
