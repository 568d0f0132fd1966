package org.tanada.router.transaction;

import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Transaction;
import org.tanada.router.cache.ServedRow;
import org.tanada.router.effect.EffectDelivery;
import org.tanada.router.effect.Outbox;
import org.tanada.router.query.ConsistencyToken;
import org.tanada.router.shard.ShardDirectory;
import org.tanada.router.write.RowWriter;
import org.tanada.router.write.ShardSession;
import org.tanada.router.write.ShardTransactions;

/** Transactions of the contract: all or nothing on the owner's shard, and repeatable by key. */
@Component
public final class Transactions {
  private static final int MAX_EFFECTS = 20;

  private final ShardTransactions shards;
  private final ShardDirectory directory;
  private final RowWriter writer;
  private final IdempotencyStore answers;
  private final Outbox outbox;
  private final EffectDelivery delivery;
  private final InstantSource clock;

  Transactions(
      ShardTransactions shards,
      ShardDirectory directory,
      RowWriter writer,
      IdempotencyStore answers,
      Outbox outbox,
      EffectDelivery delivery,
      InstantSource clock) {
    this.shards = shards;
    this.directory = directory;
    this.writer = writer;
    this.answers = answers;
    this.outbox = outbox;
    this.delivery = delivery;
    this.clock = clock;
  }

  /** Commits, or gives the answer of an earlier transaction with the same key. */
  public Committed commit(Transaction transaction) {
    check(transaction);
    String seen = transaction.token();
    ConsistencyToken before = seen == null || seen.isEmpty() ? null : ConsistencyToken.parse(seen);
    int shard = directory.shardOf(transaction.owner());
    ShardTransactions.Outcome<Done> outcome = run(shard, transaction);
    delivery.soon(outcome.value().effects());
    String position = outcome.value().repeated() ? outcome.value().position() : outcome.written();
    ConsistencyToken token = token(before, outcome, position, shard);
    return new Committed(outcome.value().rows(), token.text(), outcome.value().repeated());
  }

  private ShardTransactions.Outcome<Done> run(int shard, Transaction transaction) {
    try {
      return shards.run(shard, session -> attempt(session, transaction));
    } catch (ShardSession.KeyTakenException e) {
      return earlier(shard, transaction)
          .orElseThrow(
              () -> // it was deleted for its age just now
              new ProblemException(
                      ProblemCode.UNAVAILABLE,
                      "the idempotency key is being forgotten: try again",
                      e));
    } catch (ProblemException e) {
      if (e.code().status() >= 500) {
        throw e;
      }
      // what a repeat cannot do any more, since it is done
      return earlier(shard, transaction).orElseThrow(() -> e);
    }
  }

  private Optional<ShardTransactions.Outcome<Done>> earlier(int shard, Transaction transaction) {
    ShardTransactions.Outcome<Optional<Done>> found =
        shards.run(
            shard,
            session ->
                answers
                    .earlier(
                        session,
                        transaction.owner(),
                        transaction.idempotencyKey(),
                        transaction.fingerprint())
                    .map(answer -> new Done(answer.rows(), Set.of(), true, answer.position())));
    return found.value().map(found::with);
  }

  private Done attempt(ShardSession session, Transaction transaction) throws SQLException {
    List<ServedRow> rows = writer.apply(session, transaction.owner(), transaction.writes());
    Set<Outbox.Lane> effects = outbox.add(session, transaction.owner(), transaction.effects());
    answers.keep(
        session,
        transaction.owner(),
        transaction.idempotencyKey(),
        transaction.fingerprint(),
        rows);
    return new Done(rows, effects, false, null);
  }

  private ConsistencyToken token(
      @Nullable ConsistencyToken before,
      ShardTransactions.Outcome<Done> outcome,
      @Nullable String position,
      int shard) {
    if (position == null) { // binary log off: nothing to wait for, all reads are of the primary
      return before == null ? new ConsistencyToken(clock.millis(), shard, Map.of()) : before;
    }
    ConsistencyToken token =
        ConsistencyToken.after(
            before, outcome.cluster(), position, outcome.dialect(), shard, clock.millis());
    String left = outcome.arrival().position();
    // A router whose map is out of date takes this token to the cluster that the shard has left.
    // With this position it waits there for a replica that knows of the leave, and so finds out,
    // instead of reading what one that lags still has.
    return left == null ? token : token.alsoSeen(outcome.arrival().from(), left);
  }

  private void check(Transaction transaction) {
    writer.check(transaction.owner(), transaction.writes());
    if (transaction.effects().size() > MAX_EFFECTS) {
      throw malformed("more than " + MAX_EFFECTS + " effects");
    }
    for (Transaction.Effect effect : transaction.effects()) {
      writer.check(effect.owner(), effect.writes());
    }
    IdempotencyStore.check(transaction.idempotencyKey(), transaction.fingerprint());
  }

  private static ProblemException malformed(String detail) {
    return new ProblemException(ProblemCode.MALFORMED_REQUEST, detail);
  }

  /**
   * The answer, as {@link Transaction.Committed} tells of it.
   *
   * @param rows the rows as written, deleted ones as they were
   * @param token what the client has seen now
   * @param repeated whether this is the answer to an earlier transaction
   */
  public record Committed(List<ServedRow> rows, String token, boolean repeated) {}

  private record Done(
      List<ServedRow> rows,
      Set<Outbox.Lane> effects,
      boolean repeated,
      @Nullable String position) {}
}
