package org.tanada.router.effect;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Write;
import org.tanada.router.shard.ShardDirectory;
import org.tanada.router.topology.SqlFailure;
import org.tanada.router.write.RowWriter;
import org.tanada.router.write.ShardTransactions;

/**
 * Delivers effects: applies each on its target's shard in one transaction with a row that says so,
 * then takes it out of the outbox. Whoever dies between the two leaves an entry that the next one
 * finds applied, so that it is applied exactly once however many routers try.
 */
@Component
public final class Courier {
  private static final Logger log = LoggerFactory.getLogger(Courier.class);
  private static final int LONGEST_ERROR = 500;

  private final ShardTransactions transactions;
  private final ShardDirectory directory;
  private final RowWriter writer;
  private final Outbox outbox;
  private final EffectProperties limits;
  private final InstantSource clock;
  private final Counter delivered;
  private final Counter failed;
  private final Counter parked;

  Courier(
      ShardTransactions transactions,
      ShardDirectory directory,
      RowWriter writer,
      Outbox outbox,
      EffectProperties limits,
      InstantSource clock,
      MeterRegistry meters) {
    this.transactions = transactions;
    this.directory = directory;
    this.writer = writer;
    this.outbox = outbox;
    this.limits = limits;
    this.clock = clock;
    this.delivered = meters.counter("tanada.router.effects", "outcome", "delivered");
    this.failed = meters.counter("tanada.router.effects", "outcome", "failed");
    this.parked = meters.counter("tanada.router.effects", "outcome", "parked");
  }

  /**
   * Delivers one effect. One that cannot be applied is kept and tried again, ever more rarely, and
   * in the end parked: it is somebody's fault then, and not a matter of time.
   *
   * @return whether it is delivered
   */
  boolean deliver(Outbox.Entry entry) {
    try {
      apply(entry);
      remove(entry);
      delivered.increment();
      return true;
    } catch (ProblemException e) {
      failed.increment();
      if (e.code() != ProblemCode.UNAVAILABLE) {
        postpone(entry, String.valueOf(e.getMessage()));
      }
      return false;
    } catch (RuntimeException e) { // what it says is none of ours
      failed.increment();
      postpone(entry, e.toString());
      return false;
    }
  }

  /** Applies an effect on its target's shard, unless that was done before. */
  void apply(Outbox.Entry entry) {
    List<Write> writes = outbox.writes(entry);
    transactions.run(
        directory.shardOf(entry.target()),
        session -> {
          try (PreparedStatement insert =
              session
                  .connection()
                  .prepareStatement(
                      "INSERT INTO "
                          + session.table("applied_effects")
                          + " (id, user_id, created_at) VALUES (?, ?, ?)")) {
            insert.setLong(1, entry.id());
            insert.setLong(2, entry.target());
            insert.setLong(3, clock.millis());
            insert.executeUpdate();
          } catch (SQLException e) {
            if (SqlFailure.isDuplicate(e)) {
              return false;
            }
            throw e;
          }
          writer.apply(session, entry.target(), writes);
          return true;
        });
  }

  private void remove(Outbox.Entry entry) {
    transactions.run(
        entry.shard(),
        session -> {
          try (PreparedStatement delete =
              session
                  .connection()
                  .prepareStatement("DELETE FROM " + session.table("outbox") + " WHERE id = ?")) {
            delete.setLong(1, entry.id());
            return delete.executeUpdate();
          }
        });
  }

  private void postpone(Outbox.Entry entry, String error) {
    boolean last = entry.attempts() + 1 >= limits.attempts();
    if (last) {
      parked.increment();
      log.error("effect {} is parked, ./tanada effects shows it: {}", entry.id(), error);
    } else {
      log.warn("effect {} cannot be applied yet: {}", entry.id(), error);
    }
    long now = clock.millis();
    try {
      transactions.run(
          entry.shard(),
          session -> {
            try (PreparedStatement update =
                session
                    .connection()
                    .prepareStatement(
                        "UPDATE "
                            + session.table("outbox")
                            + " SET attempts = attempts + 1, not_before = ?, parked_at = ?, error = ?"
                            + " WHERE id = ?")) {
              update.setLong(1, now + limits.waitAfter(entry.attempts()).toMillis());
              update.setObject(2, last ? now : null);
              update.setString(3, error.substring(0, Math.min(LONGEST_ERROR, error.length())));
              update.setLong(4, entry.id());
              return update.executeUpdate();
            }
          });
    } catch (ProblemException e) {
      log.debug("postponing effect {} failed: {}", entry.id(), e.getMessage());
    }
  }
}
