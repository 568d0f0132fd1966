package org.tanada.router.shard;

import java.util.List;
import java.util.Optional;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;
import org.tanada.router.topology.Cluster;
import org.tanada.router.topology.Clusters;

/**
 * Ready when every virtual shard has exactly one active place, its schema has tables that this
 * router knows, and its cluster has a primary.
 */
@Component("shards")
final class ShardsHealthIndicator implements HealthIndicator {
  private final ShardLifecycle lifecycle;
  private final ShardDirectory directory;
  private final Clusters clusters;

  ShardsHealthIndicator(ShardLifecycle lifecycle, ShardDirectory directory, Clusters clusters) {
    this.lifecycle = lifecycle;
    this.directory = directory;
    this.clusters = clusters;
  }

  @Override
  public Health health() {
    ShardMap map = directory.map();
    List<Integer> broken = map.broken();
    List<String> headless =
        map.places().stream()
            .filter(Place::active)
            .map(Place::cluster)
            .distinct()
            .filter(number -> clusters.find(number).flatMap(Cluster::primary).isEmpty())
            .map(number -> "mysql-" + number)
            .toList();
    Optional<Cluster> any = clusters.all().stream().findAny();
    List<Integer> refused = directory.refused();
    boolean up =
        lifecycle.prepared()
            && broken.isEmpty()
            && refused.isEmpty()
            && headless.isEmpty()
            && any.isPresent();
    return (up ? Health.up() : Health.outOfService())
        .withDetail("prepared", lifecycle.prepared())
        .withDetail("shards", map.count())
        .withDetail("shardsWithoutOneActivePlace", broken)
        .withDetail("shardsWithOtherTables", refused)
        .withDetail("clustersWithoutPrimary", headless)
        .build();
  }
}
