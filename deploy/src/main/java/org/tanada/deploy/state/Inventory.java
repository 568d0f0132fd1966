package org.tanada.deploy.state;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.PlannedNode;

/** Writes the file in which every service sees who the others are. */
public final class Inventory {
  /** How long callers get to see that a node has left before it is asked to end. */
  public static final Duration LEAVE = Duration.ofMillis(1800);

  private Inventory() {}

  /** Replaces the inventory by the given nodes, at once and only if something changes. */
  public static boolean write(Home home, Collection<PlannedNode> nodes) throws IOException {
    return StateFiles.write(home.inventory(), yaml(nodes));
  }

  /** The inventory as YAML; nginx and backups are not in it: nobody calls them. */
  public static String yaml(Collection<PlannedNode> nodes) {
    Map<String, List<PlannedNode>> tiers =
        nodes.stream()
            .filter(node -> node.kind() != Kind.NGINX && node.kind() != Kind.BACKUP)
            .collect(
                Collectors.groupingBy(PlannedNode::tier, LinkedHashMap::new, Collectors.toList()));
    StringBuilder yaml = new StringBuilder("# Written by ./tanada; every service watches it.\n");
    tiers.forEach((tier, members) -> {
      yaml.append(tier).append(":\n");
      members.forEach(node -> yaml.append("  - ").append(line(node)).append('\n'));
    });
    return yaml.toString();
  }

  private static String line(PlannedNode node) {
    StringBuilder line =
        new StringBuilder("{name: %s, address: \"%s\"".formatted(node.name(), node.address()));
    if (!node.control().equals(node.address())) {
      line.append(", control: \"").append(node.control()).append('"');
    }
    if (!node.region().isEmpty()) {
      line.append(", labels: {region: ").append(node.region()).append('}');
    }
    return line.append('}').toString();
  }
}
