package org.tanada.router.transaction;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Row;
import org.tanada.router.safeguard.Safeguard;
import org.tanada.router.safeguard.Safeguards;
import org.tanada.router.topology.Dialect;
import org.tanada.router.topology.SqlFailure;
import org.tanada.router.write.ShardSession;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers to transactions by their keys, kept on the shard and written in the same database
 * transaction: the key's row is inserted first, so that a concurrent repeat waits for the first one
 * and then finds its answer.
 */
@Component
final class IdempotencyStore {
  private static final int MAX_KEY = 128;
  private static final int MAX_FINGERPRINT = 255;
  private static final TypeReference<List<Row>> ROWS = new TypeReference<>() {};

  private final JsonMapper mapper =
      JsonMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS).build();
  private final Safeguards safeguards;

  IdempotencyStore(Safeguards safeguards) {
    this.safeguards = safeguards;
  }

  /**
   * Checks the form of a key and its fingerprint.
   *
   * @throws ProblemException malformed-request
   */
  static void check(@Nullable String key, @Nullable String fingerprint) {
    if (key == null || key.isEmpty() || key.length() > MAX_KEY) {
      throw new ProblemException(
          ProblemCode.MALFORMED_REQUEST, "an idempotency key has 1 to " + MAX_KEY + " characters");
    }
    if (fingerprint == null || fingerprint.length() > MAX_FINGERPRINT) {
      throw new ProblemException(
          ProblemCode.MALFORMED_REQUEST,
          "a fingerprint has at most " + MAX_FINGERPRINT + " characters");
    }
  }

  /**
   * Takes the key for this transaction.
   *
   * @return the answer of an earlier transaction with the key, if there was one
   * @throws ProblemException idempotency-key-reused, if that one was another
   */
  Optional<Answer> begin(ShardSession session, long owner, String key, String fingerprint)
      throws SQLException {
    if (safeguards.lacks(Safeguard.IDEMPOTENCY)) {
      return Optional.empty();
    }
    try (PreparedStatement insert =
        session
            .connection()
            .prepareStatement(
                "INSERT INTO "
                    + session.table("idempotency")
                    + " (user_id, idempotency_key, fingerprint, created_at)"
                    + " VALUES (?, ?, ?, "
                    + ShardSession.NOW
                    + ")")) {
      insert.setLong(1, owner);
      insert.setString(2, key);
      insert.setString(3, fingerprint);
      insert.executeUpdate();
      return Optional.empty();
    } catch (SQLException e) {
      if (!SqlFailure.isDuplicate(e)) {
        throw e;
      }
    }
    return Optional.of(earlier(session, owner, key, fingerprint));
  }

  /** Keeps the answer of the transaction that took the key. */
  void finish(ShardSession session, long owner, String key, List<Row> rows) throws SQLException {
    try (PreparedStatement update =
        session
            .connection()
            .prepareStatement(
                "UPDATE "
                    + session.table("idempotency")
                    + " SET response = ? WHERE user_id = ? AND idempotency_key = ?")) {
      update.setString(1, mapper.writeValueAsString(rows));
      update.setLong(2, owner);
      update.setString(3, key);
      update.executeUpdate();
    }
  }

  private Answer earlier(ShardSession session, long owner, String key, String fingerprint)
      throws SQLException {
    try (PreparedStatement select =
        session
            .connection()
            .prepareStatement(
                "SELECT fingerprint, response FROM "
                    + session.table("idempotency")
                    + " WHERE user_id = ? AND idempotency_key = ? LOCK IN SHARE MODE")) {
      select.setLong(1, owner);
      select.setString(2, key);
      try (ResultSet found = select.executeQuery()) {
        String response = found.next() ? found.getString(2) : null;
        if (response == null) {
          // it was deleted for its age just now
          throw new ProblemException(
              ProblemCode.UNAVAILABLE, "the idempotency key is being forgotten: try again");
        }
        if (!found.getString(1).equals(fingerprint)) {
          throw new ProblemException(
              ProblemCode.IDEMPOTENCY_KEY_REUSED, "the key stands for another transaction");
        }
        return new Answer(mapper.readValue(response, ROWS), newestPosition(session));
      }
    }
  }

  /** The earlier transaction's position is not kept: the newest one includes it. */
  private static @Nullable String newestPosition(ShardSession session) throws SQLException {
    Dialect dialect = session.dialect();
    try (Statement statement = session.connection().createStatement();
        ResultSet log = statement.executeQuery(dialect.log())) {
      log.next();
      return dialect.newestPosition(log.getString(1), log.getString(2));
    }
  }

  /**
   * An earlier answer.
   *
   * @param rows as they were written
   * @param position one that includes the earlier transaction; null if there is none
   */
  record Answer(List<Row> rows, @Nullable String position) {}
}
