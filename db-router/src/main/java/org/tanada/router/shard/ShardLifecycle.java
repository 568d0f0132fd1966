package org.tanada.router.shard;

import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.tanada.router.topology.Clusters;

/**
 * In the background: prepares the schemas as soon as the databases are there, and keeps the map
 * fresh. Starting never waits for it.
 */
@Component
final class ShardLifecycle implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(ShardLifecycle.class);
  private static final long RETRY_MILLIS = 200;

  private final ShardSetup setup;
  private final ShardDirectory directory;
  private final ShardProperties properties;
  private volatile boolean prepared;
  private volatile boolean running;
  private volatile CountDownLatch stopped = new CountDownLatch(1);

  ShardLifecycle(Clusters clusters, ShardDirectory directory, ShardProperties properties) {
    this.setup =
        new ShardSetup(
            clusters, new Migrations(properties.migrationThreads()), properties.virtualShards());
    this.directory = directory;
    this.properties = properties;
  }

  /** Whether every schema has been created and migrated by this process. */
  boolean prepared() {
    return prepared;
  }

  @Override
  public void start() {
    running = true;
    stopped = new CountDownLatch(1);
    CountDownLatch end = stopped;
    Thread.ofPlatform().daemon().name("shards").start(() -> run(end));
  }

  @Override
  public void stop() {
    running = false;
    stopped.countDown();
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return Clusters.PHASE + 1;
  }

  private void run(CountDownLatch end) {
    String reported = "";
    long wait = 0;
    while (!ended(end, wait)) {
      wait = RETRY_MILLIS;
      try {
        if (!prepared && setup.prepare()) {
          prepared = true;
          log.info("all virtual shards are prepared");
        }
        directory.learnNow();
        wait = prepared ? properties.relearnInterval().toMillis() : RETRY_MILLIS;
        reported = "";
      } catch (SQLException | RuntimeException e) {
        if (!e.toString().equals(reported)) {
          reported = e.toString(); // once, not at each attempt
          log.warn("preparing the virtual shards is tried again: {}", reported);
        }
      }
    }
  }

  private static boolean ended(CountDownLatch end, long millis) {
    try {
      return end.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
