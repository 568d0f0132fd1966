package org.tanada.deploy.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.PlannedNode;

/** Copies the data of databases that work. */
final class BaseCopy {
  /** A run that was cut off goes on with copies that are not older. */
  private static final Duration FRESH = Duration.ofHours(6);

  private static final String DONE = "tanada-copied.json";

  private final BackupFiles files;
  private final Dialect dialect;

  BaseCopy(BackupFiles files) {
    this.files = files;
    this.dialect = Dialect.of(files.home());
  }

  /**
   * A copy.
   *
   * @param node it was made from
   * @param position the GTIDs that it has; empty if it knows them by itself
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
    String position = dialect.copy(files, node, to);
    Instant at = Instant.now().plus(dialect.settled());
    Copied copied = new Copied(node.name(), position, at, files.timeline());
    StateFiles.writeJson(to.resolve(DONE), copied);
    return copied;
  }

  /** Deletes the copies: they are in the repository. */
  void delete() throws IOException {
    try (Stream<Path> copies = Files.list(files.base())) {
      for (Path copy : copies.toList()) {
        StateFiles.deleteTree(copy); // the directory itself may be a volume
      }
    }
  }
}
