package org.tanada.router.view;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.common.lifecycle.RepeatedWork;
import org.tanada.common.problem.ProblemException;
import org.tanada.router.query.TableCatalog;
import org.tanada.router.query.TableDefinition;
import org.tanada.router.shard.Place;
import org.tanada.router.shard.ShardDirectory;
import org.tanada.router.topology.Cluster;
import org.tanada.router.topology.Clusters;
import org.tanada.router.topology.DatabaseNode;

/**
 * Keeps, on every cluster, a schema of views {@code v_all_TABLE} over the rows of all virtual
 * shards that the cluster serves, for people and tools that read SQL.
 *
 * <p>Each part of a view looks at the state of its copy, and copies that are still being filled are
 * parts of it: so a shard that moves is in the view of one cluster until the flip and of the other
 * from then on, without anybody changing a view at that moment.
 */
@Component
public final class AllShardsViews extends RepeatedWork {
  /** Where the views are; no shard's schema is called so. */
  static final String SCHEMA = "tanada_all";

  private static final Logger log = LoggerFactory.getLogger(AllShardsViews.class);
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final Set<String> PARTS = Set.of(Place.ACTIVE, Place.FENCED, Place.INCOMING);

  private final ShardDirectory directory;
  private final Clusters clusters;
  private final TableCatalog catalog;
  private final ViewProperties properties;
  private final Map<Integer, List<String>> made = new HashMap<>();

  AllShardsViews(
      ShardDirectory directory,
      Clusters clusters,
      TableCatalog catalog,
      ViewProperties properties) {
    super("views", Clusters.PHASE + 4);
    this.directory = directory;
    this.clusters = clusters;
    this.catalog = catalog;
    this.properties = properties;
  }

  @Override
  protected Duration step() {
    for (Cluster cluster : clusters.all()) {
      cluster.primary().ifPresent(primary -> make(cluster, primary));
    }
    return PAUSE;
  }

  private void make(Cluster cluster, DatabaseNode primary) {
    try {
      List<Integer> shards =
          directory.map().places().stream()
              .filter(place -> place.cluster() == cluster.number() && PARTS.contains(place.state()))
              .map(Place::shard)
              .sorted()
              .toList();
      List<String> views =
          properties.tables().stream().map(name -> view(catalog.table(name), shards)).toList();
      if (directory.map().places().isEmpty() || views.equals(made.get(cluster.number()))) {
        return;
      }
      try (Connection connection = primary.connect();
          Statement statement = connection.createStatement()) {
        statement.executeUpdate("CREATE DATABASE IF NOT EXISTS " + SCHEMA);
        for (String view : views) {
          statement.executeUpdate(view);
        }
      }
      made.put(cluster.number(), views);
    } catch (SQLException | ProblemException e) {
      log.debug("the views of {} are made later: {}", cluster.name(), e.toString());
    }
  }

  private static String view(TableDefinition table, List<Integer> shards) {
    String columns = table.selected();
    String rows =
        shards.stream()
            .map(shard ->
                "SELECT %s FROM %s.%s WHERE EXISTS (SELECT 1 FROM %2$s.shard_state WHERE state IN ('%s', '%s'))"
                    .formatted(
                        columns, Place.schema(shard), table.name(), Place.ACTIVE, Place.FENCED))
            .collect(Collectors.joining(" UNION ALL "));
    if (shards.isEmpty()) {
      rows =
          "SELECT NULL AS "
              + columns.replace(", ", ", NULL AS ")
              + " FROM (SELECT 1) AS nothing WHERE FALSE";
    }
    return "CREATE OR REPLACE VIEW %s.v_all_%s AS %s".formatted(SCHEMA, table.name(), rows);
  }
}
