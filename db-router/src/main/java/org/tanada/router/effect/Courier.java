package org.tanada.router.effect;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Write;
import org.tanada.router.shard.ShardDirectory;
import org.tanada.router.topology.SqlFailure;
import org.tanada.router.write.RowWriter;
import org.tanada.router.write.ShardSession;
import org.tanada.router.write.ShardTransactions;

/**
 * Delivers the effects of a lane, the first one first: applies it on its target's shard in one
 * transaction with a row that says so, and only then takes it out of the outbox.
 *
 * <p>Whoever dies between the two leaves an entry that the next one finds applied, so that it is
 * applied exactly once however many routers try. And since an entry leaves the outbox only when it
 * is applied (or parked), whoever finds another one first knows that all before it are applied:
 * this stays true, so the order needs no lock between routers. Parking takes an effect out of the
 * order: those behind it go on.
 */
@Component
final class Courier {
  private static final Logger log = LoggerFactory.getLogger(Courier.class);

  private final ShardTransactions transactions;
  private final ShardDirectory directory;
  private final RowWriter writer;
  private final Outbox outbox;
  private final EffectProperties limits;
  private final Counter delivered;
  private final Counter failed;
  private final Counter parked;

  Courier(
      ShardTransactions transactions,
      ShardDirectory directory,
      RowWriter writer,
      Outbox outbox,
      EffectProperties limits,
      MeterRegistry meters) {
    this.transactions = transactions;
    this.directory = directory;
    this.writer = writer;
    this.outbox = outbox;
    this.limits = limits;
    this.delivered = meters.counter("tanada.router.effects", "outcome", "delivered");
    this.failed = meters.counter("tanada.router.effects", "outcome", "failed");
    this.parked = meters.counter("tanada.router.effects", "outcome", "parked");
  }

  /**
   * Delivers what waits in the lane, up to the first that cannot be applied. That one is tried
   * again, ever more rarely, and in the end parked: it is somebody's fault then, and not a matter
   * of time.
   *
   * @return whether the target's shard can be written
   * @throws ProblemException unavailable, if the lane's own shard cannot be
   */
  boolean deliver(Outbox.Lane lane) {
    Optional<Outbox.Entry> next =
        transactions.run(lane.shard(), session -> outbox.first(session, lane)).value();
    while (next.isPresent()) {
      Outbox.Entry entry = next.get();
      boolean applied = false;
      try {
        apply(entry);
        applied = true;
        delivered.increment();
      } catch (ProblemException e) {
        failed.increment();
        if (e.code() == ProblemCode.UNAVAILABLE || e.code() == ProblemCode.MOVED) {
          return false;
        }
        failed(entry, String.valueOf(e.getMessage()));
      } catch (RuntimeException e) { // what it says is none of ours
        failed.increment();
        failed(entry, e.toString());
      }
      boolean done = applied;
      next =
          transactions
              .run(
                  lane.shard(),
                  session -> {
                    if (done) {
                      outbox.remove(session, entry);
                    }
                    return outbox.first(session, lane);
                  })
              .value();
    }
    return true;
  }

  /** Applies an effect on its target's shard, unless that was done before. */
  private void apply(Outbox.Entry entry) {
    List<Write> writes = outbox.writes(entry);
    long target = entry.lane().target();
    transactions.run(
        directory.shardOf(target),
        session -> {
          try (PreparedStatement insert =
              session.prepare(
                  "INSERT INTO %s.applied_effects (id, user_id, created_at) VALUES (?, ?, "
                      + ShardSession.NOW
                      + ")")) {
            insert.setLong(1, entry.id());
            insert.setLong(2, target);
            insert.executeUpdate();
          } catch (SQLException e) {
            if (SqlFailure.isDuplicate(e)) {
              return false;
            }
            throw e;
          }
          writer.apply(session, target, writes);
          return true;
        });
  }

  private void failed(Outbox.Entry entry, String error) {
    boolean last = entry.attempts() + 1 >= limits.attempts();
    transactions.run(
        entry.lane().shard(),
        session -> outbox.failed(session, entry, limits.waitAfter(entry.attempts()), last, error));
    if (last) {
      parked.increment();
      log.error("effect {} is parked, ./tanada effects shows it: {}", entry.id(), error);
    } else {
      log.warn("effect {} cannot be applied yet: {}", entry.id(), error);
    }
  }
}
