package org.tanada.router.shard;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tanada.router.topology.Cluster;
import org.tanada.router.topology.Clusters;
import org.tanada.router.topology.DatabaseNode;

/**
 * Brings the schemas of an installation into being, under a lock on the lowest-numbered cluster's
 * primary, so that routers may race.
 *
 * <p>First all schemas are created, evenly over the clusters, and migrated; then each is born: its
 * state becomes {@code active}. As soon as one is born none is created any more: a schema that is
 * missing then belongs to a cluster that is out of sight, and an empty second copy of it would be
 * worse than an error.
 */
final class ShardSetup {
  private static final Logger log = LoggerFactory.getLogger(ShardSetup.class);
  private static final String LOCK = "tanada-shard-setup";
  private static final int LOCK_SECONDS = 120;

  private final Clusters clusters;
  private final Migrations migrations;
  private final int count;

  ShardSetup(Clusters clusters, Migrations migrations, int count) {
    this.clusters = clusters;
    this.migrations = migrations;
    this.count = count;
  }

  /**
   * Creates what is missing and migrates everything.
   *
   * @return whether all was done; false if the databases are not all there yet
   * @throws SQLException if a database failed meanwhile; to be tried again
   */
  boolean prepare() throws SQLException {
    List<Cluster> all = clusters.all();
    if (all.isEmpty() || all.stream().anyMatch(cluster -> cluster.primary().isEmpty())) {
      return false;
    }
    if (!complete(all)) {
      DatabaseNode first = all.getFirst().primary().orElseThrow();
      try (Connection lock = first.separate("").getConnection()) {
        lock(lock);
        List<Place> found = places(all);
        boolean unborn = found.stream().allMatch(place -> place.state().isEmpty());
        if (unborn) {
          createMissing(all);
        }
        migrations.migrate(all, unborn); // a router that waited finds nothing left to do
        // Once one is born all have their tables: a bare one is what a move has begun and left.
        Set<Integer> bare = new HashSet<>();
        found.stream()
            .filter(place -> !unborn && place.epoch() == Place.BARE)
            .forEach(place -> bare.add(place.shard()));
        bearUnborn(all, bare); // the lock ends with its connection
      }
    } else {
      migrations.migrate(all, false);
    }
    return true;
  }

  private boolean complete(List<Cluster> all) throws SQLException {
    Set<Integer> born = new HashSet<>();
    places(all).stream()
        .filter(place -> place.serves() || place.state().equals(Place.MOVED))
        .forEach(place -> born.add(place.shard()));
    return born.size() >= count;
  }

  private void createMissing(List<Cluster> all) throws SQLException {
    Set<Integer> existing = new HashSet<>();
    places(all).forEach(place -> existing.add(place.shard()));
    int created = 0;
    for (int i = 0; i < all.size(); i++) {
      DatabaseNode primary = all.get(i).primary().orElseThrow(() -> new SQLException("no primary"));
      try (Connection connection = primary.connect();
          Statement statement = connection.createStatement()) {
        for (int shard = i; shard < count; shard += all.size()) {
          if (!existing.contains(shard)) {
            statement.executeUpdate(
                "CREATE DATABASE IF NOT EXISTS "
                    + Place.schema(shard)
                    + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
            created++;
          }
        }
      }
    }
    log.info("created {} virtual shards over {} clusters", created, all.size());
  }

  private void bearUnborn(List<Cluster> all, Set<Integer> bare) throws SQLException {
    List<Place> places = places(all);
    for (Cluster cluster : all) {
      List<Place> unborn = new ArrayList<>();
      for (Place place : places) {
        boolean alone =
            places.stream().filter(other -> other.shard() == place.shard()).count() == 1;
        if (place.cluster() == cluster.number()
            && place.state().isEmpty()
            && alone
            && !bare.contains(place.shard())
            && place.shard() < count) {
          unborn.add(place);
        }
      }
      if (unborn.isEmpty()) {
        continue;
      }
      DatabaseNode primary = cluster.primary().orElseThrow(() -> new SQLException("no primary"));
      try (Connection connection = primary.connect();
          Statement statement = connection.createStatement()) {
        for (Place place : unborn) {
          statement.executeUpdate(
              "INSERT IGNORE INTO "
                  + place.schema()
                  + ".shard_state (id, state, epoch) VALUES (1, 'active', 1)");
        }
      }
    }
  }

  private static List<Place> places(List<Cluster> all) throws SQLException {
    List<Place> places = new ArrayList<>();
    for (Cluster cluster : all) {
      Optional<DatabaseNode> primary = cluster.primary();
      if (primary.isEmpty()) {
        throw new SQLException(cluster.name() + " has no primary");
      }
      try (Connection connection = primary.get().connect()) {
        places.addAll(ShardDirectory.places(cluster.number(), connection));
      }
    }
    return places;
  }

  private static void lock(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("SELECT GET_LOCK(?, ?)")) {
      statement.setString(1, LOCK);
      statement.setInt(2, LOCK_SECONDS);
      try (ResultSet result = statement.executeQuery()) {
        if (!result.next() || result.getInt(1) != 1) {
          throw new SQLException("another router holds the lock " + LOCK);
        }
      }
    }
  }
}
