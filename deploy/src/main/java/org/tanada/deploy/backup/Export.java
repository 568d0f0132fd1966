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
  private static final String COMMAND_LINE = "deploy";

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
    if (!Files.isDirectory(disk)) {
      throw new OperatorException(disk + " is not there: mount the disk first");
    }
    Repository from = Repository.of(files, files.needRepository());
    Path set = disk.toAbsolutePath().resolve("tanada-backup");
    Files.createDirectories(set);
    say.accept("copying the backups");
    Repository copy = Repository.of(files, set.resolve("repository").toString());
    copy.copyOf(from);
    say.accept("copying this version of Tanada");
    program(set.resolve("tanada"));
    Files.writeString(set.resolve("README.txt"), readme(copy));
    return set;
  }

  /** A folder of jars that the script runs from. */
  private void program(Path to) throws IOException {
    Path root = files.home().root();
    Files.createDirectories(to);
    copy(root.resolve("tanada"), to.resolve("tanada"));
    List<String> modules =
        Stream.concat(Stream.of(COMMAND_LINE), Stream.of(Module.values()).map(Module::directory))
            .toList();
    for (String module : modules) {
      Path jar =
          Module.jar(root, module)
              .orElseThrow(() -> new OperatorException(module + " is not built: run ./tanada up"));
      copy(jar, to.resolve(root.relativize(jar)));
    }
    try (Stream<Path> templates = Files.walk(root.resolve("nginx"))) {
      for (Path file : templates.filter(Files::isRegularFile).toList()) {
        copy(file, to.resolve(root.relativize(file)));
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(StateFiles.parent(to));
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
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
    try (InputStream in = Export.class.getResourceAsStream("/backup/README.txt")) {
      if (in == null) {
        throw new IllegalStateException("/backup/README.txt is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replace("@written@", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
          .replace("@backups@", list.toString().stripTrailing())
          .replace("@restic@", manifest.tools().getOrDefault("restic", "restic"))
          .replace("@database@", database)
          .replace(
              "@clusters@",
              String.join(" ", manifest.clusters().stream().map(Manifest.Cluster::name).toList()));
    }
  }
}
