package org.tanada.deploy.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.tanada.deploy.build.Module;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.StateFiles;

/**
 * Leaves a set on a disk that needs nothing else but Debian's packages and the password: the
 * repository, this version of Tanada, and a README with the steps.
 */
public final class Export {
  /** The file that says how it all comes back. */
  public static final String README = "README.txt";

  /** The module of the script's own jar. */
  public static final String COMMAND_LINE = "deploy";

  private final BackupFiles files;
  private final Consumer<String> say;

  /** Exports of an installation's backups; tells how they go on. */
  public Export(Home home, Consumer<String> say) {
    this.files = new BackupFiles(home);
    this.say = say;
  }

  /**
   * Writes the set, or brings the one that is there up to date.
   *
   * @param disk a directory, as a rule where a disk is mounted
   * @return the set's own directory
   */
  public Path to(Path disk) throws IOException {
    Path set = set(disk);
    Repository copy = repository(set.resolve("repository"));
    say.accept("copying this version of Tanada");
    List<String> modules =
        Stream.concat(Stream.of(COMMAND_LINE), Stream.of(Module.values()).map(Module::directory))
            .toList();
    program(files.home().root(), set, modules, List.of("nginx"));
    Files.writeString(set.resolve(README), readme(copy));
    return set;
  }

  /**
   * The directory of a set on a disk.
   *
   * @throws OperatorException if the disk is not there
   */
  public static Path set(Path disk) throws IOException {
    if (!Files.isDirectory(disk)) {
      throw new OperatorException(disk + " is not there: mount the disk first");
    }
    return Files.createDirectories(disk.toAbsolutePath().normalize().resolve("tanada-backup"));
  }

  /** Copies all backups alone, or what lacks of them, into a directory. */
  public void backups(Path to) throws IOException {
    repository(to);
  }

  private Repository repository(Path to) throws IOException {
    Repository from = Repository.of(files, files.needRepository());
    say.accept("copying the backups");
    Repository copy = Repository.of(files, to.toString());
    copy.copyOf(from);
    return copy;
  }

  /**
   * Makes a folder of a set that the script runs from.
   *
   * @param modules whose jars it has
   * @param more files, and directories with all that they hold
   */
  public static void program(Path root, Path set, List<String> modules, List<String> more)
      throws IOException {
    Path to = set.resolve("tanada");
    Files.createDirectories(to);
    copy(root.resolve("tanada"), to.resolve("tanada"));
    for (String module : modules) {
      Path jar =
          Module.jar(root, module)
              .orElseThrow(() -> new OperatorException(module + " is not built: run ./tanada up"));
      copy(jar, to.resolve(root.relativize(jar)));
    }
    for (String each : more) {
      try (Stream<Path> tree = Files.walk(root.resolve(each))) {
        for (Path file : tree.filter(Files::isRegularFile).toList()) {
          copy(file, to.resolve(root.relativize(file)));
        }
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(StateFiles.parent(to));
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
  }

  /**
   * A README.
   *
   * @param name of the resource
   * @param values by the names between {@code @} in it
   */
  public static String readme(String name, Map<String, String> values) throws IOException {
    try (InputStream in = Export.class.getResourceAsStream("/backup/" + name)) {
      if (in == null) {
        throw new IllegalStateException("/backup/" + name + " is not in the jar");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (Map.Entry<String, String> value : values.entrySet()) {
        text = text.replace("@" + value.getKey() + "@", value.getValue());
      }
      return text.replace("@written@", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }
  }

  private String readme(Repository copy) throws IOException {
    Manifest manifest = StateFiles.readJson(files.manifest(), Manifest.class).orElseThrow();
    StringBuilder list = new StringBuilder();
    for (Repository.Snapshot snapshot : copy.snapshots()) {
      if (snapshot.backup()) {
        list.append(
            "  %s made %s, restores from %s on%n"
                .formatted(
                    snapshot.id(),
                    snapshot.time().truncatedTo(ChronoUnit.SECONDS),
                    snapshot.from()));
      }
    }
    String database = Program.run(null, Map.of(), "mariadb-backup", "--version").words().strip();
    return readme(
        README,
        Map.of(
            "backups", list.toString().stripTrailing(),
            "restic", manifest.tools().getOrDefault("restic", "restic"),
            "database", database,
            "clusters",
                String.join(
                    " ", manifest.clusters().stream().map(Manifest.Cluster::name).toList())));
  }
}
