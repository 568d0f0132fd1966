package org.tanada.router.transaction;

import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.common.lifecycle.RepeatedWork;
import org.tanada.common.problem.ProblemException;
import org.tanada.router.shard.ShardDirectory;
import org.tanada.router.topology.Clusters;
import org.tanada.router.write.ShardSession;
import org.tanada.router.write.ShardTransactions;

/**
 * Deletes what is kept for a time only, in small steps, one shard after the other: answers to
 * idempotency keys and bars of rows after a day, and the notes of applied effects long after their
 * outbox entries are gone.
 */
@Component
final class Retention extends RepeatedWork {
  private static final Logger log = LoggerFactory.getLogger(Retention.class);
  private static final Map<String, Duration> KEPT =
      Map.of(
          "idempotency",
          Duration.ofHours(24),
          "barred",
          Duration.ofDays(1),
          "applied_effects",
          Duration.ofDays(30));
  private static final Duration STEP = Duration.ofSeconds(5);
  private static final int AT_ONCE = 500;

  private final ShardTransactions transactions;
  private final ShardDirectory directory;
  private int next;

  Retention(ShardTransactions transactions, ShardDirectory directory) {
    super("retention", Clusters.PHASE + 3);
    this.transactions = transactions;
    this.directory = directory;
  }

  @Override
  protected Duration step() {
    int shard = next;
    next = (shard + 1) % directory.count();
    try {
      if (clean(shard)) {
        next = shard; // a full step may have left more
      }
    } catch (ProblemException e) {
      log.debug("cleaning shard {} failed: {}", shard, e.getMessage());
    }
    return STEP;
  }

  /** One step on a shard; whether there may be more. */
  boolean clean(int shard) {
    if (directory.map().active(shard).size() != 1) {
      return false;
    }
    boolean more = false;
    for (Map.Entry<String, Duration> kept : KEPT.entrySet()) {
      int deleted =
          transactions
              .run(
                  shard,
                  session -> {
                    try (PreparedStatement delete =
                        session.prepare(
                            "DELETE FROM %s."
                                + kept.getKey()
                                + " WHERE created_at < "
                                + ShardSession.NOW
                                + " - ? ORDER BY created_at LIMIT "
                                + AT_ONCE)) {
                      delete.setLong(1, kept.getValue().toMillis());
                      return delete.executeUpdate();
                    }
                  })
              .value();
      more |= deleted == AT_ONCE;
    }
    return more;
  }
}
