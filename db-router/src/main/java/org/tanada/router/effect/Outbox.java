package org.tanada.router.effect;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.row.EffectsContract.Effect;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;
import org.tanada.router.shard.Place;
import org.tanada.router.topology.SqlFailure;
import org.tanada.router.write.ShardSession;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Effects as they are kept on the shard of the transaction that they follow from: all statements on
 * the table {@code outbox}. Times in it are of the database's clock, so that routers whose clocks
 * differ agree on what is due.
 */
@Component
public final class Outbox {
  private static final TypeReference<List<Write>> WRITES = new TypeReference<>() {};
  private static final int LONGEST_ERROR = 500;

  /** Most lanes that a look at one shard gives. */
  private static final int MOST_LANES = 50;

  /** Most parked effects that are shown of one shard. */
  private static final int MOST_PARKED = 100;

  private final JsonMapper mapper =
      JsonMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS).build();
  private final IdGenerator ids;

  Outbox(InstantSource clock) {
    this.ids = new IdGenerator(clock, RandomGenerator.getDefault());
  }

  /**
   * Keeps the effects within the transaction, after all that it changes: whoever had to wait for a
   * row of another transaction so gets the later number.
   */
  public Set<Lane> add(ShardSession session, long owner, List<Transaction.Effect> effects)
      throws SQLException {
    Set<Lane> lanes = new LinkedHashSet<>();
    for (Transaction.Effect effect : effects) {
      while (!insert(session, owner, effect)) {
        // another router's clock has made the same id: the next one is another
      }
      lanes.add(new Lane(session.shard(), owner, effect.owner()));
    }
    return lanes;
  }

  private boolean insert(ShardSession session, long owner, Transaction.Effect effect)
      throws SQLException {
    try (PreparedStatement insert =
        session.prepare(
            "INSERT INTO %s.outbox (id, user_id, target_user_id, writes, created_at, attempts,"
                + " not_before) VALUES (?, ?, ?, ?, "
                + ShardSession.NOW
                + ", 0, 0)")) {
      insert.setLong(1, ids.next(session.shard()));
      insert.setLong(2, owner);
      insert.setLong(3, effect.owner());
      insert.setString(4, mapper.writeValueAsString(effect.writes()));
      insert.executeUpdate();
      return true;
    } catch (SQLException e) {
      if (SqlFailure.isDuplicate(e)) {
        return false;
      }
      throw e;
    }
  }

  /** The first effect of a lane, if there is one and it is due. */
  Optional<Entry> first(ShardSession session, Lane lane) throws SQLException {
    try (PreparedStatement select =
        session.prepare(
            "SELECT id, writes, attempts, not_before <= "
                + ShardSession.NOW
                + " FROM %s.outbox WHERE user_id = ? AND target_user_id = ? AND parked_at IS NULL"
                + " ORDER BY sequence LIMIT 1")) {
      select.setLong(1, lane.owner());
      select.setLong(2, lane.target());
      try (ResultSet found = select.executeQuery()) {
        return found.next() && found.getBoolean(4)
            ? Optional.of(new Entry(lane, found.getLong(1), found.getString(2), found.getInt(3)))
            : Optional.empty();
      }
    }
  }

  /** The writes of an entry. */
  List<Write> writes(Entry entry) {
    return mapper.readValue(entry.writes(), WRITES);
  }

  /** Takes out what was applied. */
  void remove(ShardSession session, Entry entry) throws SQLException {
    try (PreparedStatement delete = session.prepare("DELETE FROM %s.outbox WHERE id = ?")) {
      delete.setLong(1, entry.id());
      delete.executeUpdate();
    }
  }

  /** Notes a failure, and parks the effect or lets it and its lane wait. */
  int failed(ShardSession session, Entry entry, Duration wait, boolean park, String error)
      throws SQLException {
    try (PreparedStatement update =
        session.prepare(
            "UPDATE %s.outbox SET attempts = attempts + 1, not_before = "
                + ShardSession.NOW
                + " + ?, parked_at = "
                + (park ? ShardSession.NOW : "NULL")
                + ", error = ? WHERE id = ?")) {
      update.setLong(1, wait.toMillis());
      update.setString(2, error.substring(0, Math.min(LONGEST_ERROR, error.length())));
      update.setLong(3, entry.id());
      return update.executeUpdate();
    }
  }

  /**
   * Has a parked effect tried again, in its old place of the order; gives 0 if it is not parked.
   */
  int retry(ShardSession session, long id) throws SQLException {
    try (PreparedStatement update =
        session.prepare(
            "UPDATE %s.outbox SET parked_at = NULL, error = NULL, attempts = 0, not_before = 0"
                + " WHERE id = ? AND parked_at IS NOT NULL")) {
      update.setLong(1, id);
      return update.executeUpdate();
    }
  }

  /**
   * The lanes of some shards of one cluster that have effects older than the given age. The
   * optimiser expects as many lanes as entries and would read the whole table, parked entries and
   * all, to join them: it is told to take the lanes one by one.
   */
  List<Waiting> waiting(Connection primary, Collection<Integer> shards, Duration age)
      throws SQLException {
    StringJoiner sql = new StringJoiner(" UNION ALL ");
    for (int shard : shards) {
      sql.add(
          """
          (SELECT %1$d, l.user_id, l.target_user_id, l.entries, l.age, o.not_before <= %2$s
          FROM (SELECT user_id, target_user_id, MIN(sequence) AS first, COUNT(*) AS entries,
          %2$s - MIN(created_at) AS age FROM %3$s.outbox
          WHERE parked_at IS NULL AND created_at < %2$s - %4$d
          GROUP BY user_id, target_user_id) AS l
          STRAIGHT_JOIN %3$s.outbox AS o FORCE INDEX (sequence) ON o.sequence = l.first
          ORDER BY 6 DESC, 5 DESC LIMIT %5$d)\
          """
              .formatted(shard, ShardSession.NOW, Place.schema(shard), age.toMillis(), MOST_LANES));
    }
    List<Waiting> found = new ArrayList<>();
    if (shards.isEmpty()) {
      return found;
    }
    try (Statement statement = primary.createStatement();
        ResultSet result = statement.executeQuery(sql.toString())) {
      while (result.next()) {
        found.add(
            new Waiting(
                new Lane(result.getInt(1), result.getLong(2), result.getLong(3)),
                result.getLong(4),
                Duration.ofMillis(result.getLong(5)),
                result.getBoolean(6)));
      }
    }
    return found;
  }

  /** The parked effects of some shards of one cluster. */
  List<Effect> parked(Connection primary, Collection<Integer> shards) throws SQLException {
    StringJoiner sql = new StringJoiner(" UNION ALL ");
    for (int shard : shards) {
      sql.add(
          """
          (SELECT id, user_id, target_user_id, created_at, attempts, error FROM %s.outbox
          WHERE parked_at IS NOT NULL ORDER BY id LIMIT %d)\
          """
              .formatted(Place.schema(shard), MOST_PARKED));
    }
    List<Effect> found = new ArrayList<>();
    if (shards.isEmpty()) {
      return found;
    }
    try (Statement statement = primary.createStatement();
        ResultSet result = statement.executeQuery(sql.toString())) {
      while (result.next()) {
        @Nullable String error = result.getString(6);
        found.add(
            new Effect(
                result.getLong(1),
                result.getLong(2),
                result.getLong(3),
                result.getLong(4),
                result.getInt(5),
                error == null ? "" : error));
      }
    }
    return found;
  }

  /**
   * The effects of one owner's transactions on one other owner: applied in the order of the
   * transactions.
   *
   * @param shard where they are kept
   * @param owner whose transactions they follow from
   * @param target whose rows they change
   */
  public record Lane(int shard, long owner, long target) {}

  /**
   * A lane in which effects wait.
   *
   * @param lane which
   * @param entries how many
   * @param age of the oldest
   * @param due whether the first may be tried now
   */
  record Waiting(Lane lane, long entries, Duration age, boolean due) {}

  /**
   * An effect on its way.
   *
   * @param lane its place
   * @param id its own
   * @param writes what to apply, as JSON
   * @param attempts how often it failed
   */
  record Entry(Lane lane, long id, String writes, int attempts) {}
}
