package org.tanada.router.topology;

import com.mysql.cj.protocol.ServerSessionStateController.SessionStateChange;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What differs between MySQL and MariaDB. A <em>position</em> is what one of their write
 * transactions is called in the replication stream (its GTID); an <em>applied set</em> is all that
 * a node has applied; a <em>history</em> is all that it has, applied or written by itself.
 */
public sealed interface Dialect permits MariaDbDialect, MySqlDialect {
  /** The dialect of a server by what {@code SELECT VERSION()} says. */
  static Dialect of(String version) {
    return version.contains("MariaDB") ? new MariaDbDialect() : new MySqlDialect();
  }

  /** Session variables that make the server report the position of each commit by itself. */
  String sessionVariables();

  /** A statement giving one row: read-only (0 or 1), applied set, history. */
  String observation();

  /** The statement that tells how replication fares; no row on a node that is no replica. */
  String replicaStatus();

  /** Reads the answer of {@link #replicaStatus()}. */
  Replication replication(ResultSet status) throws SQLException;

  /** A statement giving one row: what this primary's own positions begin with, all of its log. */
  String log();

  /**
   * A position that includes all that a primary has written; null if there is none.
   *
   * @param origin the first column of {@link #log()}
   * @param logged the second
   */
  @Nullable String newestPosition(String origin, String logged);

  /** The statement whose first two columns say how far the binary log reaches: file, offset. */
  String logEnd();

  /**
   * A statement giving one row: what tells this server from all others, and whether its binary log
   * can be read for changes of rows (1 if so).
   */
  String logSource();

  /** The dialect that a position is of, if it is one. */
  static Optional<Dialect> ofPosition(String position) {
    return Stream.<Dialect>of(new MariaDbDialect(), new MySqlDialect())
        .filter(dialect -> dialect.isPosition(position))
        .findFirst();
  }

  /** The position in what the server reported with a commit; null if it reported none. */
  @Nullable String position(List<SessionStateChange> changes);

  /** Whether the text looks like a position of this dialect. */
  boolean isPosition(String text);

  /** Whether a history has all of another, older one. */
  boolean contains(String history, String older);

  /** A history in a few characters, for people. */
  String brief(String history);

  /** Whether the applied set contains the position. */
  boolean covers(String applied, String position);

  /** The later one of two positions of the same cluster. */
  String later(String one, String other);

  /** Waits on a replica until it has applied the position; false if the time was not enough. */
  boolean await(Connection connection, String position, Duration timeout) throws SQLException;

  /**
   * How replication fares.
   *
   * @param running both threads run without error
   * @param lagSeconds how far behind; negative if unknown
   */
  record Replication(boolean running, long lagSeconds) {}
}
