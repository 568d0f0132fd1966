package org.tanada.router.shard;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tanada.router.topology.Cluster;
import org.tanada.router.topology.DatabaseNode;

/**
 * Flyway over every schema. Flyway locks each schema, so routers may race; {@link ShardSetup} sees
 * to it that they rarely do.
 *
 * <p>The fast path: Flyway runs on one schema of each cluster and so proves that schema's history
 * against our migrations; schemas with the very same history need no run of their own, and schemas
 * that nobody has used yet are made after its model ({@link SchemaCopy}).
 */
final class Migrations {
  private static final Logger log = LoggerFactory.getLogger(Migrations.class);
  static final String HISTORY = "flyway_schema_history";

  private final int threads;

  Migrations(int threads) {
    this.threads = threads;
  }

  /**
   * Brings every schema of the clusters up to date.
   *
   * @param unborn whether no schema of the installation has been used yet; asked by the one router
   *     that holds the lock of the set-up
   * @throws SQLException if one of them failed; the others are done
   */
  void migrate(List<Cluster> clusters, boolean unborn) throws SQLException {
    try (ExecutorService workers =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("migration-", 0).factory())) {
      List<Future<?>> running = new ArrayList<>();
      for (Cluster cluster : clusters) {
        DatabaseNode primary =
            cluster
                .primary()
                .orElseThrow(() -> new SQLException(cluster.name() + " has no primary"));
        for (Place place : behind(cluster, primary, unborn)) {
          running.add(
              workers.submit(() -> {
                migrate(primary, place.shard());
                return place;
              }));
        }
      }
      for (Future<?> run : running) {
        run.get();
      }
    } catch (ExecutionException e) {
      throw new SQLException("a migration failed: " + e.getCause(), e);
    } catch (FlywayException e) {
      throw new SQLException("a migration failed: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted while migrating", e);
    }
  }

  /** Migrates one schema of the cluster, and what can be copied from it; returns the rest. */
  private static List<Place> behind(Cluster cluster, DatabaseNode primary, boolean unborn)
      throws SQLException {
    List<Place> places;
    List<Place> unused;
    try (Connection connection = primary.connect()) {
      places = ShardDirectory.places(cluster.number(), connection);
      Map<Integer, String> histories = histories(connection);
      unused =
          places.stream().filter(place -> unborn && !histories.containsKey(place.shard())).toList();
      SchemaCopy.clear(connection, unused);
    }
    if (places.isEmpty()) {
      return List.of();
    }
    Place model = places.getFirst();
    migrate(primary, model.shard());
    List<Place> behind;
    try (Connection connection = primary.connect()) {
      List<Place> copies = unused.stream().filter(place -> !place.equals(model)).toList();
      if (!copies.isEmpty() && SchemaCopy.copy(connection, model, copies)) {
        log.info("made {} schemas of {} after {}", copies.size(), cluster.name(), model.schema());
      }
      Map<Integer, String> histories = histories(connection);
      String done = histories.get(model.shard());
      behind =
          places.stream()
              .filter(place -> !place.equals(model))
              .filter(place -> done == null || !done.equals(histories.get(place.shard())))
              .toList();
    }
    if (!behind.isEmpty()) {
      log.info("migrating {} schemas of {}", behind.size(), cluster.name());
    }
    return behind;
  }

  private static void migrate(DatabaseNode primary, int shard) throws SQLException {
    Flyway.configure()
        .dataSource(primary.separate(Place.schema(shard)))
        .defaultSchema(Place.schema(shard))
        .createSchemas(false)
        .table(HISTORY)
        .locations("classpath:db/migration")
        .loggers("slf4j")
        .load()
        .migrate();
  }

  /** Versions and checksums that each schema has, in one text; only what succeeded throughout. */
  private static Map<Integer, String> histories(Connection connection) throws SQLException {
    Map<Integer, String> histories = new HashMap<>();
    StringJoiner all = new StringJoiner(" UNION ALL ");
    boolean any = false;
    try (Statement statement = connection.createStatement()) {
      try (ResultSet tables =
          statement.executeQuery(
              "SELECT table_schema FROM information_schema.tables WHERE table_name = '"
                  + HISTORY
                  + "' AND table_schema LIKE 'tanada\\_%'")) {
        while (tables.next()) {
          String schema = tables.getString(1);
          if (Place.shard(schema).isPresent()) {
            any = true;
            all.add(
                String.format(
                    "SELECT %d, GROUP_CONCAT(version, '/', checksum, '/', success"
                        + " ORDER BY installed_rank SEPARATOR ' ') FROM %s.%s",
                    Place.shard(schema).orElseThrow(), schema, HISTORY));
          }
        }
      }
      if (any) {
        try (ResultSet found = statement.executeQuery(all.toString())) {
          while (found.next()) {
            String history = found.getString(2);
            if (history != null) {
              histories.put(found.getInt(1), history);
            }
          }
        }
      }
    }
    return histories;
  }
}
