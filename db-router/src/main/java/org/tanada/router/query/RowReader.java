package org.tanada.router.query;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.common.id.TanadaId;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.RowKey;
import org.tanada.common.row.RowsContract;
import org.tanada.common.timing.ServerTiming;
import org.tanada.router.cache.Origin;
import org.tanada.router.cache.RowCache;
import org.tanada.router.cache.ServedRow;
import org.tanada.router.safeguard.Safeguard;
import org.tanada.router.safeguard.Safeguards;
import org.tanada.router.shard.ShardDirectory;

/** Rows by id, across shards: from the cache, else in one statement per cluster and table. */
@Component
public final class RowReader {
  private final TableCatalog catalog;
  private final ShardDirectory directory;
  private final CopyReader copies;
  private final MovedShards moves;
  private final RowCache cache;
  private final Fills fills;
  private final Scatter scatter;
  private final Safeguards safeguards;
  private final InstantSource clock;

  RowReader(
      TableCatalog catalog,
      ShardDirectory directory,
      CopyReader copies,
      MovedShards moves,
      RowCache cache,
      Fills fills,
      Scatter scatter,
      Safeguards safeguards,
      InstantSource clock) {
    this.catalog = catalog;
    this.directory = directory;
    this.copies = copies;
    this.moves = moves;
    this.cache = cache;
    this.fills = fills;
    this.scatter = scatter;
    this.safeguards = safeguards;
    this.clock = clock;
  }

  /** The rows in the order of the keys, as the contract says. */
  public Found read(RowsContract.Read read) {
    Missing<RowKey> missing = new Missing<>(read.partial());
    Map<RowKey, @Nullable ServedRow> found =
        find(read.keys(), Freshness.of(read.consistency(), clock.millis()), missing);
    List<@Nullable ServedRow> rows = new ArrayList<>(read.keys().size());
    read.keys().forEach(key -> rows.add(found.get(key)));
    return new Found(
        rows,
        missing.parts().isEmpty()
            ? List.of()
            : read.keys().stream().filter(missing.parts()::contains).distinct().toList());
  }

  /**
   * Rows in the order of the keys, as {@link RowsContract.Found} tells of them.
   *
   * @param rows null for a row that does not exist, or is among the failed
   * @param failed keys of which nothing is known
   */
  public record Found(List<@Nullable ServedRow> rows, List<RowKey> failed) {}

  /** Whether the row exists, by the primary. */
  public boolean exists(RowKey key) {
    return read(new RowsContract.Read(List.of(key), Consistency.PRIMARY)).rows().getFirst() != null;
  }

  /** The rows that exist, by their keys. */
  Map<RowKey, @Nullable ServedRow> find(
      List<RowKey> keys, Freshness freshness, Missing<RowKey> missing) {
    Set<RowKey> wanted = new LinkedHashSet<>();
    Map<String, TableDefinition> tables = new HashMap<>();
    for (RowKey key : keys) {
      tables.computeIfAbsent(key.table(), catalog::table);
      if (directory.exists(key.id())) {
        wanted.add(key);
      }
    }
    Map<RowKey, @Nullable ServedRow> found = new HashMap<>();
    Map<RowKey, RowCache.Entry> guarded = cached(wanted, tables, freshness, found);
    wanted.removeAll(found.keySet());
    if (freshness.primaryOnly()) {
      load(wanted, freshness, guarded, missing).forEach((key, read) -> found.put(key, read.row()));
      return found;
    }
    Set<RowKey> others = new LinkedHashSet<>(wanted);
    try (Fills.Begun mine = fills.begin(wanted)) {
      load(mine.keys(), freshness, guarded, missing)
          .forEach((key, read) -> {
            found.put(key, read.row());
            mine.end(key, read);
          });
      others.removeAll(mine.keys());
    }
    Map<RowKey, Fills.Fill> theirs = fills.await(others);
    Set<RowKey> left = new LinkedHashSet<>();
    for (RowKey key : others) {
      Fills.Fill read = theirs.get(key);
      if (read != null && accepts(key, freshness, read.origin())) {
        found.put(key, read.row());
      } else {
        left.add(key); // it failed, took too long, or is of too early a time
      }
    }
    load(left, freshness, guarded, missing).forEach((key, read) -> found.put(key, read.row()));
    return found;
  }

  private boolean accepts(RowKey key, Freshness freshness, @Nullable Origin origin) {
    return safeguards.lacks(Safeguard.ORIGINS)
        || freshness.token() == null
        || freshness.accepts(directory.readable(TanadaId.shard(key.id())).cluster(), origin);
  }

  private Map<RowKey, Fills.Fill> load(
      Set<RowKey> keys,
      Freshness freshness,
      Map<RowKey, RowCache.Entry> guarded,
      Missing<RowKey> missing) {
    return keys.isEmpty()
        ? Map.of()
        : moves.following(() -> query(keys, freshness, guarded, missing));
  }

  /** Takes what the cache has and will do; gives what stands in the way of the others. */
  private Map<RowKey, RowCache.Entry> cached(
      Set<RowKey> wanted,
      Map<String, TableDefinition> tables,
      Freshness freshness,
      Map<RowKey, @Nullable ServedRow> found) {
    Map<RowKey, RowCache.Entry> guarded = new HashMap<>();
    if (freshness.primaryOnly() || wanted.isEmpty()) {
      return guarded;
    }
    cache
        .find(List.copyOf(wanted))
        .forEach((key, entry) -> {
          if (serves(key, entry, tables, freshness)) {
            found.put(key, entry.row());
          } else {
            guarded.put(key, entry);
          }
        });
    if (!found.isEmpty()) {
      ServerTiming.note(
          found.size() == wanted.size() ? "cache hit" : "cache " + found.size() + " hits");
    }
    return guarded;
  }

  private boolean serves(
      RowKey key, RowCache.Entry entry, Map<String, TableDefinition> tables, Freshness freshness) {
    if (entry.tombstone()) {
      return false;
    }
    ServedRow row = entry.row();
    TableDefinition table = tables.get(key.table());
    if (row != null && (table == null || row.columns() != table.columns().size())) {
      return false; // from before a migration
    }
    return accepts(key, freshness, entry.origin());
  }

  private Map<RowKey, Fills.Fill> query(
      Set<RowKey> keys,
      Freshness freshness,
      Map<RowKey, RowCache.Entry> guarded,
      Missing<RowKey> missing) {
    Map<Group, List<RowKey>> groups = new LinkedHashMap<>();
    for (RowKey key : keys) {
      RowCache.Entry entry = guarded.get(key);
      boolean primary = freshness.primaryOnly() || (entry != null && entry.tombstone());
      missing
          .unless(List.of(key), () -> directory.readable(TanadaId.shard(key.id())))
          .map(place -> new Group(place.cluster(), key.table(), primary))
          .ifPresent(group -> groups.computeIfAbsent(group, g -> new ArrayList<>()).add(key));
    }
    List<Map.Entry<Group, List<RowKey>>> asked = List.copyOf(groups.entrySet());
    List<Optional<CopyReader.Answer<List<ServedRow>>>> answers =
        scatter.all(
            asked,
            group ->
                missing.unless(
                    group.getValue(), () -> select(group.getKey(), group.getValue(), freshness)));
    Map<RowKey, Fills.Fill> read = new HashMap<>();
    for (int i = 0; i < answers.size(); i++) {
      CopyReader.Answer<List<ServedRow>> answer = answers.get(i).orElse(null);
      if (answer == null) {
        continue; // it may be missing
      }
      note(answer, keys.size());
      asked.get(i).getValue().forEach(key -> read.put(key, new Fills.Fill(null, answer.origin())));
      for (ServedRow row : answer.value()) {
        read.put(
            new RowKey(asked.get(i).getKey().table(), row.id()),
            new Fills.Fill(row, answer.origin()));
      }
    }
    if (!freshness.primaryOnly()) {
      read.forEach((key, fill) -> cache.fill(key, fill.row(), fill.origin(), guarded.get(key)));
    }
    return read;
  }

  private CopyReader.Answer<List<ServedRow>> select(
      Group group, List<RowKey> keys, Freshness freshness) {
    return copies.read(
        group.cluster(),
        TanadaId.shard(keys.getFirst().id()),
        group.primary() ? freshness.ofPrimary() : freshness,
        (connection, primary) -> select(connection, primary, catalog.table(group.table()), keys));
  }

  private static void note(CopyReader.Answer<List<ServedRow>> answer, int keys) {
    ServerTiming.note(
        keys == 1 && !answer.value().isEmpty()
            ? "shard " + TanadaId.shard(answer.value().getFirst().id()) + " " + answer.node()
            : answer.node());
  }

  /**
   * One statement: the state of each shard with its rows, so that a shard which does not serve, or
   * not here, shows. Ids stand in it as they are: they are numbers, and a statement without
   * parameters is cheaper.
   */
  private static List<ServedRow> select(
      Connection connection, boolean primary, TableDefinition table, List<RowKey> keys)
      throws SQLException {
    Map<Integer, StringJoiner> byShard = new LinkedHashMap<>();
    for (RowKey key : keys) {
      byShard
          .computeIfAbsent(TanadaId.shard(key.id()), shard -> new StringJoiner(", "))
          .add(Long.toString(key.id()));
    }
    StringBuilder sql = new StringBuilder(256 + 32 * keys.size());
    byShard.forEach((shard, ids) ->
        sql.append(sql.isEmpty() ? "" : " UNION ALL ")
            .append(ServingShards.rows(shard, table, ids.toString(), primary)));
    ServingShards serving = new ServingShards(byShard.keySet());
    List<ServedRow> rows = new ArrayList<>(keys.size());
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql.toString())) {
      while (result.next()) {
        if (serving.hasRow(result)) {
          rows.add(table.read(result, 2));
        }
      }
    }
    serving.check();
    return rows;
  }

  private record Group(int cluster, String table, boolean primary) {}
}
