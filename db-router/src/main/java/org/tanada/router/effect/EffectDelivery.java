package org.tanada.router.effect;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.common.lifecycle.RepeatedWork;
import org.tanada.router.shard.Place;
import org.tanada.router.shard.ShardDirectory;
import org.tanada.router.topology.Cluster;
import org.tanada.router.topology.Clusters;
import org.tanada.router.topology.DatabaseNode;

/**
 * Sees to it that effects are delivered: at once by the router that committed them, and, should it
 * die, by any router that finds them in an outbox a moment later.
 */
@Component
public final class EffectDelivery extends RepeatedWork {
  private static final Logger log = LoggerFactory.getLogger(EffectDelivery.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration LEFT_TO_COMMITTER = Duration.ofMillis(300);
  private static final int BATCH = 50;
  private static final int AT_ONCE = 4;

  private final Courier courier;
  private final ShardDirectory directory;
  private final Clusters clusters;
  private final InstantSource clock;
  private final Set<Long> underWay = ConcurrentHashMap.newKeySet();
  private final Semaphore slots = new Semaphore(AT_ONCE);
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong oldestMillis = new AtomicLong();
  private volatile ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  EffectDelivery(
      Courier courier,
      ShardDirectory directory,
      Clusters clusters,
      InstantSource clock,
      MeterRegistry meters) {
    super("outbox", Clusters.PHASE + 2);
    this.courier = courier;
    this.directory = directory;
    this.clusters = clusters;
    this.clock = clock;
    Gauge.builder("tanada.router.outbox.waiting", waiting, AtomicLong::get)
        .description("Effects that the last look found undelivered, older than 300 ms")
        .register(meters);
    Gauge.builder("tanada.router.outbox.oldest", oldestMillis, AtomicLong::get)
        .baseUnit("milliseconds")
        .description("Age of the oldest of them")
        .register(meters);
  }

  /** Delivers effects that were just committed, in the background, in their order. */
  public void soon(List<Outbox.Entry> entries) {
    if (!entries.isEmpty() && isRunning()) {
      threads.execute(() -> deliver(entries));
    }
  }

  @Override
  public void start() {
    threads = Executors.newVirtualThreadPerTaskExecutor();
    super.start();
  }

  @Override
  public void stop() {
    super.stop();
    threads.shutdown();
  }

  private void deliver(List<Outbox.Entry> entries) {
    for (Outbox.Entry entry : entries) {
      if (!underWay.add(entry.id())) {
        continue;
      }
      slots.acquireUninterruptibly();
      try {
        courier.deliver(entry);
      } catch (RuntimeException e) {
        log.error("delivering effect {} failed", entry.id(), e); // it stays in the outbox
      } finally {
        slots.release();
        underWay.remove(entry.id());
      }
    }
  }

  /** Looks for effects that their committer has not delivered. */
  @Override
  protected Duration step() {
    List<Outbox.Entry> found = new ArrayList<>();
    for (Cluster cluster : clusters.all()) {
      cluster.primary().ifPresent(primary -> found.addAll(find(cluster, primary)));
    }
    waiting.set(found.size());
    long now = clock.millis();
    oldestMillis.set(found.stream().mapToLong(entry -> now - entry.createdAt()).max().orElse(0));
    deliver(found);
    return POLL;
  }

  private List<Outbox.Entry> find(Cluster cluster, DatabaseNode primary) {
    List<Integer> shards =
        directory.map().places().stream()
            .filter(place -> place.cluster() == cluster.number() && place.active())
            .map(Place::shard)
            .toList();
    List<Outbox.Entry> found = new ArrayList<>();
    if (shards.isEmpty()) {
      return found;
    }
    StringJoiner sql = new StringJoiner(" UNION ALL ");
    for (int shard : shards) {
      sql.add(
          "(SELECT "
              + shard
              + ", id, target_user_id, writes, created_at, attempts FROM "
              + Place.schema(shard)
              + ".outbox WHERE created_at < ? AND not_before < ? AND parked_at IS NULL ORDER BY id LIMIT "
              + BATCH
              + ")");
    }
    try (Connection connection = primary.connect();
        PreparedStatement statement = connection.prepareStatement(sql.toString())) {
      long now = clock.millis();
      for (int i = 0; i < shards.size(); i++) {
        statement.setLong(2 * i + 1, now - LEFT_TO_COMMITTER.toMillis());
        statement.setLong(2 * i + 2, now);
      }
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          found.add(
              new Outbox.Entry(
                  result.getInt(1),
                  result.getLong(2),
                  result.getLong(3),
                  result.getString(4),
                  result.getLong(5),
                  result.getInt(6)));
        }
      }
    } catch (SQLException e) {
      primary.failed(e);
      log.debug("looking for effects on {} failed: {}", primary.name(), e.toString());
    }
    return found;
  }
}
