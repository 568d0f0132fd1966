package org.tanada.router.query;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.common.id.TanadaId;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.Row;
import org.tanada.common.row.RowKey;
import org.tanada.common.timing.ServerTiming;
import org.tanada.router.cache.RowCache;
import org.tanada.router.safeguard.Safeguard;
import org.tanada.router.safeguard.Safeguards;
import org.tanada.router.shard.Place;
import org.tanada.router.shard.ShardDirectory;

/** Rows by id, across shards: from the cache, else in one statement per cluster and table. */
@Component
public final class RowReader {
  private final TableCatalog catalog;
  private final ShardDirectory directory;
  private final CopyReader copies;
  private final MovedShards moves;
  private final RowCache cache;
  private final Scatter scatter;
  private final Safeguards safeguards;
  private final InstantSource clock;

  RowReader(
      TableCatalog catalog,
      ShardDirectory directory,
      CopyReader copies,
      MovedShards moves,
      RowCache cache,
      Scatter scatter,
      Safeguards safeguards,
      InstantSource clock) {
    this.catalog = catalog;
    this.directory = directory;
    this.copies = copies;
    this.moves = moves;
    this.cache = cache;
    this.scatter = scatter;
    this.safeguards = safeguards;
    this.clock = clock;
  }

  /** The rows in the order of the keys; null for one that does not exist. */
  public List<@Nullable Row> read(List<RowKey> keys, @Nullable Consistency consistency) {
    Map<RowKey, @Nullable Row> found = find(keys, Freshness.of(consistency, clock.millis()));
    List<@Nullable Row> rows = new ArrayList<>(keys.size());
    keys.forEach(key -> rows.add(found.get(key)));
    return rows;
  }

  /** The rows that exist, by their keys. */
  Map<RowKey, @Nullable Row> find(List<RowKey> keys, Freshness freshness) {
    Set<RowKey> wanted = new LinkedHashSet<>();
    Map<String, TableDefinition> tables = new HashMap<>();
    for (RowKey key : keys) {
      tables.computeIfAbsent(key.table(), catalog::table);
      if (directory.exists(key.id())) {
        wanted.add(key);
      }
    }
    Map<RowKey, @Nullable Row> found = new HashMap<>();
    Map<RowKey, RowCache.Entry> guarded = cached(wanted, tables, freshness, found);
    wanted.removeAll(found.keySet());
    if (!wanted.isEmpty()) {
      moves.following(() -> {
        query(wanted, freshness, guarded, found);
        return found;
      });
    }
    return found;
  }

  /** Takes what the cache has and will do; gives what stands in the way of the others. */
  private Map<RowKey, RowCache.Entry> cached(
      Set<RowKey> wanted,
      Map<String, TableDefinition> tables,
      Freshness freshness,
      Map<RowKey, @Nullable Row> found) {
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
    Row row = entry.row();
    TableDefinition table = tables.get(key.table());
    if (row != null && (table == null || row.values().size() != table.columns().size())) {
      return false; // from before a migration
    }
    return safeguards.lacks(Safeguard.ORIGINS)
        || freshness.token() == null
        || freshness.accepts(
            directory.readable(TanadaId.shard(key.id())).cluster(), entry.origin());
  }

  private void query(
      Set<RowKey> keys,
      Freshness freshness,
      Map<RowKey, RowCache.Entry> guarded,
      Map<RowKey, @Nullable Row> found) {
    Map<Group, List<RowKey>> groups = new LinkedHashMap<>();
    for (RowKey key : keys) {
      Place place = directory.readable(TanadaId.shard(key.id()));
      RowCache.Entry entry = guarded.get(key);
      boolean primary = freshness.primaryOnly() || (entry != null && entry.tombstone());
      groups
          .computeIfAbsent(
              new Group(place.cluster(), key.table(), primary), group -> new ArrayList<>())
          .add(key);
    }
    List<Map.Entry<Group, List<RowKey>>> asked = List.copyOf(groups.entrySet());
    List<CopyReader.Answer<List<Row>>> answers =
        scatter.all(
            asked,
            group ->
                copies.read(
                    group.getKey().cluster(),
                    group.getKey().primary() ? freshness.ofPrimary() : freshness,
                    connection ->
                        select(
                            connection, catalog.table(group.getKey().table()), group.getValue())));
    for (int i = 0; i < answers.size(); i++) {
      CopyReader.Answer<List<Row>> answer = answers.get(i);
      note(answer, keys.size());
      answer.value().forEach(row -> found.put(new RowKey(row.table(), row.id()), row));
      if (!freshness.primaryOnly()) {
        for (RowKey key : asked.get(i).getValue()) {
          cache.fill(key, found.get(key), answer.origin(), guarded.get(key));
        }
      }
    }
  }

  private static void note(CopyReader.Answer<List<Row>> answer, int keys) {
    ServerTiming.note(
        keys == 1 && !answer.value().isEmpty()
            ? "shard " + TanadaId.shard(answer.value().getFirst().id()) + " " + answer.node()
            : answer.node());
  }

  private static List<Row> select(Connection connection, TableDefinition table, List<RowKey> keys)
      throws SQLException {
    Map<Integer, List<Long>> byShard = new LinkedHashMap<>();
    for (RowKey key : keys) {
      byShard.computeIfAbsent(TanadaId.shard(key.id()), shard -> new ArrayList<>()).add(key.id());
    }
    StringJoiner sql = new StringJoiner(" UNION ALL ");
    byShard.forEach((shard, ids) ->
        sql.add(
            ServingShards.mark(shard, TableDefinition.STANDARD.size() + table.columns().size())
                + " UNION ALL SELECT NULL, "
                + table.selected()
                + " FROM "
                + Place.schema(shard)
                + "."
                + table.name()
                + " WHERE id IN ("
                + "?, ".repeat(ids.size() - 1)
                + "?)"));
    ServingShards serving = new ServingShards(byShard.keySet());
    List<Row> rows = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
      int index = 1;
      for (List<Long> ids : byShard.values()) {
        for (long id : ids) {
          statement.setLong(index++, id);
        }
      }
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          if (serving.isData(result)) {
            rows.add(table.read(result, 2));
          }
        }
      }
    }
    serving.check();
    return rows;
  }

  private record Group(int cluster, String table, boolean primary) {}
}
