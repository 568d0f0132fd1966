package org.tanada.router.shard;

import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.common.lifecycle.RepeatedWork;
import org.tanada.router.topology.Clusters;

/**
 * In the background: prepares the schemas as soon as the databases are there, and keeps the map
 * fresh. Starting never waits for it.
 */
@Component
final class ShardLifecycle extends RepeatedWork {
  private static final Logger log = LoggerFactory.getLogger(ShardLifecycle.class);
  private static final Duration RETRY = Duration.ofMillis(200);

  private final ShardSetup setup;
  private final ShardDirectory directory;
  private final ShardProperties properties;
  private volatile boolean prepared;
  private String reported = "";

  ShardLifecycle(
      Clusters clusters,
      ShardDirectory directory,
      Migrations migrations,
      ShardProperties properties) {
    super("shards", Clusters.PHASE + 1);
    this.setup = new ShardSetup(clusters, migrations, properties.virtualShards());
    this.directory = directory;
    this.properties = properties;
  }

  /** Whether every schema has been created and migrated by this process. */
  boolean prepared() {
    return prepared;
  }

  @Override
  protected Duration step() {
    try {
      if (!prepared && setup.prepare()) {
        prepared = true;
        log.info("all virtual shards are prepared");
      }
      directory.learnNow();
      directory.learnTables();
      reported = "";
      return prepared ? properties.relearnInterval() : RETRY;
    } catch (SQLException | RuntimeException e) {
      if (!e.toString().equals(reported)) {
        reported = e.toString(); // once, not at each attempt
        log.warn("preparing the virtual shards is tried again: {}", reported);
      }
      return RETRY;
    }
  }
}
