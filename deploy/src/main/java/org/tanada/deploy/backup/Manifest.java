package org.tanada.deploy.backup;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a backup is made of; it is kept in the backup itself.
 *
 * @param format of this record
 * @param timeline the history that its positions belong to
 * @param from the first moment that it can be restored to, by the logs that it and later ones hold
 * @param recorded the moment after the last of its records: it can be restored to that by itself
 * @param clusters the copies of the databases
 * @param files of storage nodes: directories, from the installation's own on
 * @param tools versions of the programs that made it
 */
record Manifest(
    int format,
    int timeline,
    Instant from,
    Instant recorded,
    List<Cluster> clusters,
    List<String> files,
    Map<String, String> tools) {
  /** The only one so far. */
  static final int FORMAT = 1;

  Manifest {
    Objects.requireNonNull(from);
    Objects.requireNonNull(recorded);
    clusters = List.copyOf(clusters);
    files = List.copyOf(files);
    tools = Map.copyOf(tools);
  }

  /**
   * A cluster of databases.
   *
   * @param name for example {@code mysql-1}
   * @param node that was copied
   * @param position the GTIDs that the copy has
   * @param copied when the copy was complete: it is of a moment before that
   * @param recordedAt the GTIDs at which its tables were counted
   * @param tables what was counted, by schema and name
   */
  record Cluster(
      String name,
      String node,
      String position,
      Instant copied,
      String recordedAt,
      Map<String, TableSum> tables) {
    Cluster {
      Objects.requireNonNull(copied);
      tables = Map.copyOf(tables);
    }
  }
}
