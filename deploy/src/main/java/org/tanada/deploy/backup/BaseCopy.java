package org.tanada.deploy.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.PlannedNode;

/**
 * Copies the data of a database that works, by mariadb-backup: pages and redo log, no statements.
 * Its wait for the redo log holds commits up, so it is set to 50 ms in place of a second.
 */
final class BaseCopy {
  /** A run that was cut off goes on with copies that are not older. */
  private static final Duration FRESH = Duration.ofHours(6);

  private static final String DONE = "tanada-copied.json";

  private final Home home;
  private final BackupFiles files;

  BaseCopy(BackupFiles files) {
    this.home = files.home();
    this.files = files;
  }

  /**
   * A copy.
   *
   * @param node it was made from
   * @param position the GTIDs that it has
   * @param at when it was complete
   * @param timeline the history that it belongs to
   */
  record Copied(String node, String position, Instant at, int timeline) {}

  /** The copy that a run before this one, which was cut off, has left complete. */
  Optional<Copied> left(String cluster) throws IOException {
    Instant oldest = Instant.now().minus(FRESH);
    int timeline = files.timeline();
    return StateFiles.readJson(files.base().resolve(cluster).resolve(DONE), Copied.class)
        .filter(copied -> copied.at().isAfter(oldest) && copied.timeline() == timeline);
  }

  /** Copies a database. */
  Copied make(String cluster, PlannedNode node) throws IOException {
    Path to = files.base().resolve(cluster);
    if (Files.exists(to)) {
      StateFiles.deleteTree(to);
    }
    StateFiles.privateDirectory(files.base());
    Path data = home.node(node.name()).resolve("data");
    needRoom(data);
    Path options = files.base().resolve(cluster + ".cnf");
    try {
      StateFiles.write(options, options(node, data));
      Program done =
          Program.run(
              null,
              Map.of(),
              "mariadb-backup",
              "--defaults-file=" + options,
              "--backup",
              "--log-copy-interval=50",
              "--target-dir=" + to);
      if (done.code() != 0 || !done.words().contains("completed OK!")) {
        throw new OperatorException(node.name() + " cannot be copied: " + done.reason());
      }
    } finally {
      Files.deleteIfExists(options);
    }
    Copied copied = new Copied(node.name(), position(to), Instant.now(), files.timeline());
    StateFiles.writeJson(to.resolve(DONE), copied);
    return copied;
  }

  private String options(PlannedNode node, Path data) throws IOException {
    String socket =
        new Databases(home)
            .files(node).access().options().stream()
                .filter(option -> option.startsWith("--socket="))
                .map(option -> option.substring(2))
                .findFirst()
                .orElseThrow();
    return "[mariabackup]\n%s\nuser=root\npassword=\"%s\"\ndatadir=%s\n"
        .formatted(socket, new Secrets(home).get(Secrets.DATABASE_ROOT_PASSWORD), data);
  }

  /** Third of what the tool notes: file, offset, GTIDs. */
  private static String position(Path copy) throws IOException {
    Path noted = copy.resolve("xtrabackup_binlog_info");
    String[] parts = Files.readString(noted).strip().split("\t", -1);
    return parts.length < 3 ? "" : parts[2].replace("\n", "").strip();
  }

  private void needRoom(Path data) throws IOException {
    long needed = 0;
    try (Stream<Path> all = Files.walk(data)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        needed += file.getFileName().toString().matches("(binlog|relay).*") ? 0 : size(file);
      }
    }
    long free = Files.getFileStore(files.base()).getUsableSpace();
    if (free < needed) {
      throw new OperatorException(
          "%d MB are free where %s is, the copy of a database needs %d MB: make room there"
              .formatted(free >> 20, files.base(), needed >> 20));
    }
  }

  /** Files come and go while a database works. */
  private static long size(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (java.nio.file.NoSuchFileException e) {
      return 0;
    }
  }
}
