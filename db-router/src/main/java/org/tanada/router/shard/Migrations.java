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
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
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
@Component
public final class Migrations {
  private static final Logger log = LoggerFactory.getLogger(Migrations.class);
  static final String HISTORY = "flyway_schema_history";

  private final int threads;
  private final String[] locations;

  Migrations(ShardProperties properties) {
    this.threads = properties.migrationThreads();
    this.locations = properties.migrations().toArray(String[]::new);
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
            threads * Math.max(1, clusters.size()),
            Thread.ofPlatform().daemon().name("migration-", 0).factory())) {
      List<Model> models = all(workers, clusters, cluster -> model(cluster, unborn));
      all(
          workers,
          models.stream().flatMap(model -> model.shares(threads)).toList(),
          Migrations::copy);
      List<Behind> late = new ArrayList<>();
      for (Model model : models) {
        late.addAll(behind(model));
      }
      List<Place> done =
          all(
              workers,
              late,
              behind -> {
                migrate(behind.primary(), behind.place().shard());
                return behind.place();
              });
      if (!done.isEmpty()) {
        log.info("migrated {} schemas", done.size());
      }
    }
  }

  /** Does the same with all of them, several at a time. */
  private static <T, R> List<R> all(ExecutorService workers, List<T> each, Work<T, R> work)
      throws SQLException {
    List<Future<R>> running = new ArrayList<>();
    for (T one : each) {
      running.add(workers.submit(() -> work.on(one)));
    }
    List<R> results = new ArrayList<>();
    try {
      for (Future<R> run : running) {
        results.add(run.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw new SQLException("a migration failed: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted while migrating", e);
    }
  }

  private interface Work<T, R> {
    R on(T one) throws SQLException;
  }

  /**
   * The schemas of a cluster, of which Flyway has migrated the first, and those to be made after
   * it.
   */
  private record Model(
      Cluster cluster, DatabaseNode primary, List<Place> places, List<Place> copies) {
    /** The copies in parts that can be made side by side: each table waits for the disk. */
    Stream<Model> shares(int most) {
      int size = Math.max(1, Math.ceilDiv(copies.size(), most));
      List<Model> shares = new ArrayList<>();
      for (int i = 0; i < copies.size(); i += size) {
        shares.add(
            new Model(
                cluster, primary, places, copies.subList(i, Math.min(i + size, copies.size()))));
      }
      return shares.stream();
    }
  }

  private record Behind(DatabaseNode primary, Place place) {}

  /** Migrates one schema of the cluster. */
  private Model model(Cluster cluster, boolean unborn) throws SQLException {
    DatabaseNode primary =
        cluster.primary().orElseThrow(() -> new SQLException(cluster.name() + " has no primary"));
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
      return new Model(cluster, primary, List.of(), List.of());
    }
    Place model = places.getFirst();
    migrate(primary, model.shard());
    return new Model(
        cluster, primary, places, unused.stream().filter(place -> !place.equals(model)).toList());
  }

  private static Boolean copy(Model share) throws SQLException {
    try (Connection connection = share.primary().connect()) {
      boolean made = SchemaCopy.copy(connection, share.places().getFirst(), share.copies());
      if (made) {
        log.info(
            "made {} schemas of {} after {}",
            share.copies().size(),
            share.cluster().name(),
            share.places().getFirst().schema());
      }
      return made;
    }
  }

  /** What has another history than the model. */
  private static List<Behind> behind(Model model) throws SQLException {
    if (model.places().isEmpty()) {
      return List.of();
    }
    try (Connection connection = model.primary().connect()) {
      Map<Integer, String> histories = histories(connection);
      Place first = model.places().getFirst();
      String done = histories.get(first.shard());
      return model.places().stream()
          .filter(place -> !place.equals(first))
          .filter(place -> done == null || !done.equals(histories.get(place.shard())))
          .map(place -> new Behind(model.primary(), place))
          .toList();
    } catch (SQLException e) {
      throw new SQLException("a migration failed: the histories of " + model.cluster().name(), e);
    }
  }

  /**
   * Brings one schema up to date.
   *
   * @throws SQLException if that failed: it can be tried again
   */
  public void migrate(DatabaseNode primary, int shard) throws SQLException {
    try {
      Flyway.configure()
          .dataSource(primary.separate(Place.schema(shard)))
          .defaultSchema(Place.schema(shard))
          .createSchemas(false)
          .baselineOnMigrate(true) // a schema that a move makes has the journal's table before all
          .baselineVersion("0")
          .table(HISTORY)
          .locations(locations)
          .loggers("slf4j")
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw new SQLException(Place.schema(shard) + ": " + e.getMessage(), e);
    }
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
