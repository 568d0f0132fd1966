package org.tanada.common.membership;

import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tanada.common.file.FileStamp;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Membership from a YAML file that is read again when it changes:
 *
 * <pre>
 * app:
 *   - {name: app-1, address: "http://127.0.0.1:9101"}
 * edge:
 *   - {name: edge-1, address: "http://127.0.0.1:9001", control: "http://127.0.0.1:9051", labels: {region: tokyo}}
 * </pre>
 *
 * A file that cannot be read leaves the last good answer in force.
 */
public final class FileMembership implements Membership, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FileMembership.class);

  private final Path file;
  private final ScheduledExecutorService watcher;
  private volatile Map<String, List<Node>> tiers = Map.of();
  private @Nullable FileStamp stamp;
  private boolean failing;

  /** Reads the file and then looks for changes at the given interval. */
  public FileMembership(Path file, Duration refresh) {
    this.file = file;
    this.watcher =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("membership-file").factory());
    reload();
    watcher.scheduleWithFixedDelay(
        this::reload, refresh.toMillis(), refresh.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public List<Node> nodes(String tier) {
    return tiers.getOrDefault(tier, List.of());
  }

  @Override
  public Set<String> tiers() {
    return tiers.keySet();
  }

  @Override
  public void close() {
    watcher.shutdownNow();
  }

  private synchronized void reload() {
    try {
      FileStamp now = FileStamp.of(file);
      if (now.equals(stamp)) {
        return;
      }
      tiers = read(file);
      stamp = now;
      failing = false;
    } catch (IOException | RuntimeException e) {
      if (!failing) {
        log.warn(
            "inventory {} cannot be read, the last good one stays in force: {}",
            file,
            e.toString());
        failing = true;
      }
    }
  }

  /**
   * Reads an inventory.
   *
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if it is not an inventory
   */
  public static Map<String, List<Node>> read(Path file) throws IOException {
    try (Reader reader = Files.newBufferedReader(file)) {
      Object root = new Yaml(new SafeConstructor(new LoaderOptions())).load(reader);
      Map<String, List<Node>> tiers = new LinkedHashMap<>();
      if (root == null) {
        return tiers;
      }
      for (Map.Entry<?, ?> tier : map(root, "the inventory").entrySet()) {
        List<Node> nodes = new ArrayList<>();
        Object listed = tier.getValue() == null ? List.of() : tier.getValue();
        if (!(listed instanceof List<?> items)) {
          throw new IllegalArgumentException("tier " + tier.getKey() + " is not a list of nodes");
        }
        for (Object item : items) {
          nodes.add(node(map(item, "a node of " + tier.getKey())));
        }
        tiers.put(String.valueOf(tier.getKey()), List.copyOf(nodes));
      }
      return Map.copyOf(tiers);
    }
  }

  private static Node node(Map<?, ?> fields) {
    String name = text(fields, "name");
    URI address = URI.create(text(fields, "address"));
    URI control = fields.containsKey("control") ? URI.create(text(fields, "control")) : address;
    Map<String, String> labels = new LinkedHashMap<>();
    if (fields.get("labels") instanceof Map<?, ?> given) {
      given.forEach((key, value) -> labels.put(String.valueOf(key), String.valueOf(value)));
    }
    return new Node(name, address, control, labels);
  }

  private static Map<?, ?> map(Object value, String what) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw new IllegalArgumentException(what + " is not a map");
  }

  private static String text(Map<?, ?> fields, String key) {
    if (fields.get(key) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("a node lacks \"" + key + "\": " + fields);
  }
}
