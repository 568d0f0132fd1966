package org.tanada.deploy.build;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.tanada.deploy.topology.Kind;

/** A Maven module that yields a service's jar, and the JVM options that it runs with. */
public enum Module {
  CDN_NODE("cdn-node", Kind.EDGE),
  LOAD_BALANCER("load-balancer", Kind.LB),
  APP_SERVICE("app-service", Kind.APP),
  AUTH_SERVICE("auth-service", Kind.AUTH),
  DB_ROUTER("db-router", Kind.ROUTER),
  STORAGE_SERVICE("storage-service", Kind.STORAGE);

  private final String directory;
  private final Kind kind;

  Module(String directory, Kind kind) {
    this.directory = directory;
    this.kind = kind;
  }

  /** Its directory in the clone, and the start of its jar's name. */
  public String directory() {
    return directory;
  }

  /** What its nodes are. */
  public Kind kind() {
    return kind;
  }

  /** Largest heap of a node that shares its machine with many others. */
  public int heapMegabytes() {
    return options(directory).stream()
        .filter(option -> option.matches("-Xmx[0-9]+m"))
        .mapToInt(option -> Integer.parseInt(option.substring(4, option.length() - 1)))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(directory + " has no -Xmx"));
  }

  /**
   * The module of a kind of node.
   *
   * @throws IllegalArgumentException if the kind is not a service
   */
  public static Module of(Kind kind) {
    return Stream.of(values())
        .filter(module -> module.kind == kind)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(kind + " is not a service"));
  }

  /** The jar in the clone, if it was built. */
  public Optional<Path> jar(Path root) throws IOException {
    return jar(root, directory);
  }

  /** The jar of any module in the clone, if it was built. */
  public static Optional<Path> jar(Path root, String directory) throws IOException {
    Path target = root.resolve(directory).resolve("target");
    if (!Files.isDirectory(target)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(target)) {
      return files
          .filter(file -> file.getFileName().toString().matches(directory + "-[0-9].*\\.jar"))
          .filter(file -> !file.toString().matches(".*-(tests|sources|javadoc)\\.jar"))
          .findFirst();
    }
  }

  /** JVM options; the same in the training run, else the AOT cache is dropped. */
  public List<String> jvmOptions() {
    return Stream.of(directory, "service").flatMap(name -> options(name).stream()).toList();
  }

  /** Further options of the training run. */
  public static List<String> recordingOptions() {
    return options("recording");
  }

  /** The options of a file that the images read, too: one a line, comments begin with #. */
  private static List<String> options(String name) {
    String file = "/jvm/" + name + ".options";
    try (InputStream in = Module.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
