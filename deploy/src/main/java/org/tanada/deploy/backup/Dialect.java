package org.tanada.deploy.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.database.Access;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.topology.PlannedNode;

/** What differs from one kind of database to the other when it is saved and brought back. */
sealed interface Dialect permits MariaDb, MySql {
  /** That of an installation: MySQL where it is one of containers. */
  static Dialect of(Home home) {
    return Files.exists(home.containers()) ? new MySql() : new MariaDb();
  }

  /** That of a backup. */
  static Dialect of(Manifest manifest) {
    return manifest.tools().containsKey(MySql.TOOL) ? new MySql() : new MariaDb();
  }

  /** The program that works on restored data. */
  String server();

  /** Versions of the programs that make a backup, beside restic's. */
  Map<String, String> tools() throws IOException;

  /** How to get into a node that works: it may be read as a whole, and its logs' state. */
  Access access(Home home, PlannedNode node);

  /** Whether a replica with that {@code SHOW REPLICA STATUS} keeps up. */
  boolean follows(Map<String, String> status);

  /**
   * A line that asks a server for its time (microseconds since 1970), whether it is read-only, all
   * GTIDs that it has, and then, as a second row, the log that it writes with its length.
   */
  String question();

  /**
   * Copies the data of a node that works.
   *
   * @param to a directory that is not there
   * @return the GTIDs that the copy has; empty if only a server that is started on it can tell
   */
  String copy(BackupFiles files, PlannedNode node, Path to) throws IOException;

  /**
   * How long after a copy the index of its cluster has surely gone on to all that the copy has: a
   * replica may have a transaction before its primary says so.
   */
  Duration settled();

  /** Statements that begin a snapshot, and answer its GTIDs in one line or none. */
  String snapshot();

  /** The tool that reads a node's log as a replica does, without where to and from which file. */
  List<String> reader(PlannedNode node, int id);

  /** What that tool gives as its password. */
  String readerPassword(Secrets secrets) throws IOException;

  /**
   * Whether the logs in a directory are those that the node has now, not those of one that had its
   * name before.
   *
   * @param file the newest of them
   */
  boolean same(Home home, PlannedNode node, Path logs, String file) throws IOException;

  /** Notes whose logs a directory gets. */
  void mark(Home home, PlannedNode node, Path logs) throws IOException;

  /**
   * Makes a copy of a database's files usable.
   *
   * @throws OperatorException if it cannot be
   */
  void prepare(Path copy, String cluster) throws IOException;

  /** The command of a server on restored data in a node's place, without network and log. */
  List<String> scratch(Home home, PlannedNode node) throws IOException;

  /** How to get into that server. */
  Access scratchAccess(Home home, PlannedNode node);

  /** Statements that make it the one that its cluster begins with, from the position on. */
  String lead(String position);

  /**
   * Brings a restored database on by the logs of its cluster.
   *
   * @param logs of the cluster, by nodes
   * @param words a file for what the tool says
   * @param cut as in {@link RestorePlan}
   * @throws OperatorException if they do not lead there
   */
  void replay(Path logs, Path words, Access to, String from, String until, @Nullable Instant cut)
      throws IOException;

  /** How many transactions a position has, or a number that grows by one with each. */
  long count(String position);
}
