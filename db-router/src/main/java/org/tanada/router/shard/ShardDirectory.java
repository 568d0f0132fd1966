package org.tanada.router.shard;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.common.id.TanadaId;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.router.topology.Cluster;
import org.tanada.router.topology.Clusters;
import org.tanada.router.topology.DatabaseNode;

/**
 * The map of the virtual shards. The databases are the map: it is learnt by asking every cluster's
 * primary, and relearnt when a statement meets a schema that is not (actively) there. A cluster
 * that cannot be asked keeps the places it was last known to have.
 */
@Component
public final class ShardDirectory {
  private static final Logger log = LoggerFactory.getLogger(ShardDirectory.class);
  private static final long FRESH_NANOS = 30_000_000;
  private static final long TRANSIT_NANOS = 6_000_000_000L;
  private static final long PAUSE_NANOS = 10_000_000;

  private final Clusters clusters;
  private final ReentrantLock learning = new ReentrantLock();
  private final ReentrantLock learningTables = new ReentrantLock();
  private final TableVersions versions;
  private final Map<Copy, TableVersions.Tables> tables = new ConcurrentHashMap<>();
  private final AtomicInteger tablesChanges = new AtomicInteger();
  private volatile ShardMap map;
  private volatile long tablesAskedAt = System.nanoTime() - 1;
  private volatile long learntAt = System.nanoTime() - 10 * FRESH_NANOS;

  ShardDirectory(Clusters clusters, ShardProperties properties) {
    this.clusters = clusters;
    this.versions = new TableVersions(properties.migrations());
    this.map = new ShardMap(properties.virtualShards(), List.of());
  }

  /** The map as last learnt. */
  public ShardMap map() {
    return map;
  }

  /** How many virtual shards there are. */
  public int count() {
    return map.count();
  }

  /**
   * The virtual shard that an id names.
   *
   * @throws ProblemException malformed-request, if there is no such shard or it is not an id
   */
  public int shardOf(long id) {
    if (!exists(id)) {
      throw new ProblemException(
          ProblemCode.MALFORMED_REQUEST, id + " is no id of this installation");
    }
    return TanadaId.shard(id);
  }

  /** Whether the id names a virtual shard of this installation. */
  public boolean exists(long id) {
    return id > 0 && TanadaId.shard(id) < count();
  }

  /**
   * Where to read a shard. Waits while a move is between its two places.
   *
   * @throws ProblemException unavailable, if no place serves it, or not with tables that this
   *     router knows; moved, if it does not arrive
   */
  public Place readable(int shard) {
    long deadline = System.nanoTime() + TRANSIT_NANOS;
    Optional<Place> known = map.readable(shard);
    while (known.isEmpty()) {
      relearn();
      known = map.readable(shard);
      if (known.isEmpty()) {
        if (!map.inTransit(shard)) {
          throw unavailable(shard, "has no active place");
        }
        if (System.nanoTime() > deadline) {
          throw ProblemException.ofShard(
              ProblemCode.MOVED,
              shard,
              "virtual shard " + shard + " is still on its way to another cluster",
              null);
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
    return served(known.get());
  }

  /** The place, if its tables are such as this router knows. */
  private Place served(Place place) {
    if (tables(place).refusal() == null) {
      return place;
    }
    relearnTables(); // a copy that has just come here was still without some when they were learnt
    String refusal = tables(place).refusal();
    if (refusal == null) {
      return place;
    }
    throw unavailable(
        place.shard(), "(%s of mysql-%d) %s".formatted(place.schema(), place.cluster(), refusal));
  }

  private TableVersions.Tables tables(Place place) {
    return tables.getOrDefault(
        new Copy(place.shard(), place.cluster()), TableVersions.Tables.UNREAD);
  }

  /** The version of a copy's tables; empty if it is not known. */
  public String version(Place place) {
    return tables(place).version();
  }

  /** The shards whose tables this router cannot serve. */
  List<Integer> refused() {
    return map.places().stream()
        .filter(place -> place.serves() && tables(place).refusal() != null)
        .map(Place::shard)
        .toList();
  }

  /** How often the tables of a copy were found to be others than before. */
  public int tablesChanges() {
    return tablesChanges.get();
  }

  /** Learns which tables the copies have, unless another thread begins to do so after this call. */
  private void relearnTables() {
    long asked = System.nanoTime();
    learningTables.lock();
    try {
      if (tablesAskedAt - asked < 0) {
        learnTables();
      }
    } finally {
      learningTables.unlock();
    }
  }

  /** Learns which tables the copies have. */
  public void learnTables() {
    long asked = System.nanoTime();
    for (Cluster cluster : clusters.all()) {
      Optional<DatabaseNode> primary = cluster.primary();
      if (primary.isEmpty()) {
        continue;
      }
      try (Connection connection = primary.get().connect()) {
        versions
            .of(connection)
            .forEach((shard, found) -> {
              if (!found.equals(tables.put(new Copy(shard, cluster.number()), found))) {
                tablesChanges.incrementAndGet();
              }
            });
      } catch (SQLException e) {
        primary.get().failed(e);
        log.debug("asking {} for its tables failed: {}", primary.get().name(), e.toString());
      }
    }
    tablesAskedAt = asked;
  }

  private record Copy(int shard, int cluster) {}

  /**
   * Where to write a shard; empty while it is on its way from one place to another: ask again.
   *
   * @throws ProblemException unavailable, if it has not exactly one active place, or not with
   *     tables that this router knows
   */
  public Optional<Place> writable(int shard) {
    if (map.active(shard).size() != 1) {
      relearn();
    }
    List<Place> active = map.active(shard);
    if (active.size() > 1) {
      throw unavailable(
          shard, "is active in two clusters: writes stop until an operator retires one of them");
    }
    if (active.isEmpty() && !map.inTransit(shard)) {
      throw unavailable(shard, "has no active place");
    }
    return active.stream().findFirst().map(this::served);
  }

  /** A shard cannot be served. */
  public static ProblemException unavailable(int shard, String why) {
    return ProblemException.ofShard(
        ProblemCode.UNAVAILABLE, shard, "virtual shard " + shard + " " + why, null);
  }

  /** Learns the map anew, unless another thread has just done so. */
  public void relearn() {
    long asked = System.nanoTime();
    learning.lock();
    try {
      if (learntAt - asked > 0 || asked - learntAt < FRESH_NANOS) {
        return;
      }
      learn();
    } finally {
      learning.unlock();
    }
  }

  /** Learns the map anew in any case. */
  public void learnNow() {
    learning.lock();
    try {
      learn();
    } finally {
      learning.unlock();
    }
  }

  private void learn() {
    ShardMap before = map;
    ShardMap now = ask(before);
    if (hasTwoActive(now)) {
      // the clusters are asked one after the other: a shard may have moved from one that was asked
      // before to one that was asked after
      now = ask(before);
    }
    map = now;
    learntAt = System.nanoTime();
    if (!before.broken().equals(now.broken())) {
      log.info("virtual shards without exactly one active place: {}", now.broken());
    }
  }

  private static boolean hasTwoActive(ShardMap map) {
    return map.broken().stream().anyMatch(shard -> map.active(shard).size() > 1);
  }

  private ShardMap ask(ShardMap before) {
    List<Place> told = new ArrayList<>();
    List<Place> remembered = new ArrayList<>();
    for (Cluster cluster : clusters.all()) {
      Optional<List<Place>> answer = ask(cluster);
      if (answer.isPresent()) {
        told.addAll(answer.get());
      } else {
        before.places().stream()
            .filter(place -> place.cluster() == cluster.number())
            .forEach(remembered::add);
      }
    }
    for (Place old : remembered) { // unless it has moved since to one that did answer
      if (told.stream().noneMatch(place -> place.succeeds(old))) {
        told.add(old);
      }
    }
    return new ShardMap(before.count(), told);
  }

  private Optional<List<Place>> ask(Cluster cluster) {
    Optional<DatabaseNode> primary = cluster.primary();
    if (primary.isPresent()) {
      try (Connection connection = primary.get().connect()) {
        return Optional.of(places(cluster.number(), connection));
      } catch (SQLException e) {
        primary.get().failed(e);
        log.debug("asking {} for its shards failed: {}", primary.get().name(), e.toString());
      }
    }
    return Optional.empty();
  }

  /** The shards of a cluster by its primary. */
  public static List<Place> places(int cluster, Connection connection) throws SQLException {
    List<Place> places = new ArrayList<>();
    StringJoiner states = new StringJoiner(" UNION ALL ");
    boolean any = false;
    try (Statement statement = connection.createStatement()) {
      try (ResultSet schemas =
          statement.executeQuery(
              "SELECT s.schema_name, t.table_name, m.table_name FROM information_schema.schemata s"
                  + " LEFT JOIN information_schema.tables t ON t.table_schema = s.schema_name"
                  + " AND t.table_name = 'shard_state'"
                  + " LEFT JOIN information_schema.tables m ON m.table_schema = s.schema_name"
                  + " AND m.table_name = 'shard_move' WHERE s.schema_name LIKE 'tanada\\_%'")) {
        while (schemas.next()) {
          Optional<Integer> shard = Place.shard(schemas.getString(1));
          if (shard.isEmpty()) {
            continue;
          }
          if (schemas.getString(2) == null && schemas.getString(3) != null) {
            places.add(new Place(shard.get(), cluster, Place.INCOMING, 0)); // just begun
          } else if (schemas.getString(2) == null) {
            places.add(new Place(shard.get(), cluster, "", Place.BARE));
          } else {
            any = true;
            states.add(
                String.format(
                    "SELECT %d, COALESCE((SELECT state FROM %2$s.shard_state WHERE id = 1), %3$s),"
                        + " (SELECT epoch FROM %2$s.shard_state WHERE id = 1)",
                    shard.get(),
                    Place.schema(shard.get()),
                    schemas.getString(3) == null
                        ? "''"
                        : "(SELECT '"
                            + Place.INCOMING
                            + "' FROM "
                            + Place.schema(shard.get())
                            + ".shard_move)"));
          }
        }
      }
      if (any) {
        try (ResultSet found = statement.executeQuery(states.toString())) {
          while (found.next()) {
            String state = found.getString(2);
            places.add(
                new Place(found.getInt(1), cluster, state == null ? "" : state, found.getLong(3)));
          }
        }
      }
    }
    return places;
  }
}
