package org.tanada.deploy.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.StateFiles;

/**
 * Where backups keep their things, beneath {@code backup} of an installation.
 *
 * <pre>
 * repository.json  where the backups go
 * lock             held by whoever saves to the repository
 * base/CLUSTER     copies of the databases while a backup is made
 * manifest.json    what the newest backup is made of
 * logs/TIMELINE    the databases' logs, see {@link LogShipper}
 * timeline         number of the present history: one more with each restore in place
 * verified.json    the newest backup that was verified, and what the last verification found
 * last.json        the newest backup
 * schedule.json    when a backup is made each day, with schedule.log of the newest one
 * cache            of restic
 * verify           what is being verified
 * plan, restored   what is being restored
 * single           what one thing is taken from, with single.lock
 * replaced-MILLIS  the data of before a restore in place
 * </pre>
 *
 * @param home the installation
 */
record BackupFiles(Home home) {
  static final String LAST = "last.json";
  static final String VERIFIED = "verified.json";
  static final String SCHEDULE = "schedule.json";

  /** The first history. */
  private static final int FIRST = 1;

  /** Where backups go. */
  record Target(String repository) {}

  Path directory() {
    return home.directory().resolve("backup");
  }

  Path lock() {
    return directory().resolve("lock");
  }

  Path base() {
    return directory().resolve("base");
  }

  /**
   * Fails unless a copy of so many bytes has room.
   *
   * @throws OperatorException that says how much lacks
   */
  void needRoom(long bytes) throws IOException {
    long free = Files.getFileStore(base()).getUsableSpace();
    if (free < bytes) {
      throw new OperatorException(
          "%d MB are free where %s is, the copy of a database needs %d MB: make room there"
              .formatted(free >> 20, base(), bytes >> 20));
    }
  }

  Path manifest() {
    return directory().resolve("manifest.json");
  }

  Path last() {
    return directory().resolve(LAST);
  }

  Path verified() {
    return directory().resolve(VERIFIED);
  }

  Path schedule() {
    return directory().resolve(SCHEDULE);
  }

  Path scheduleLog() {
    return directory().resolve("schedule.log");
  }

  Path cache() {
    return directory().resolve("cache");
  }

  Path logs() {
    return directory().resolve("logs");
  }

  /** The logs of a cluster in one history. */
  Path logs(int timeline, String cluster) {
    return logs().resolve(Integer.toString(timeline)).resolve(cluster);
  }

  /** The number of the present history. */
  int timeline() throws IOException {
    Path file = directory().resolve("timeline");
    return Files.exists(file) ? Integer.parseInt(Files.readString(file).strip()) : FIRST;
  }

  /** Begins another history: logs of before do not lead to what is written from now on. */
  void beginTimeline(int number) throws IOException {
    StateFiles.privateDirectory(directory());
    StateFiles.write(directory().resolve("timeline"), number + "\n");
  }

  private Path target() {
    return directory().resolve("repository.json");
  }

  /** Where backups go, if anybody has said so. */
  Optional<String> repository() throws IOException {
    return StateFiles.readJson(target(), Target.class).map(Target::repository);
  }

  /** The same. */
  String needRepository() throws IOException {
    return repository()
        .orElseThrow(() ->
            new OperatorException("no backup was made here: ./tanada backup --to REPOSITORY"));
  }

  void setRepository(String repository) throws IOException {
    StateFiles.privateDirectory(directory());
    StateFiles.writeJson(target(), new Target(repository));
  }
}
