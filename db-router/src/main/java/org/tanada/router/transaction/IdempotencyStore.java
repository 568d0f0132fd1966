package org.tanada.router.transaction;

import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Row;
import org.tanada.common.row.RowJson;
import org.tanada.router.cache.ServedRow;
import org.tanada.router.safeguard.Safeguard;
import org.tanada.router.safeguard.Safeguards;
import org.tanada.router.topology.Dialect;
import org.tanada.router.write.ShardSession;

/**
 * Answers to transactions by their keys, kept on the shard and written in the same database
 * transaction, as the last of it: of two that run at once with one key the second finds the first
 * one's there, and commits nothing. Whatever a repeat meets before that, it meets what the first
 * one has committed; so a failure, too, is an answer only if the key is not there.
 */
@Component
final class IdempotencyStore {
  private static final int MAX_KEY = 128;
  private static final int MAX_FINGERPRINT = 255;
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

  /** Keeps the answer, with the commit of the transaction. */
  void keep(
      ShardSession session, long owner, String key, String fingerprint, List<ServedRow> rows) {
    if (safeguards.lacks(Safeguard.IDEMPOTENCY)) {
      return;
    }
    session.last(
        "INSERT INTO %s.idempotency (user_id, idempotency_key, fingerprint, response, created_at)"
            + " VALUES (?, ?, ?, ?, "
            + ShardSession.NOW
            + ")",
        owner,
        key,
        fingerprint,
        json(rows));
  }

  private static String json(List<ServedRow> rows) {
    StringJoiner json = new StringJoiner(",", "[", "]");
    rows.forEach(row -> json.add(new String(row.json(), StandardCharsets.UTF_8)));
    return json.toString();
  }

  /**
   * The answer of an earlier transaction with the key, if there was one.
   *
   * @throws ProblemException idempotency-key-reused, if that one was another
   */
  Optional<Answer> earlier(ShardSession session, long owner, String key, String fingerprint)
      throws SQLException {
    try (PreparedStatement select =
        session.prepare(
            "SELECT fingerprint, response FROM %s.idempotency"
                + " WHERE user_id = ? AND idempotency_key = ? LOCK IN SHARE MODE")) {
      select.setLong(1, owner);
      select.setString(2, key);
      try (ResultSet found = select.executeQuery()) {
        String response = found.next() ? found.getString(2) : null;
        if (response == null) {
          return Optional.empty();
        }
        if (!found.getString(1).equals(fingerprint)) {
          throw new ProblemException(
              ProblemCode.IDEMPOTENCY_KEY_REUSED, "the key stands for another transaction");
        }
        byte[] json = response.getBytes(StandardCharsets.UTF_8);
        return Optional.of(
            new Answer(
                Arrays.stream(RowJson.read(json, Row[].class)).map(ServedRow::of).toList(),
                newestPosition(session)));
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
  record Answer(List<ServedRow> rows, @Nullable String position) {}
}
