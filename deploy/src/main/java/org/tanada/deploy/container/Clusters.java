package org.tanada.deploy.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Ports;
import org.tanada.deploy.topology.Tier;
import org.tanada.deploy.topology.Topology;

/**
 * The clusters of databases that differ from those of the compose file: what was added is a second
 * compose file in the state directory, after the example of the first cluster; what was taken away
 * is remembered, so that compose does not start it again.
 */
final class Clusters {
  /** Members' names, server ids and group names have one digit for the cluster. */
  static final int MOST = 9;

  /** What the routers read; a volume of its own, which {@code setup} may write. */
  static final String LIST = "/tiers/clusters";

  private static final List<String> SHIPPED = List.of("mysql-1", "mysql-2");

  private final Home home;

  Clusters(Home home) {
    this.home = home;
  }

  /** Shipped ones that an operator has taken away. */
  private record Removed(Set<String> clusters) {}

  private Path removedFile() {
    return home.directory().resolve("removed-clusters.json");
  }

  /** Shipped clusters that an operator has taken away: not those that the least system lacks. */
  Set<String> removed() throws IOException {
    return StateFiles.readJson(removedFile(), Removed.class)
        .map(Removed::clusters)
        .orElse(Set.of());
  }

  /** From now on compose does not start it any more. */
  void remove(String cluster) throws IOException {
    if (SHIPPED.contains(cluster)) {
      Set<String> all = new TreeSet<>(removed());
      all.add(cluster);
      StateFiles.writeJson(removedFile(), new Removed(all));
    }
  }

  /** It is wanted again. */
  void add(String cluster) throws IOException {
    Set<String> all = new TreeSet<>(removed());
    if (all.remove(cluster)) {
      StateFiles.writeJson(removedFile(), new Removed(all));
    }
  }

  /** Those of a topology that are not in the compose file. */
  private static List<Tier> added(Topology topology) {
    return topology.tiers().stream()
        .filter(tier -> tier.kind() == Kind.MYSQL && !SHIPPED.contains(tier.name()))
        .toList();
  }

  /**
   * The compose files that make up a topology, if the shipped one alone does not; an operator's own
   * override, which compose reads by itself otherwise, is among them.
   */
  List<Path> files(Topology topology) throws IOException {
    Optional<String> more = override(topology, removed());
    if (more.isEmpty()) {
      return List.of();
    }
    List<Path> files = new ArrayList<>(ownFiles(home));
    Path written = home.directory().resolve("clusters.yml");
    StateFiles.write(written, more.get());
    files.add(written);
    return files;
  }

  /** What compose reads by itself as long as it is told of no other file. */
  static List<Path> ownFiles(Home home) {
    List<Path> files = new ArrayList<>(List.of(composeFile(home)));
    for (String own : List.of("docker-compose.override.yml", "docker-compose.override.yaml")) {
      if (Files.exists(home.root().resolve(own))) {
        files.add(home.root().resolve(own));
      }
    }
    return files;
  }

  /** The compose file that ships with Tanada. */
  static Path composeFile(Home home) {
    return home.root().resolve("docker-compose.yml");
  }

  /** The second compose file. */
  Optional<String> override(Topology topology, Set<String> removed) {
    List<Tier> added = added(topology);
    if (added.isEmpty() && removed.isEmpty()) {
      return Optional.empty();
    }
    StringBuilder services =
        new StringBuilder(
            "# Written by ./tanada: clusters that were added and taken away.\nservices:\n");
    StringBuilder volumes = new StringBuilder("volumes:\n");
    for (Tier tier : added) {
      int number = Ports.cluster(tier.name());
      volumes.append("  cluster-%d: {}%n".formatted(number));
      for (String node : nodes(tier)) {
        services.append(
            """
              %1$s:
                extends: {file: "%2$s", service: "%3$s"}
                environment: {TANADA_NODE: %1$s}
                volumes: ["cluster-%4$d:/var/lib/cluster", "%1$s:/var/lib/mysql"]
            """
                .formatted(
                    node,
                    composeFile(home),
                    node.replace(tier.name(), SHIPPED.getFirst()),
                    number));
        volumes.append("  %s: {}%n".formatted(node));
      }
    }
    if (!added.isEmpty()) {
      services.append("  restore:\n    volumes:\n");
      for (Tier tier : added) {
        for (String volume : volumes(tier.name(), nodes(tier))) {
          services.append("      - %1$s:/to/%1$s%n".formatted(volume));
        }
      }
    }
    for (String cluster : removed) {
      for (char letter = 'a'; letter <= 'c'; letter++) {
        services.append("  %s-%s: {scale: 0}%n".formatted(cluster, letter));
      }
    }
    return Optional.of(added.isEmpty() ? services.toString() : services + volumes.toString());
  }

  /**
   * What the routers are told of them: a tier and its hosts on a line, none for one that is gone.
   */
  static String list(Topology topology, Set<String> removed) {
    StringBuilder lines = new StringBuilder();
    for (Tier tier : added(topology)) {
      List<String> hosts = nodes(tier).stream().map(node -> node + ":3306").toList();
      lines.append(tier.name()).append('=').append(String.join(",", hosts)).append('\n');
    }
    removed.forEach(cluster -> lines.append(cluster).append("=\n"));
    return lines.toString();
  }

  private static List<String> nodes(Tier tier) {
    List<String> names = new ArrayList<>();
    for (int index = 1; index <= tier.nodes(); index++) {
      names.add(PlannedNode.of(tier, index, Ports.DEFAULT).name());
    }
    return names;
  }

  /** The volumes of a cluster, by their names in the compose files. */
  static List<String> volumes(String cluster, List<String> nodes) {
    List<String> volumes = new ArrayList<>(nodes);
    volumes.add("cluster-" + Ports.cluster(cluster));
    return volumes;
  }
}
