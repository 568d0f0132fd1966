package org.tanada.deploy.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.tanada.deploy.topology.Kind;

/** A Maven module that yields a service's jar, and the JVM options that it runs with. */
public enum Module {
  CDN_NODE("cdn-node", Kind.EDGE, 128),
  LOAD_BALANCER("load-balancer", Kind.LB, 128),
  APP_SERVICE("app-service", Kind.APP, 160),
  AUTH_SERVICE("auth-service", Kind.AUTH, 96),
  DB_ROUTER("db-router", Kind.ROUTER, 128),
  STORAGE_SERVICE("storage-service", Kind.STORAGE, 96);

  private final String directory;
  private final Kind kind;
  private final int heapMegabytes;

  Module(String directory, Kind kind, int heapMegabytes) {
    this.directory = directory;
    this.kind = kind;
    this.heapMegabytes = heapMegabytes;
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
    return heapMegabytes;
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
    return Stream.of(
            "-Xmx" + heapMegabytes + "m",
            // a small young generation: at rest all of it is touched, and so resident
            "-Xmn" + heapMegabytes / 6 + "m",
            // give what the compilers needed for a moment back to the system
            "-XX:TrimNativeHeapInterval=15000",
            "-Xss512k",
            "-XX:+UseSerialGC",
            // both compilers: under C1 alone SHA-256 of files runs at a fifteenth of its speed
            "-XX:ReservedCodeCacheSize=64m",
            // compilers were half of the CPU time of a start: only what is hot gets to C1, and what
            // is really hot to C2
            "-XX:Tier3InvocationThreshold=1000",
            "-XX:Tier3MinInvocationThreshold=500",
            "-XX:Tier3CompileThreshold=5000",
            "-XX:Tier4InvocationThreshold=100000",
            "-XX:Tier4MinInvocationThreshold=50000",
            "-XX:Tier4CompileThreshold=300000",
            "-XX:Tier4BackEdgeThreshold=1000000",
            "-XX:MaxDirectMemorySize=64m",
            "-XX:+ExitOnOutOfMemoryError",
            "-Dfile.encoding=UTF-8",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow")
        .toList();
  }
}
