package org.tanada.router.move;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tanada.router.move.MoveJournal.Phase;
import org.tanada.router.shard.Place;
import org.tanada.router.shard.ShardDirectory;
import org.tanada.router.topology.Commits;
import org.tanada.router.topology.DatabaseNode;
import org.tanada.router.topology.SqlFailure;

/** The two places of a move: what is changed of their states, from the first step to the last. */
final class MoveTarget {
  private static final Logger log = LoggerFactory.getLogger(MoveTarget.class);

  private final int shard;
  private final String schema;
  private final int from;
  private final int to;
  private final DatabaseNode source;
  private final DatabaseNode target;
  private final MoveContext context;
  private final MoveJournal journal;
  private final String mover;
  private boolean begun;

  MoveTarget(
      int shard,
      int from,
      int to,
      DatabaseNode source,
      DatabaseNode target,
      MoveContext context,
      MoveJournal journal,
      String mover) {
    this.shard = shard;
    this.schema = Place.schema(shard);
    this.from = from;
    this.to = to;
    this.source = source;
    this.target = target;
    this.context = context;
    this.journal = journal;
    this.mover = mover;
  }

  /** A connection of a move's own. */
  static Connection session(DatabaseNode node) throws SQLException {
    Connection connection = node.separate("").getConnection();
    run(
        connection,
        "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
        "SET SESSION time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES'");
    return connection;
  }

  static void run(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /**
   * Takes the lock that one mover of the shard has; it ends with its connection.
   *
   * @throws MoveException if another one has it
   */
  Connection lock() throws SQLException {
    Connection connection = target.separate("").getConnection();
    boolean taken = false;
    try (PreparedStatement statement = connection.prepareStatement("SELECT GET_LOCK(?, 2)")) {
      statement.setString(1, lockName(shard));
      try (ResultSet result = statement.executeQuery()) {
        taken = result.next() && result.getInt(1) == 1;
      }
    } finally {
      if (!taken) {
        connection.close();
      }
    }
    if (!taken) {
      throw new MoveException("another router moves virtual shard " + shard + " already");
    }
    return connection;
  }

  /** Whether a mover of the shard has its lock. */
  static boolean isLocked(Connection target, int shard) throws SQLException {
    try (PreparedStatement statement = target.prepareStatement("SELECT IS_USED_LOCK(?)")) {
      statement.setString(1, lockName(shard));
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        result.getLong(1);
        return !result.wasNull();
      }
    }
  }

  private static String lockName(int shard) {
    return "tanada-move-" + shard;
  }

  /**
   * Goes on with a move that has begun, else begins it. Called again after a failure, it does not
   * begin again what was aborted meanwhile.
   *
   * @return how far it is; empty if the shard had been given away already, and so is taken over now
   */
  Optional<MoveJournal.Progress> begin(Connection in, Connection out) throws SQLException {
    Optional<MoveJournal.Entry> earlier = earlier(out);
    if (begun && earlier.filter(entry -> entry.mover().equals(mover)).isEmpty()) {
      throw new MoveException("the move was aborted, or another mover has taken over");
    }
    if (earlier.isPresent()) {
      MoveJournal.take(out, schema, mover, context.router()); // from here on an earlier mover stops
    }
    StateRow.lift(in, schema, 0);
    StateRow.State state =
        StateRow.read(in, schema, false)
            .orElseThrow(
                () -> new MoveException("the source does not say whether it has the shard"));
    if (state.is(Place.MOVED) && state.movedTo() == to) {
      finish(source, target, schema, from, state.epoch());
      return Optional.empty();
    }
    if (!state.is(Place.ACTIVE)) {
      throw new MoveException(
          "the source does not have the shard any more: it is " + state.state());
    }
    String server = server(in);
    if (earlier.isPresent()) {
      MoveJournal.Entry entry = earlier.get();
      LogPosition position = entry.position();
      if (position != null
          && entry.source() == from
          && entry.sourceServer().equals(server)
          && entry.phase() != Phase.SPOILT
          && entry.phase() != Phase.PREPARING
          && StateRow.read(out, schema, false).filter(own -> own.is(Place.INCOMING)).isPresent()) {
        MoveJournal.Progress progress = new MoveJournal.Progress(position);
        progress.phase = entry.phase();
        progress.table = entry.table();
        progress.lastKey = entry.lastKey();
        progress.rowsCopied = entry.rowsCopied();
        progress.changesApplied = entry.changesApplied();
        begun = true;
        log.info("resuming the move of virtual shard {} at {}", shard, position);
        return Optional.of(progress);
      }
    }
    return Optional.of(anew(in, out, server, state.epoch()));
  }

  private Optional<MoveJournal.Entry> earlier(Connection out) throws SQLException {
    try {
      return MoveJournal.read(out, schema);
    } catch (SQLException e) {
      if (SqlFailure.isMissingSchema(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Makes an empty copy that says {@code incoming}, and drops what was there. */
  private MoveJournal.Progress anew(Connection in, Connection out, String server, long epoch)
      throws SQLException {
    begun = false;
    dropUnused(out, epoch);
    run(
        out,
        "CREATE DATABASE " + schema + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        journalTable(in));
    journal.begin(out, context.router(), from, server, rows(in), context.clock().millis());
    begun = true;
    context.migrations().migrate(target, shard);
    run(
        out,
        "INSERT INTO "
            + schema
            + ".shard_state (id, state, epoch) VALUES (1, '"
            + Place.INCOMING
            + "', "
            + epoch
            + ")");
    MoveJournal.Progress progress = new MoveJournal.Progress(LogPosition.end(in, source.dialect()));
    progress.phase = Phase.PREPARING;
    journal.progress(out, progress, context.clock().millis());
    log.info("moving virtual shard {} from mysql-{} to mysql-{}", shard, from, to);
    return progress;
  }

  /** Drops an unfinished or an old copy, never one that may hold what no other does. */
  private void dropUnused(Connection out, long epoch) throws SQLException {
    for (Place present : ShardDirectory.places(to, out)) {
      if (present.shard() != shard) {
        continue;
      }
      boolean unused =
          present.state().isEmpty()
              || present.state().equals(Place.INCOMING)
              || (present.state().equals(Place.MOVED) && present.epoch() <= epoch);
      if (!unused) {
        throw new MoveException(
            "mysql-%d has a copy of virtual shard %d that says %s: see what it is, and drop %s there"
                .formatted(to, shard, present.state(), schema));
      }
      run(out, "DROP DATABASE " + schema);
    }
  }

  /** The statement that makes the journal's table, as the source has it. */
  private String journalTable(Connection in) throws SQLException {
    try (Statement statement = in.createStatement();
        ResultSet table = statement.executeQuery("SHOW CREATE TABLE " + schema + ".shard_move")) {
      table.next();
      return table.getString(2).replaceFirst("`shard_move`", schema + ".shard_move");
    }
  }

  private String server(Connection in) throws SQLException {
    try (Statement statement = in.createStatement();
        ResultSet found = statement.executeQuery(source.dialect().logSource())) {
      found.next();
      if (!found.getBoolean(2)) {
        throw new MoveException(
            "the binary log of "
                + source.name()
                + " does not have whole rows, uncompressed: see"
                + " docs/operations.md for the settings that a move needs");
      }
      return found.getString(1);
    }
  }

  private long rows(Connection in) throws SQLException {
    try (PreparedStatement statement =
        in.prepareStatement(
            "SELECT COALESCE(SUM(table_rows), 0) FROM information_schema.tables"
                + " WHERE table_schema = ?")) {
      statement.setString(1, schema);
      try (ResultSet found = statement.executeQuery()) {
        found.next();
        return found.getLong(1);
      }
    }
  }

  /**
   * Waits for the writers of now. What they write may be in the binary log before the position that
   * the stream begins at, and not yet to be seen by reads; whoever comes later is in the stream.
   */
  void awaitWriters(Connection in) throws SQLException {
    in.setAutoCommit(false);
    try {
      StateRow.read(in, schema, true);
    } finally {
      in.rollback();
      in.setAutoCommit(true);
    }
  }

  /** Fences the source; empty if a long write is under way, or somebody else did something. */
  Optional<Long> fence() throws SQLException {
    try (Connection connection = session(source)) {
      run(connection, "SET SESSION innodb_lock_wait_timeout = 1");
      connection.setAutoCommit(false);
      Optional<Long> fence = StateRow.fence(connection, schema);
      connection.commit();
      return fence;
    } catch (SQLException e) {
      if (SqlFailure.isLockTimeout(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Lifts our own fence. */
  void lift(long fence) {
    try (Connection connection = source.connect()) {
      StateRow.lift(connection, schema, Long.valueOf(fence));
    } catch (SQLException e) {
      source.failed(e);
      log.warn("the fence of {} is left to be lifted by any router: {}", schema, e.toString());
    }
  }

  /** The source gives the shard away; the position of that, or empty if the fence was lifted. */
  Optional<String> giveAway(long fence) throws SQLException {
    try (Connection connection = source.connect()) {
      connection.setAutoCommit(false);
      try {
        if (!StateRow.giveAway(connection, schema, fence, to)) {
          return Optional.empty();
        }
        return Optional.of(Commits.of(connection, source.dialect(), Connection::commit));
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }

  /** The target takes the shard that the source has given away. */
  void takeOver(String position) throws SQLException {
    try (Connection connection = source.connect()) {
      StateRow.State given = StateRow.read(connection, schema, false).orElseThrow();
      takeOver(target, schema, from, position, given.epoch());
    }
  }

  /** The same, for whoever does not know the position of the commit that gave it away. */
  static boolean finish(
      DatabaseNode source, DatabaseNode target, String schema, int from, long epoch)
      throws SQLException {
    String position;
    try (Connection connection = source.connect();
        Statement statement = connection.createStatement();
        ResultSet logged = statement.executeQuery(source.dialect().log())) {
      logged.next();
      // the newest one includes it
      position = source.dialect().newestPosition(logged.getString(1), logged.getString(2));
    }
    return takeOver(target, schema, from, position == null ? "" : position, epoch);
  }

  private static boolean takeOver(
      DatabaseNode target, String schema, int from, String position, long epoch)
      throws SQLException {
    try (Connection connection = target.connect()) {
      connection.setAutoCommit(false);
      try {
        boolean taken = StateRow.takeOver(connection, schema, from, position, epoch);
        if (taken) {
          MoveJournal.end(connection, schema);
        }
        connection.commit();
        return taken;
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }

  /** Keeps why the move stands still. */
  void failed(String error, boolean spoilt) {
    failed(target, error, spoilt);
  }

  /** The same where the target's data are now. */
  void failed(DatabaseNode at, String error, boolean spoilt) {
    try (Connection connection = at.connect()) {
      journal.failed(connection, error, spoilt);
    } catch (SQLException e) {
      log.debug("the reason could not be kept: {}", e.toString());
    }
  }
}
