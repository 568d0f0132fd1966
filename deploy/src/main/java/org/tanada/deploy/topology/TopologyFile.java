package org.tanada.deploy.topology;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** Reads and writes a topology as YAML. */
public final class TopologyFile {
  private static final String TLS = "inside-tls";

  private TopologyFile() {}

  /** The topology that ships with Tanada: the default, or the least one. */
  public static Topology shipped(boolean small) {
    String name = small ? "/topology-small.yml" : "/topology.yml";
    try (InputStream in = TopologyFile.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not in the jar");
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The regions that edges are in, in the order of their numbers. */
  public static List<String> regions() {
    return shipped(false).tier("edge").map(Tier::regions).orElseThrow();
  }

  /** All regions that a front door knows: those that have an edge first, then the usual ones. */
  public static List<String> regions(Collection<String> ofEdges) {
    Set<String> regions = new LinkedHashSet<>(ofEdges);
    regions.remove("");
    regions.addAll(regions());
    return List.copyOf(regions);
  }

  /**
   * Reads a topology.
   *
   * @throws IllegalArgumentException if it is none; the message says what is wrong
   */
  public static Topology read(Path file) throws IOException {
    try {
      return parse(Files.readString(file));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  /** Parses a topology. */
  static Topology parse(String yaml) {
    Object root;
    try {
      root = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
    } catch (YAMLException e) {
      throw new IllegalArgumentException("not YAML", e);
    }
    if (!(root instanceof Map<?, ?> map) || !(map.get("tiers") instanceof Map<?, ?> given)) {
      throw new IllegalArgumentException("\"tiers\" is missing");
    }
    Map<String, Purpose> purposes = Purpose.parse(storage(given));
    List<Tier> tiers = new ArrayList<>();
    given.forEach((name, value) -> {
      if (!(value instanceof Map<?, ?> fields) || !(fields.get("nodes") instanceof Integer nodes)) {
        throw new IllegalArgumentException("tier " + name + " lacks a number of \"nodes\"");
      }
      List<String> regions =
          fields.get("regions") instanceof List<?> list
              ? list.stream().map(String::valueOf).toList()
              : List.of();
      tiers.add(new Tier(String.valueOf(name), nodes, regions, purposes.get(String.valueOf(name))));
    });
    return new Topology(ports(map.get("ports")), tiers, Boolean.TRUE.equals(map.get(TLS)));
  }

  private static Map<String, Map<?, ?>> storage(Map<?, ?> tiers) {
    Map<String, Map<?, ?>> storage = new LinkedHashMap<>();
    tiers.forEach((name, value) -> {
      if (Purpose.names(String.valueOf(name)) && value instanceof Map<?, ?> fields) {
        storage.put(String.valueOf(name), fields);
      }
    });
    return storage;
  }

  private static Ports ports(@Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      return Ports.DEFAULT;
    }
    return new Ports(
        port(map, "base", Ports.DEFAULT.base()),
        port(map, "http", Ports.DEFAULT.http()),
        port(map, "https", Ports.DEFAULT.https()));
  }

  private static int port(Map<?, ?> map, String key, int otherwise) {
    return map.get(key) instanceof Integer port ? port : otherwise;
  }

  /** The topology as YAML. */
  public static String write(Topology topology) {
    StringBuilder yaml =
        new StringBuilder("# Written by ./tanada: the nodes of this installation.\n");
    Ports ports = topology.ports();
    yaml.append(
        "ports: {base: %d, http: %d, https: %d}%n"
            .formatted(ports.base(), ports.http(), ports.https()));
    if (topology.tls()) {
      yaml.append(TLS).append(": true\n");
    }
    yaml.append("tiers:\n");
    for (Tier tier : topology.tiers()) {
      yaml.append("  ").append(tier.name()).append(": {nodes: ").append(tier.nodes());
      if (!tier.regions().isEmpty()) {
        yaml.append(", regions: [").append(String.join(", ", tier.regions())).append(']');
      }
      if (tier.purpose() != null) {
        yaml.append(tier.purpose().yaml(tier.name()));
      }
      yaml.append("}\n");
    }
    return yaml.toString();
  }
}
