package org.tanada.router.claim;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.RowKey;
import org.tanada.common.row.RowsContract;
import org.tanada.router.query.RowReader;
import org.tanada.router.query.TableCatalog;
import org.tanada.router.shard.ShardDirectory;
import org.tanada.router.topology.SqlFailure;
import org.tanada.router.write.RowWriter;
import org.tanada.router.write.ShardSession;
import org.tanada.router.write.ShardTransactions;

/**
 * Names that are unique across all shards: a claim lies on the shard that the name's digest picks,
 * so that all who want the name meet at one primary key.
 */
@Component
public final class Claims {
  private static final Duration GRACE = Duration.ofSeconds(60);
  private static final int MAX_KIND = 32;
  private static final int MAX_VALUE = 255;

  private final ShardTransactions transactions;
  private final ShardDirectory directory;
  private final TableCatalog catalog;
  private final RowReader rows;
  private final RowWriter writer;

  Claims(
      ShardTransactions transactions,
      ShardDirectory directory,
      TableCatalog catalog,
      RowReader rows,
      RowWriter writer) {
    this.transactions = transactions;
    this.directory = directory;
    this.catalog = catalog;
    this.rows = rows;
    this.writer = writer;
  }

  /**
   * Claims a name for a row.
   *
   * @throws ProblemException claimed, if another row holds it
   */
  public void claim(RowsContract.Claim claim) {
    byte[] digest = digest(claim.kind(), claim.value());
    directory.shardOf(claim.id());
    catalog.table(claim.table());
    Optional<Holder> other =
        transactions.run(shard(digest), session -> insert(session, claim, digest)).value();
    if (other.isEmpty()) {
      return;
    }
    Holder holder = other.get();
    boolean abandoned = holder.age() > GRACE.toMillis() && bar(holder.key());
    if (!abandoned
        || !transactions
            .run(shard(digest), session -> takeOver(session, claim, digest, holder))
            .value()) {
      throw new ProblemException(
          ProblemCode.CLAIMED,
          "another row holds this " + claim.kind(),
          List.of(),
          claim.kind(),
          null);
    }
  }

  /** Gives a name up, if the row holds it. */
  public void release(RowsContract.Claim claim) {
    byte[] digest = digest(claim.kind(), claim.value());
    transactions.run(
        shard(digest),
        session -> {
          try (PreparedStatement delete =
              session
                  .connection()
                  .prepareStatement(
                      "DELETE FROM "
                          + session.table("claims")
                          + " WHERE kind = ? AND digest = ? AND row_id = ?")) {
            delete.setString(1, claim.kind());
            delete.setString(2, hex(digest));
            delete.setLong(3, claim.id());
            return delete.executeUpdate();
          }
        });
  }

  /** The row that holds a name and exists; null if there is none. */
  public @Nullable Long resolve(RowsContract.Name name) {
    byte[] digest = digest(name.kind(), name.value());
    Optional<Holder> holder =
        transactions.run(shard(digest), session -> find(session, name.kind(), digest, "")).value();
    return holder.filter(held -> rows.exists(held.key())).map(held -> held.key().id()).orElse(null);
  }

  /** Inserts the claim; gives the holder if it is another row. */
  private Optional<Holder> insert(ShardSession session, RowsContract.Claim claim, byte[] digest)
      throws SQLException {
    try (PreparedStatement insert =
        session
            .connection()
            .prepareStatement(
                "INSERT INTO "
                    + session.table("claims")
                    + " (kind, digest, name, table_name, row_id, created_at)"
                    + " VALUES (?, ?, ?, ?, ?, "
                    + ShardSession.NOW
                    + ")")) {
      insert.setString(1, claim.kind());
      insert.setString(2, hex(digest));
      insert.setString(3, claim.value());
      insert.setString(4, claim.table());
      insert.setLong(5, claim.id());
      insert.executeUpdate();
      return Optional.empty();
    } catch (SQLException e) {
      if (!SqlFailure.isDuplicate(e)) {
        throw e;
      }
    }
    return find(session, claim.kind(), digest, " LOCK IN SHARE MODE")
        .filter(holder -> holder.key().id() != claim.id());
  }

  /** Replaces the holder that was found abandoned, unless somebody was faster. */
  private boolean takeOver(
      ShardSession session, RowsContract.Claim claim, byte[] digest, Holder abandoned)
      throws SQLException {
    try (PreparedStatement update =
        session
            .connection()
            .prepareStatement(
                "UPDATE "
                    + session.table("claims")
                    + " SET table_name = ?, row_id = ?, created_at = "
                    + ShardSession.NOW
                    + " WHERE kind = ? AND digest = ? AND (row_id = ?"
                    + " OR (row_id = ? AND created_at = ?))")) {
      update.setString(1, claim.table());
      update.setLong(2, claim.id());
      update.setString(3, claim.kind());
      update.setString(4, hex(digest));
      update.setLong(5, claim.id()); // ours already: the answer to an earlier commit was lost
      update.setLong(6, abandoned.key().id());
      update.setLong(7, abandoned.since());
      return update.executeUpdate() == 1;
    }
  }

  private static Optional<Holder> find(
      ShardSession session, String kind, byte[] digest, String lock) throws SQLException {
    try (PreparedStatement select =
        session
            .connection()
            .prepareStatement(
                "SELECT table_name, row_id, created_at, "
                    + ShardSession.NOW
                    + " - created_at FROM "
                    + session.table("claims")
                    + " WHERE kind = ? AND digest = ?"
                    + lock)) {
      select.setString(1, kind);
      select.setString(2, hex(digest));
      try (ResultSet found = select.executeQuery()) {
        return found.next()
            ? Optional.of(
                new Holder(
                    new RowKey(found.getString(1), found.getLong(2)),
                    found.getLong(3),
                    found.getLong(4)))
            : Optional.empty();
      }
    }
  }

  /** The row that has not come in time shall not come after another one got its name. */
  private boolean bar(RowKey key) {
    return transactions
        .run(directory.shardOf(key.id()), session -> writer.bar(session, key))
        .value();
  }

  private int shard(byte[] digest) {
    return (int) Math.floorMod(ByteBuffer.wrap(digest).getLong(), (long) directory.count());
  }

  private static byte[] digest(@Nullable String kind, @Nullable String value) {
    if (kind == null || kind.isEmpty() || kind.length() > MAX_KIND) {
      throw new ProblemException(
          ProblemCode.MALFORMED_REQUEST, "a kind has 1 to " + MAX_KIND + " characters");
    }
    if (value == null || value.isEmpty() || value.length() > MAX_VALUE) {
      throw new ProblemException(
          ProblemCode.MALFORMED_REQUEST, "a name has 1 to " + MAX_VALUE + " characters");
    }
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest((kind + "\0" + value).getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }

  private static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }

  /**
   * Who holds a name.
   *
   * @param since when it claimed, by the database's clock
   * @param age how long ago that is; both in milliseconds
   */
  private record Holder(RowKey key, long since, long age) {}
}
