package org.tanada.deploy.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.backup.Repository.Snapshot;
import org.tanada.deploy.backup.TimeIndex.Row;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.StateFiles;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is restored to which moment.
 *
 * @param moment all clusters get the same
 * @param base the backup that it begins with
 * @param logs the snapshot whose logs lead from there to the moment
 * @param before the last snapshot before the moment, of whose files some may have been deleted
 *     since
 * @param manifest of the backup
 * @param positions that the clusters had at the moment, or shortly before
 * @param cut the moment to which the logs themselves lead on from the positions, where they have
 *     exact times; null if the positions are all that is wanted
 */
record RestorePlan(
    Instant moment,
    Snapshot base,
    Snapshot logs,
    Snapshot before,
    Manifest manifest,
    Map<String, String> positions,
    @Nullable Instant cut) {
  /** Logs are noted as safe within a second or so, and saved after that. */
  static final Duration NOTED = Duration.ofSeconds(3);

  private static final JsonMapper JSON = JsonMapper.builder().build();

  RestorePlan {
    positions = Map.copyOf(positions);
  }

  /**
   * Plans.
   *
   * @param at the wished moment; null for the newest there is
   * @param scratch a directory for indexes, which is left empty
   * @throws OperatorException if the repository does not lead there
   */
  static RestorePlan of(Repository repository, @Nullable Instant at, Path scratch)
      throws IOException {
    Instant now = Instant.now();
    if (at != null && at.isAfter(now)) {
      throw new OperatorException(at + " is in the future: it is " + seconds(now) + " now");
    }
    List<Snapshot> all = repository.snapshots();
    List<Snapshot> backups = all.stream().filter(Snapshot::backup).toList();
    if (backups.isEmpty()) {
      throw new OperatorException("there is no backup in " + repository.address());
    }
    Instant latest = at == null ? now : at;
    Snapshot base =
        backups.stream()
            .filter(backup -> !backup.from().isAfter(latest))
            .reduce((_, later) -> later)
            .orElseThrow(() ->
                new OperatorException(
                    "%s is before the first backup, which can be restored to %s and later"
                        .formatted(
                            at,
                            backups.stream()
                                .map(Snapshot::from)
                                .min(Instant::compareTo)
                                .orElse(Instant.MAX))));
    List<Snapshot> history =
        all.stream()
            .filter(snapshot -> snapshot.timeline() == base.timeline())
            .filter(snapshot -> !snapshot.time().isBefore(base.time()))
            .toList();
    Snapshot logs =
        history.stream()
            .filter(snapshot -> snapshot.time().isAfter(latest.plus(NOTED)))
            .findFirst()
            .orElse(history.getLast());
    Snapshot before =
        history.stream()
            .filter(snapshot -> !snapshot.time().isAfter(latest))
            .reduce((_, later) -> later)
            .orElse(base);
    Manifest manifest = manifest(repository, base);
    Path restored = scratch.resolve("backup");
    try {
      Map<String, TimeIndex> indexes = indexes(repository, manifest, logs, at, restored);
      Instant moment = at == null ? newest(indexes, base.from()) : at;
      return new RestorePlan(
          moment, base, logs, before, manifest, positions(indexes, moment), moment);
    } finally {
      if (Files.exists(restored)) {
        StateFiles.deleteTree(restored);
      }
    }
  }

  /** What brings a backup to the very state that was recorded with it. */
  static RestorePlan ofRecord(Repository repository, Snapshot backup) throws IOException {
    Manifest manifest = manifest(repository, backup);
    Map<String, String> positions = new TreeMap<>();
    manifest.clusters().forEach(c -> positions.put(c.name(), c.recordedAt()));
    return new RestorePlan(manifest.recorded(), backup, backup, backup, manifest, positions, null);
  }

  private static Manifest manifest(Repository repository, Snapshot backup) throws IOException {
    String text = repository.read(backup.id(), "/backup/manifest.json");
    int format = JSON.readTree(text).path("format").asInt();
    if (format != Manifest.FORMAT) {
      throw new OperatorException(
          "the backup of %s has format %d, which this version does not know: take the one that made it"
              .formatted(seconds(backup.time()), format));
    }
    return JSON.readValue(text, Manifest.class);
  }

  /** Fetches what the clusters' indexes know of the moment, or all of them for the newest one. */
  private static Map<String, TimeIndex> indexes(
      Repository repository, Manifest manifest, Snapshot logs, @Nullable Instant at, Path restored)
      throws IOException {
    List<String> wanted = new ArrayList<>();
    Map<String, TimeIndex> indexes = new TreeMap<>();
    for (Manifest.Cluster cluster : manifest.clusters()) {
      String own = "logs/%d/%s".formatted(manifest.timeline(), cluster.name());
      if (at == null) {
        wanted.add("/backup/" + own + "/index-*");
      } else {
        TimeIndex.files(at).forEach(name -> wanted.add("/backup/" + own + "/" + name));
      }
      indexes.put(cluster.name(), new TimeIndex(restored.resolve(own)));
    }
    repository.restore(logs.id(), StateFiles.parent(restored), wanted);
    return indexes;
  }

  /** The newest moment that all clusters have. */
  private static Instant newest(Map<String, TimeIndex> indexes, Instant otherwise)
      throws IOException {
    Instant newest = null;
    for (Map.Entry<String, TimeIndex> index : indexes.entrySet()) {
      Instant last = last(index.getKey(), index.getValue()).at();
      newest = newest == null || last.isBefore(newest) ? last : newest;
    }
    return newest == null ? otherwise : newest;
  }

  private static Map<String, String> positions(Map<String, TimeIndex> indexes, Instant moment)
      throws IOException {
    Map<String, String> positions = new TreeMap<>();
    for (Map.Entry<String, TimeIndex> index : indexes.entrySet()) {
      String cluster = index.getKey();
      Row last = last(cluster, index.getValue());
      if (last.at().isBefore(moment)) {
        throw new OperatorException(
            "the logs of %s in the repository end at %s: %s is later"
                .formatted(cluster, last.at(), moment));
      }
      Row row =
          index
              .getValue()
              .at(moment)
              .orElseThrow(() ->
                  new OperatorException(
                      "the logs of " + cluster + " begin after " + moment + ": name another time"));
      positions.put(cluster, row.position());
    }
    return positions;
  }

  private static Row last(String cluster, TimeIndex index) throws IOException {
    return index
        .last()
        .orElseThrow(() ->
            new OperatorException(
                "no logs of " + cluster + " of that time are in the repository: name another"));
  }

  private static Instant seconds(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS);
  }
}
