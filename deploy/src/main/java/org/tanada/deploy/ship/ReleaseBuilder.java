package org.tanada.deploy.ship;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.tanada.common.tls.InsideTls;
import org.tanada.deploy.board.Board;
import org.tanada.deploy.board.BoardPlan;
import org.tanada.deploy.build.Module;
import org.tanada.deploy.build.Programs;
import org.tanada.deploy.ca.LocalAuthority;
import org.tanada.deploy.database.DatabaseFiles;
import org.tanada.deploy.process.ServiceEnvironment;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.state.ServiceKeyring;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Ports;

/**
 * Puts a board's release together from what was built here: programs unpacked, so that a changed
 * line is a small copy; units, environments and the versions of the nodes.
 */
final class ReleaseBuilder {
  /** Of the trimmed Java: all but compilers, desktop tools and what agents need. */
  private static final String JAVA_MODULES =
      "java.se,jdk.unsupported,jdk.crypto.ec,jdk.jfr,jdk.jcmd,jdk.management,jdk.management.agent,"
          + "jdk.naming.dns,jdk.net,jdk.nio.mapmode,jdk.httpserver,jdk.charsets,jdk.zipfs,"
          + "jdk.security.auth";

  private final Home shelf;
  private final BoardPlan plan;
  private final String frontAddress;
  private final Map<String, Path> programs = new HashMap<>();
  private final Checksums checksums = new Checksums();

  /**
   * Releases of a shelf.
   *
   * @param shelf what is kept for it; its root is the clone
   * @param frontAddress of the board with the front door
   */
  ReleaseBuilder(Home shelf, BoardPlan plan, String frontAddress) {
    this.shelf = shelf;
    this.plan = plan;
    this.frontAddress = frontAddress;
  }

  /** Its release, for the Java that the board has, or with one. */
  Release build(Board board, BoardFacts facts) throws IOException {
    Path generated = shelf.directory().resolve("generated").resolve(board.name());
    if (Files.exists(generated)) {
      StateFiles.deleteTree(generated);
    }
    Map<String, Path> files = new TreeMap<>();
    String java = facts.java();
    if (java.isEmpty()) {
      java = Layout.CURRENT.resolve("jdk/bin/java").toString();
      add(files, "jdk", trimmedJava(board, facts));
    }
    add(files, "lib/deploy", program("deploy"));
    Set<Kind> kinds = new LinkedHashSet<>();
    for (BoardPlan.Placed placed : plan.placed(board)) {
      PlannedNode node = placed.node();
      kinds.add(node.kind());
      write(files, generated, "etc/" + node.name() + ".env", environment(node));
      write(
          files,
          generated,
          "units/" + Layout.unit(node.name()),
          new UnitFile(placed, java, secretNames(node, plan.tls())).text());
    }
    for (Kind kind : kinds) {
      if (kind.service()) {
        Module module = Module.of(kind);
        add(files, "lib/" + module.directory(), program(module.directory()));
        write(
            files,
            generated,
            "jvm/" + module.directory() + ".options",
            String.join("\n", module.jvmOptions()) + "\n");
      }
    }
    if (kinds.contains(Kind.NGINX)) {
      add(files, "nginx", shelf.root().resolve("nginx"));
    }
    Release contents = new Release(files, checksums);
    for (BoardPlan.Placed placed : plan.placed(board)) {
      PlannedNode node = placed.node();
      write(
          files,
          generated,
          "versions/" + node.name(),
          contents.version(needs(node)) + databaseSettings(board, node) + keys(node) + "\n");
    }
    return new Release(files, checksums);
  }

  /** Which files a node begins anew for; nginx just reads its configuration again. */
  private static List<String> needs(PlannedNode node) {
    List<String> needs =
        new ArrayList<>(
            List.of("etc/" + node.name() + ".env", "units/" + Layout.unit(node.name())));
    if (node.kind().service()) {
      String module = Module.of(node.kind()).directory();
      needs.addAll(List.of("lib/" + module + "/", "jvm/" + module + ".options", "jdk/"));
    }
    return needs;
  }

  /** A database begins anew for other settings, not for each change of our own command. */
  private String databaseSettings(Board board, PlannedNode node) {
    if (node.kind() != Kind.MYSQL) {
      return "";
    }
    DatabaseFiles there =
        new DatabaseFiles(
            new Home(Layout.CURRENT, Layout.STATE),
            node,
            new Secrets(shelf),
            BoardPlan.databases(board));
    return "-" + Release.hash(there.settings()).substring(0, 12);
  }

  /** systemd shows a service its keys when it begins: it begins anew for others. */
  private String keys(PlannedNode node) throws IOException {
    if (!node.kind().service()) {
      return "";
    }
    Secrets secrets = new Secrets(shelf);
    String all =
        secrets.get(node.kind(), ServiceKeyring.OWN)
            + secrets.get(node.kind(), ServiceKeyring.PUBLIC);
    if (node.tls()) {
      all += new LocalAuthority(shelf.ca()).inside().get(InsideTls.CERTIFICATE);
    }
    return "-" + Release.hash(all).substring(0, 12);
  }

  private String environment(PlannedNode node) {
    Map<String, String> environment =
        node.kind().service()
            ? ServiceEnvironment.of(
                node,
                Layout.INVENTORY,
                Layout.credentials(node.name()),
                Layout.state(node.name()),
                "http://" + frontAddress + ":" + Ports.DEFAULT.http())
            : Map.of(
                "TANADA_ROOT", Layout.CURRENT.toString(),
                "TANADA_HOME", Layout.STATE.toString(),
                "MALLOC_ARENA_MAX", "2");
    Map<String, String> all = new TreeMap<>(environment);
    all.putAll(plan.purposeSettings(node.tier()));
    if (node.kind() == Kind.APP) {
      all.put("TANADA_APP_PREVIEWS_FFMPEG", ""); // its unit's memory is measured without it
    }
    StringBuilder text = new StringBuilder();
    all.forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
    return text.toString();
  }

  /**
   * The secrets of a node; of the front door also its certificate.
   *
   * @param tls whether services speak TLS with each other
   */
  static List<String> secretNames(PlannedNode node, boolean tls) {
    List<String> names = new ArrayList<>(Secrets.neededBy(node.kind()));
    switch (node.kind()) {
      case NGINX -> {
        names.addAll(List.of(ServiceKeyring.FRONT, FrontDoor.CHAIN, FrontDoor.KEY));
        if (tls) {
          names.add(InsideTls.AUTHORITY);
        }
      }
      case AUTH -> names.addAll(Secrets.OPERATORS);
      default -> {}
    }
    if (node.tls()) {
      names.addAll(List.of(InsideTls.CERTIFICATE, InsideTls.KEY, InsideTls.AUTHORITY));
    }
    return names;
  }

  /** A module's jar, unpacked once; its own part has the same name in every release. */
  private Path program(String module) throws IOException {
    Path known = programs.get(module);
    if (known != null) {
      return known;
    }
    Path jar =
        Module.jar(shelf.root(), module)
            .orElseThrow(() ->
                new OperatorException(
                    module + " is not built: mvn -DskipTests package, then ship again"));
    Path directory = shelf.lib().resolve(module).resolve(Programs.hash(jar));
    Path own = directory.resolve("app.jar");
    if (!Files.exists(own)) {
      Programs.extract(jar, directory);
      Files.move(directory.resolve(jar.getFileName().toString()), own);
    }
    programs.put(module, directory);
    return directory;
  }

  /** Made once by the JDK that runs this. */
  private Path trimmedJava(Board board, BoardFacts facts) throws IOException {
    String here = System.getProperty("os.arch");
    String there = facts.architecture();
    if (!here.equals(there.equals("x86_64") ? "amd64" : there)) {
      throw new OperatorException(
          board.name()
              + " has no Java 25, and none for "
              + there
              + " can be made here: apt-get install openjdk-25-jre-headless there, or unpack one"
              + " below /opt");
    }
    Path java = shelf.directory().resolve("jdk-" + System.getProperty("java.vm.version"));
    if (Files.exists(java)) {
      return java;
    }
    Path jlink = Path.of(System.getProperty("java.home"), "bin", "jlink");
    if (!Files.exists(jlink)) {
      throw new OperatorException(
          board.name() + " has no Java 25, and this machine has no jlink: install a whole JDK");
    }
    Path fresh = Files.createTempDirectory(shelf.directory(), ".jdk-");
    try {
      Process process =
          new ProcessBuilder(
                  jlink.toString(),
                  "--strip-debug",
                  "--no-man-pages",
                  "--no-header-files",
                  "--add-modules",
                  JAVA_MODULES,
                  "--output",
                  fresh.resolve("jdk").toString())
              .redirectErrorStream(true)
              .redirectOutput(fresh.resolve("log").toFile())
              .start();
      if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new OperatorException(
            "jlink failed: "
                + Files.readString(fresh.resolve("log")).lines().findFirst().orElse(""));
      }
      Files.move(fresh.resolve("jdk"), java);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      StateFiles.deleteTree(fresh);
    }
    return java;
  }

  private static void add(Map<String, Path> files, String at, Path directory) throws IOException {
    Path root = directory.toRealPath();
    try (Stream<Path> tree = Files.walk(root)) {
      tree.filter(Files::isRegularFile)
          .forEach(file -> files.put(at + "/" + root.relativize(file), file));
    }
  }

  private static void write(Map<String, Path> files, Path root, String path, String text)
      throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(StateFiles.parent(file));
    Files.writeString(file, text);
    files.put(path, file);
  }
}
