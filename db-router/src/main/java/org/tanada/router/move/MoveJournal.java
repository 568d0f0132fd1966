package org.tanada.router.move;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * How far a move is: one row in the schema that is being filled, written in the same transaction as
 * the rows. It also says whose move it is: a mover that finds another one's name there has been
 * replaced and stops, so that two of them never fill one schema.
 */
final class MoveJournal {
  private static final TypeReference<List<String>> KEY = new TypeReference<>() {};
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final String schema;
  private final String mover;

  MoveJournal(String schema, String mover) {
    this.schema = schema;
    this.mover = mover;
  }

  /** What a move is doing. */
  enum Phase {
    PREPARING,
    COPYING,
    VERIFYING,
    FLIPPING,
    SPOILT;

    String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    static Phase of(String text) {
      return valueOf(text.toUpperCase(java.util.Locale.ROOT));
    }
  }

  /**
   * How far a move is.
   *
   * @param position up to where the changes are applied; null before the beginning
   * @param table the one that is being copied; null if none is
   * @param lastKey the last row of it that was copied; empty before the first
   */
  record Entry(
      String mover,
      int source,
      String sourceServer,
      String router,
      Phase phase,
      @Nullable LogPosition position,
      @Nullable String table,
      List<String> lastKey,
      long rowsCopied,
      long rowsExpected,
      long changesApplied,
      @Nullable Long lagMillis,
      long startedAt,
      long updatedAt,
      @Nullable String error) {}

  /** The row, if the schema is being filled. */
  static Optional<Entry> read(Connection connection, String schema) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement(
                "SELECT source, source_server, router, phase, binlog_file, binlog_offset,"
                    + " table_name, last_key, rows_copied, rows_expected, changes_applied,"
                    + " lag_millis, started_at, updated_at, error, mover FROM "
                    + schema
                    + ".shard_move WHERE id = 1");
        ResultSet found = statement.executeQuery()) {
      if (!found.next()) {
        return Optional.empty();
      }
      String file = found.getString(5);
      String key = found.getString(8);
      long lag = found.getLong(12);
      Long knownLag = found.wasNull() ? null : lag;
      return Optional.of(
          new Entry(
              found.getString(16),
              found.getInt(1),
              found.getString(2),
              found.getString(3),
              Phase.of(found.getString(4)),
              file == null ? null : new LogPosition(file, found.getLong(6)),
              found.getString(7),
              key == null ? List.of() : MAPPER.readValue(key, KEY),
              found.getLong(9),
              found.getLong(10),
              found.getLong(11),
              knownLag,
              found.getLong(13),
              found.getLong(14),
              found.getString(15)));
    }
  }

  /** Writes the first row. */
  void begin(
      Connection connection,
      String router,
      int source,
      String sourceServer,
      long expected,
      long now)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO "
                + schema
                + ".shard_move (id, mover, router, source, source_server, phase, rows_copied,"
                + " rows_expected, changes_applied, started_at, updated_at)"
                + " VALUES (1, ?, ?, ?, ?, ?, 0, ?, 0, ?, ?)")) {
      statement.setString(1, mover);
      statement.setString(2, router);
      statement.setInt(3, source);
      statement.setString(4, sourceServer);
      statement.setString(5, Phase.PREPARING.text());
      statement.setLong(6, expected);
      statement.setLong(7, now);
      statement.setLong(8, now);
      statement.executeUpdate();
    }
  }

  /** Makes the move this mover's; whoever had it stops. False if there is none. */
  static boolean take(Connection connection, String schema, String mover, String router)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE "
                + schema
                + ".shard_move SET mover = ?, router = ?, error = NULL WHERE id = 1")) {
      statement.setString(1, mover);
      statement.setString(2, router);
      return statement.executeUpdate() == 1;
    }
  }

  /** Something more is done; written within the transaction that does it. */
  void progress(Connection connection, Progress progress, long now) throws SQLException {
    LogPosition position = progress.position;
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE "
                + schema
                + ".shard_move SET phase = ?, binlog_file = ?, binlog_offset = ?, table_name = ?,"
                + " last_key = ?, rows_copied = ?, changes_applied = ?, lag_millis = ?,"
                + " updated_at = ? WHERE id = 1 AND mover = ?")) {
      statement.setString(1, progress.phase.text());
      statement.setString(2, position.file());
      statement.setLong(3, position.offset());
      statement.setString(4, progress.table);
      statement.setString(
          5, progress.lastKey.isEmpty() ? null : MAPPER.writeValueAsString(progress.lastKey));
      statement.setLong(6, progress.rowsCopied);
      statement.setLong(7, progress.changesApplied);
      statement.setObject(8, progress.lagMillis);
      statement.setLong(9, now);
      statement.setString(10, mover);
      own(statement.executeUpdate());
    }
  }

  /** Says why the move stands still. */
  void failed(Connection connection, String error, boolean spoilt) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE "
                + schema
                + ".shard_move SET error = ?"
                + (spoilt ? ", phase = '" + Phase.SPOILT.text() + "'" : "")
                + " WHERE id = 1 AND mover = ?")) {
      statement.setString(1, error.substring(0, Math.min(500, error.length())));
      statement.setString(2, mover);
      statement.executeUpdate();
    }
  }

  /** The move is over. */
  static void end(Connection connection, String schema) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("DELETE FROM " + schema + ".shard_move")) {
      statement.executeUpdate();
    }
  }

  private static void own(int rows) {
    if (rows != 1) {
      throw new MoveException("another mover has taken over, or the move was aborted");
    }
  }

  /** What a mover has done so far. */
  static final class Progress {
    Phase phase = Phase.COPYING;
    LogPosition position;
    @Nullable String table;
    List<String> lastKey = List.of();
    long rowsCopied;
    long changesApplied;
    @Nullable Long lagMillis;

    Progress(LogPosition position) {
      this.position = position;
    }
  }
}
