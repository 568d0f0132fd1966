package org.tanada.deploy.state;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.tanada.common.blob.BlobPlacement;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.PlannedNode;

/** Writes the file in which every service sees who the others are. */
public final class Inventory {
  /** How long callers get to see that a node has left before it is asked to end. */
  public static final Duration LEAVE = Duration.ofMillis(1800);

  private Inventory() {}

  /**
   * A node with what else its callers are told of it.
   *
   * @param labels by name; nothing else stands in them than letters, digits and hyphens
   */
  public record Listed(PlannedNode node, Map<String, String> labels) {
    public Listed {
      labels = Map.copyOf(labels);
    }

    /** A node as it is, with its region if it has one. */
    public static Listed of(PlannedNode node) {
      return new Listed(node, node.region().isEmpty() ? Map.of() : Map.of("region", node.region()));
    }

    /** The same, of storage nodes with the board that they are on: copies are on different ones. */
    public Listed on(String board) {
      return node.kind() == Kind.STORAGE ? with(BlobPlacement.BOARD, board) : this;
    }

    /** The same, whose files are to go to others or not. */
    public Listed draining(boolean drained) {
      return drained ? with(BlobPlacement.DRAINING, "true") : this;
    }

    private Listed with(String label, String value) {
      Map<String, String> more = new TreeMap<>(labels);
      more.put(label, value);
      return new Listed(node, more);
    }
  }

  /** Replaces the inventory by the given nodes, at once and only if something changes. */
  public static boolean write(Home home, Collection<PlannedNode> nodes) throws IOException {
    return write(home, yaml(nodes));
  }

  /** The same by its text. */
  public static boolean write(Home home, String yaml) throws IOException {
    return StateFiles.write(home.inventory(), yaml);
  }

  /** The inventory as YAML, without labels but the regions. */
  public static String yaml(Collection<PlannedNode> nodes) {
    return text(nodes.stream().map(Listed::of).toList());
  }

  /** The inventory as YAML; nginx and backups are not in it: nobody calls them. */
  public static String text(Collection<Listed> nodes) {
    Map<String, List<Listed>> tiers =
        nodes.stream()
            .filter(each -> each.node().kind() != Kind.NGINX && each.node().kind() != Kind.BACKUP)
            .collect(
                Collectors.groupingBy(
                    each -> each.node().tier(), LinkedHashMap::new, Collectors.toList()));
    StringBuilder yaml = new StringBuilder("# Written by ./tanada; every service watches it.\n");
    tiers.forEach((tier, members) -> {
      yaml.append(tier).append(":\n");
      members.forEach(node -> yaml.append("  - ").append(line(node)).append('\n'));
    });
    return yaml.toString();
  }

  private static String line(Listed listed) {
    PlannedNode node = listed.node();
    StringBuilder line =
        new StringBuilder("{name: %s, address: \"%s\"".formatted(node.name(), node.address()));
    if (!node.control().equals(node.address())) {
      line.append(", control: \"").append(node.control()).append('"');
    }
    if (!listed.labels().isEmpty()) {
      line.append(", labels: {")
          .append(
              new TreeMap<>(listed.labels())
                  .entrySet().stream()
                      .map(label -> "%s: \"%s\"".formatted(label.getKey(), label.getValue()))
                      .collect(Collectors.joining(", ")))
          .append('}');
    }
    return line.append('}').toString();
  }
}
