package org.tanada.router.query;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.router.shard.Place;
import org.tanada.router.shard.ShardDirectory;
import org.tanada.router.topology.Cluster;
import org.tanada.router.topology.Clusters;
import org.tanada.router.topology.DatabaseNode;

/**
 * The tables that can be reached as rows, as the information_schema of all shards describes them:
 * all but the router's own. Asked again when somebody names an unknown table or column, and when a
 * migration was seen: another router may have made it.
 */
@Component
public final class TableCatalog {
  private static final Logger log = LoggerFactory.getLogger(TableCatalog.class);
  private static final Set<String> OWN =
      Set.of(
          "shard_state",
          "shard_move",
          "outbox",
          "applied_effects",
          "idempotency",
          "claims",
          "barred",
          "flyway_schema_history");
  private static final long RELOAD_NANOS = 2_000_000_000;

  private final ShardDirectory directory;
  private final Clusters clusters;
  private final ReentrantLock loading = new ReentrantLock();
  private volatile Map<String, TableDefinition> tables = Map.of();
  private volatile int changes;
  private long loadedAt;

  TableCatalog(ShardDirectory directory, Clusters clusters) {
    this.directory = directory;
    this.clusters = clusters;
  }

  /**
   * The table with that name.
   *
   * @throws ProblemException malformed-request, if it cannot be reached as rows; unavailable, if no
   *     database can be asked
   */
  public TableDefinition table(@Nullable String name) {
    if (name == null) {
      throw new ProblemException(ProblemCode.MALFORMED_REQUEST, "a table is missing");
    }
    return find(name)
        .orElseThrow(
            () -> new ProblemException(ProblemCode.MALFORMED_REQUEST, "there is no table " + name));
  }

  /** The table, if all of the columns are known. Loads anew if one of them is not. */
  public TableDefinition table(@Nullable String name, Set<String> columns) {
    TableDefinition table = table(name);
    if (!has(table, columns)) {
      load(false);
      table = table(name);
    }
    return table;
  }

  private static boolean has(TableDefinition table, Set<String> columns) {
    return columns.stream()
        .allMatch(
            column -> table.columns().stream().anyMatch(known -> known.name().equals(column)));
  }

  private Optional<TableDefinition> find(String name) {
    if (!tables.isEmpty() && directory.tablesChanges() != changes) {
      relearn();
    }
    TableDefinition known = tables.get(name);
    if (known == null) {
      load(tables.isEmpty());
      known = tables.get(name);
    }
    return Optional.ofNullable(known);
  }

  private void load(boolean first) {
    loading.lock();
    try {
      if (tables.isEmpty() != first || (!first && System.nanoTime() - loadedAt < RELOAD_NANOS)) {
        return;
      }
      read();
    } finally {
      loading.unlock();
    }
  }

  /** After a migration: what was taken away must not be asked for. */
  private void relearn() {
    loading.lock();
    try {
      if (directory.tablesChanges() != changes) {
        read();
      }
    } catch (ProblemException e) { // better served by what is known than not at all
      log.debug("the tables are learnt anew later: {}", e.getMessage());
    } finally {
      loading.unlock();
    }
  }

  /** What all copies have: while a migration is under way, some have more than others. */
  private void read() {
    int seen = directory.tablesChanges();
    Map<String, TableDefinition> shared = null;
    SQLException last = null;
    for (Cluster cluster : clusters.all()) {
      List<String> schemas =
          directory.map().places().stream()
              .filter(place -> place.cluster() == cluster.number() && place.serves())
              .map(Place::schema)
              .toList();
      Optional<DatabaseNode> primary = cluster.primary();
      if (schemas.isEmpty() || primary.isEmpty()) {
        continue;
      }
      try (Connection connection = primary.get().connect()) {
        Map<String, TableDefinition> here = read(connection, schemas);
        shared = shared == null ? here : shared(shared, here);
      } catch (SQLException e) {
        primary.get().failed(e);
        last = e;
      }
    }
    if (shared == null) {
      String detail = "the tables cannot be learnt: no cluster answers";
      throw last == null
          ? new ProblemException(ProblemCode.UNAVAILABLE, detail)
          : new ProblemException(ProblemCode.UNAVAILABLE, detail, last);
    }
    tables = Map.copyOf(shared);
    loadedAt = System.nanoTime();
    changes = seen;
  }

  private static Map<String, TableDefinition> shared(
      Map<String, TableDefinition> some, Map<String, TableDefinition> others) {
    Map<String, TableDefinition> shared = new LinkedHashMap<>();
    some.forEach((name, table) -> {
      TableDefinition other = others.get(name);
      if (other != null) {
        shared.put(
            name,
            new TableDefinition(
                name, table.columns().stream().filter(other.columns()::contains).toList()));
      }
    });
    return shared;
  }

  private static Map<String, TableDefinition> read(Connection connection, List<String> schemas)
      throws SQLException {
    Map<String, List<Column>> columns = new LinkedHashMap<>();
    Map<String, List<String>> standard = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                "SELECT table_name, column_name, MIN(data_type), MIN(column_type)"
                    + " FROM information_schema.columns WHERE table_schema IN ('"
                    + String.join("', '", schemas)
                    + "') GROUP BY table_name, column_name HAVING COUNT(*) = "
                    + schemas.size()
                    + " ORDER BY table_name, MIN(ordinal_position)")) {
      while (found.next()) {
        String table = found.getString(1);
        String column = found.getString(2);
        if (OWN.contains(table)) {
          continue;
        }
        if (TableDefinition.STANDARD.contains(column)) {
          standard.computeIfAbsent(table, t -> new ArrayList<>()).add(column);
        } else {
          columns
              .computeIfAbsent(table, t -> new ArrayList<>())
              .add(new Column(column, kind(found.getString(3), found.getString(4))));
        }
      }
    }
    Map<String, TableDefinition> tables = new LinkedHashMap<>();
    standard.forEach((table, present) -> {
      if (present.size() == TableDefinition.STANDARD.size()) {
        tables.put(table, new TableDefinition(table, columns.getOrDefault(table, List.of())));
      } else {
        log.warn("table {} lacks one of {}: not reachable", table, TableDefinition.STANDARD);
      }
    });
    return tables;
  }

  private static Column.Kind kind(String dataType, String columnType) {
    if (columnType.startsWith("tinyint(1)")) {
      return Column.Kind.BOOLEAN;
    }
    return switch (dataType) {
      case "bigint", "int", "mediumint", "smallint", "tinyint" -> Column.Kind.LONG;
      case "double", "float" -> Column.Kind.DOUBLE;
      default -> Column.Kind.STRING;
    };
  }
}
