package org.tanada.router.effect;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.EffectsContract.Effect;
import org.tanada.router.shard.ShardDirectory;
import org.tanada.router.topology.Cluster;
import org.tanada.router.topology.Clusters;
import org.tanada.router.topology.DatabaseNode;
import org.tanada.router.write.ShardTransactions;

/** Effects that could not be applied in many attempts, for the operator to see and to retry. */
@Component
public final class ParkedEffects {
  private final ShardDirectory directory;
  private final Clusters clusters;
  private final ShardTransactions transactions;
  private final Outbox outbox;

  ParkedEffects(
      ShardDirectory directory, Clusters clusters, ShardTransactions transactions, Outbox outbox) {
    this.outbox = outbox;
    this.directory = directory;
    this.clusters = clusters;
    this.transactions = transactions;
  }

  /**
   * All of them, the oldest first, at most 100 of each shard.
   *
   * @throws ProblemException unavailable, if a cluster cannot be asked
   */
  public List<Effect> list() {
    List<Effect> found = new ArrayList<>();
    for (Cluster cluster : clusters.all()) {
      found.addAll(of(cluster));
    }
    found.sort(java.util.Comparator.comparingLong(Effect::id));
    return found;
  }

  private List<Effect> of(Cluster cluster) {
    List<Integer> shards = directory.map().activeIn(cluster.number());
    if (shards.isEmpty()) {
      return List.of();
    }
    DatabaseNode primary = cluster.primary().orElseThrow(() -> unavailable(cluster, null));
    try (Connection connection = primary.connect()) {
      return outbox.parked(connection, shards);
    } catch (SQLException e) {
      primary.failed(e);
      throw unavailable(cluster, e);
    }
  }

  private static ProblemException unavailable(Cluster cluster, @Nullable SQLException cause) {
    return new ProblemException(
        ProblemCode.UNAVAILABLE,
        cluster.name() + " cannot be asked for its parked effects",
        List.of(),
        null,
        cause);
  }

  /**
   * Has parked effects tried again, as if they were new.
   *
   * @param id of one, or null for all
   * @return how many
   * @throws ProblemException not-found, if there is no such parked effect
   */
  public int retry(@Nullable Long id) {
    int retried = 0;
    for (Effect effect : list()) {
      if (id == null || id == effect.id()) {
        retried += retry(effect);
      }
    }
    if (id != null && retried == 0) {
      throw new ProblemException(ProblemCode.NOT_FOUND, "no effect " + id + " is parked");
    }
    return retried;
  }

  private int retry(Effect effect) {
    return transactions
        .run(directory.shardOf(effect.id()), session -> outbox.retry(session, effect.id()))
        .value();
  }
}
