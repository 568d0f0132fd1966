package org.tanada.router.effect;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;
import org.tanada.router.write.ShardSession;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Effects as they are kept on the shard of the transaction that they follow from. */
@Component
public final class Outbox {
  private static final TypeReference<List<Write>> WRITES = new TypeReference<>() {};

  private final JsonMapper mapper =
      JsonMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS).build();
  private final IdGenerator ids;
  private final InstantSource clock;

  Outbox(InstantSource clock) {
    this.clock = clock;
    this.ids = new IdGenerator(clock, RandomGenerator.getDefault());
  }

  /** Keeps the effects within the transaction. */
  public List<Entry> add(ShardSession session, long owner, List<Transaction.Effect> effects)
      throws SQLException {
    List<Entry> entries = new ArrayList<>();
    if (effects.isEmpty()) {
      return entries;
    }
    try (PreparedStatement insert =
        session
            .connection()
            .prepareStatement(
                "INSERT INTO "
                    + session.table("outbox")
                    + " (id, user_id, target_user_id, writes, created_at, attempts, not_before)"
                    + " VALUES (?, ?, ?, ?, ?, 0, 0)")) {
      for (Transaction.Effect effect : effects) {
        long now = clock.millis();
        Entry entry =
            new Entry(
                session.shard(),
                ids.next(session.shard()),
                effect.owner(),
                mapper.writeValueAsString(effect.writes()),
                now,
                0);
        insert.setLong(1, entry.id());
        insert.setLong(2, owner);
        insert.setLong(3, entry.target());
        insert.setString(4, entry.writes());
        insert.setLong(5, now);
        insert.executeUpdate();
        entries.add(entry);
      }
    }
    return entries;
  }

  /** The writes of an entry. */
  List<Write> writes(Entry entry) {
    return mapper.readValue(entry.writes(), WRITES);
  }

  /**
   * An effect on its way.
   *
   * @param shard where it is kept
   * @param id its own
   * @param target the owner on whose shard it is to be applied
   * @param writes what to apply, as JSON
   * @param createdAt milliseconds since the Unix epoch
   * @param attempts how often it failed
   */
  public record Entry(
      int shard, long id, long target, String writes, long createdAt, int attempts) {}
}
