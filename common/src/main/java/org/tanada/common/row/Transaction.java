package org.tanada.common.row;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Several writes on one owner's shard, all or nothing.
 *
 * @param owner id of the user who owns the rows
 * @param writes the changes, in order
 * @param effects changes on other owners' shards: kept in an outbox within the same transaction,
 *     delivered after it at least once and applied exactly once
 * @param idempotencyKey repeating a transaction with the same key within 24 h changes nothing and
 *     gives the first answer again; chosen by the caller for every transaction, so that a lost
 *     answer can be asked for again; unique per owner
 * @param fingerprint digest of what the key stands for; the same key with another fingerprint fails
 *     with {@code idempotency-key-reused}
 * @param token what the client has seen so far, to be merged into the answer's token; may be null
 */
public record Transaction(
    long owner,
    List<Write> writes,
    List<Effect> effects,
    String idempotencyKey,
    String fingerprint,
    @Nullable String token) {
  public Transaction {
    writes = List.copyOf(writes);
    effects = List.copyOf(effects);
  }

  /**
   * Changes that follow from this transaction on another owner's shard.
   *
   * @param owner id of the other user
   * @param writes the changes, applied all or nothing
   */
  public record Effect(long owner, List<Write> writes) {
    public Effect {
      writes = List.copyOf(writes);
    }
  }

  /**
   * The answer.
   *
   * @param rows the rows as written, in the order of the writes; deleted ones as they were
   * @param token what the client has seen now
   * @param repeated whether this is the answer to an earlier transaction with the same key
   */
  public record Committed(List<Row> rows, String token, boolean repeated) {
    public Committed {
      rows = List.copyOf(rows);
    }
  }
}
