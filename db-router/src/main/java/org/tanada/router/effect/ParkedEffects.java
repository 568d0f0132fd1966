package org.tanada.router.effect;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.EffectsContract.Effect;
import org.tanada.router.shard.Place;
import org.tanada.router.shard.ShardDirectory;
import org.tanada.router.topology.Cluster;
import org.tanada.router.topology.Clusters;
import org.tanada.router.topology.DatabaseNode;
import org.tanada.router.write.ShardTransactions;

/** Effects that could not be applied in many attempts, for the operator to see and to retry. */
@Component
public final class ParkedEffects {
  /** Most that are shown of one shard. */
  private static final int MOST = 100;

  private final ShardDirectory directory;
  private final Clusters clusters;
  private final ShardTransactions transactions;

  ParkedEffects(ShardDirectory directory, Clusters clusters, ShardTransactions transactions) {
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
    StringJoiner sql = new StringJoiner(" UNION ALL ");
    for (Place place : directory.map().places()) {
      if (place.cluster() == cluster.number() && place.active()) {
        sql.add(
            String.format(
                Locale.ROOT,
                "(SELECT id, user_id, target_user_id, created_at, attempts, error FROM %s.outbox"
                    + " WHERE parked_at IS NOT NULL ORDER BY id LIMIT %d)",
                place.schema(),
                MOST));
      }
    }
    List<Effect> found = new ArrayList<>();
    if (sql.length() == 0) {
      return found;
    }
    Optional<DatabaseNode> primary = cluster.primary();
    if (primary.isEmpty()) {
      throw unavailable(cluster, null);
    }
    try (Connection connection = primary.get().connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql.toString())) {
      while (result.next()) {
        String error = result.getString(6);
        found.add(
            new Effect(
                result.getLong(1),
                result.getLong(2),
                result.getLong(3),
                result.getLong(4),
                result.getInt(5),
                error == null ? "" : error));
      }
      return found;
    } catch (SQLException e) {
      primary.get().failed(e);
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
        .run(
            directory.shardOf(effect.id()),
            session -> {
              try (PreparedStatement update =
                  session
                      .connection()
                      .prepareStatement(
                          "UPDATE "
                              + session.table("outbox")
                              + " SET parked_at = NULL, error = NULL, attempts = 0, not_before = 0"
                              + " WHERE id = ? AND parked_at IS NOT NULL")) {
                update.setLong(1, effect.id());
                return update.executeUpdate();
              }
            })
        .value();
  }
}
