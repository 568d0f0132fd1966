package org.tanada.deploy.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.tanada.deploy.backup.BaseCopy.Copied;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.PlannedNode;

/** Saves all clusters and all files of an installation that works. */
public final class Backup {
  private static final int SECONDS_FOR_LOGS = 60;
  private static final Duration KEPT_HERE = Duration.ofDays(8);

  private final BackupFiles files;
  private final Databases databases;
  private final Consumer<String> say;

  /** Backups of an installation; tells how they go on. */
  public Backup(Home home, Consumer<String> say) {
    this.files = new BackupFiles(home);
    this.databases = new Databases(home);
    this.say = say;
  }

  /**
   * A backup that was made.
   *
   * @param snapshot its name in the repository
   * @param from the first moment that it can be restored to
   * @param recorded the moment that it can be restored to by itself
   * @param bytesAdded to the repository
   * @param files that it has
   * @param seconds that it took
   */
  public record Made(
      String snapshot,
      Instant from,
      Instant recorded,
      long bytesAdded,
      long files,
      double seconds) {}

  /**
   * Makes one.
   *
   * @throws OperatorException if another is under way, or the repository cannot be used
   */
  public Made make() throws IOException {
    long began = System.nanoTime();
    Repository repository = Repository.of(files, files.needRepository());
    try (StateFiles.Held _ = hold()) {
      repository.need(); // a disk that is not mounted is no place for a new one
      Manifest manifest = copyAndRecord();
      StateFiles.writeJson(files.manifest(), manifest);
      say.accept("saving to " + repository.address());
      Repository.Saved saved =
          repository.save(
              files.home().directory(),
              paths(manifest.files()),
              Repository.BACKUP,
              manifest.timeline(),
              manifest.from());
      Made made =
          new Made(
              saved.snapshot(),
              manifest.from(),
              manifest.recorded(),
              saved.bytesAdded(),
              saved.files(),
              (System.nanoTime() - began) / 1e9);
      StateFiles.writeJson(files.last(), made);
      new BaseCopy(files).delete();
      repository.forget();
      sweep();
      return made;
    }
  }

  /**
   * Saves logs and files so that a restore can go to the moment, though nothing but the repository
   * should be left.
   *
   * @throws OperatorException if the logs do not come
   */
  public void saveUntil(Instant moment) throws IOException {
    Instant noted = moment.plus(RestorePlan.NOTED).plusMillis(1); // as a plan looks for its logs
    awaitLogs(databases.clusters().keySet(), noted);
    pushLogs();
  }

  /** Saves logs and files alone: what came since the last backup. */
  void pushLogs() throws IOException {
    Repository repository = Repository.of(files, files.needRepository());
    try (StateFiles.Held _ = hold()) {
      List<String> paths = new ArrayList<>(blobs());
      paths.add("backup/logs");
      repository.save(
          files.home().directory(), paths, Repository.LOGS, files.timeline(), Instant.MAX);
    }
  }

  private StateFiles.Held hold() throws IOException {
    StateFiles.privateDirectory(files.directory());
    StateFiles.Held[] held = {null};
    // the agent holds it for seconds, a backup for longer: that one is not waited for
    boolean free =
        Control.await(
            20,
            () -> {
              try {
                held[0] = StateFiles.tryLock(files.lock());
                return held[0] != null;
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    StateFiles.Held lock = held[0];
    if (!free || lock == null) {
      throw new OperatorException("a backup is under way here already: wait for its end");
    }
    return lock;
  }

  private Manifest copyAndRecord() throws IOException {
    Map<String, List<PlannedNode>> clusters = databases.clusters();
    if (clusters.isEmpty()) {
      throw new OperatorException("there are no databases here: run ./tanada up");
    }
    List<Manifest.Cluster> recorded = new ArrayList<>();
    BaseCopy copies = new BaseCopy(files);
    for (Map.Entry<String, List<PlannedNode>> cluster : clusters.entrySet()) {
      String name = cluster.getKey();
      PlannedNode source = databases.source(name, cluster.getValue());
      Optional<Copied> left = copies.left(name);
      say.accept(
          left.isPresent()
              ? "going on with the copy of " + name + " of " + left.get().at()
              : "copying " + name + " from " + source.name());
      Copied copied = left.isPresent() ? left.get() : copies.make(name, source);
      say.accept("counting the rows of " + name);
      TableSum.All sums = TableSum.of(databases.access(source), databases.dialect().snapshot());
      recorded.add(
          new Manifest.Cluster(
              name, copied.node(), copied.position(), copied.at(), sums.position(), sums.tables()));
    }
    Instant now = Instant.now();
    Instant from =
        recorded.stream().map(Manifest.Cluster::copied).max(Instant::compareTo).orElse(now);
    Instant end = now.isAfter(from) ? now : from;
    awaitLogs(clusters.keySet(), end);
    Map<String, String> tools = new TreeMap<>(databases.dialect().tools());
    tools.put("restic", Repository.version());
    return new Manifest(Manifest.FORMAT, files.timeline(), from, end, recorded, blobs(), tools);
  }

  /** The logs lead from the copies to the records: without them there is no backup. */
  private void awaitLogs(Iterable<String> clusters, Instant moment) throws IOException {
    int timeline = files.timeline();
    for (String cluster : clusters) {
      TimeIndex index = new TimeIndex(files.logs(timeline, cluster));
      boolean there =
          Control.await(
              SECONDS_FOR_LOGS,
              () -> {
                try {
                  return index.last().filter(row -> !row.at().isBefore(moment)).isPresent();
                } catch (IOException e) {
                  return false;
                }
              });
      if (!there) {
        throw new OperatorException(
            "the logs of " + cluster + " do not come: ./tanada status, ./tanada logs backup-1");
      }
    }
  }

  private List<String> paths(List<String> blobs) {
    List<String> paths = new ArrayList<>(List.of("backup/base", "backup/manifest.json"));
    paths.add("backup/logs");
    for (String own : List.of("secrets", "ca", "topology.yml")) {
      if (Files.exists(files.home().directory().resolve(own))) {
        paths.add(own);
      }
    }
    paths.addAll(blobs);
    return paths;
  }

  /** Directories with the files of storage nodes. */
  private List<String> blobs() throws IOException {
    return StoredFiles.directories(files.home());
  }

  /** Deletes logs that are older than what restores to any second go back to. */
  private void sweep() throws IOException {
    if (!Files.isDirectory(files.logs())) {
      return;
    }
    Instant oldest = Instant.now().minus(KEPT_HERE);
    try (Stream<Path> all = Files.walk(files.logs())) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(oldest)) {
          Files.delete(file);
        }
      }
    }
  }

  /** All backups, oldest first. */
  public List<Listed> list() throws IOException {
    Map<Instant, Listed> backups = new TreeMap<>();
    for (Repository.Snapshot snapshot : Repository.of(files, files.needRepository()).snapshots()) {
      if (snapshot.backup()) {
        backups.put(snapshot.time(), new Listed(snapshot.id(), snapshot.time(), snapshot.from()));
      }
    }
    return List.copyOf(backups.values());
  }

  /**
   * A backup in the repository.
   *
   * @param snapshot its name there
   * @param made when it was saved
   * @param from the first moment that it can be restored to
   */
  public record Listed(String snapshot, Instant made, Instant from) {}
}
