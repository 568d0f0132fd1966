package org.tanada.router.effect;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.common.id.TanadaId;
import org.tanada.common.lifecycle.RepeatedWork;
import org.tanada.common.problem.ProblemException;
import org.tanada.router.shard.Place;
import org.tanada.router.shard.ShardDirectory;
import org.tanada.router.topology.Cluster;
import org.tanada.router.topology.Clusters;
import org.tanada.router.topology.DatabaseNode;

/**
 * Sees to it that effects are delivered: at once by the router that committed them, and, should it
 * die, by any router that finds them in an outbox a moment later. A cluster that cannot be written
 * holds up only what is for it.
 */
@Component
public final class EffectDelivery extends RepeatedWork {
  private static final Logger log = LoggerFactory.getLogger(EffectDelivery.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration LEFT_TO_COMMITTER = Duration.ofMillis(300);
  private static final int AT_ONCE = 4;

  private final Courier courier;
  private final Outbox outbox;
  private final ShardDirectory directory;
  private final Clusters clusters;
  private final Set<Outbox.Lane> asked = ConcurrentHashMap.newKeySet();
  private final Set<Outbox.Lane> underWay = ConcurrentHashMap.newKeySet();
  private final Map<Integer, Destination> destinations = new ConcurrentHashMap<>();
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong oldestMillis = new AtomicLong();
  private volatile ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  EffectDelivery(
      Courier courier,
      Outbox outbox,
      ShardDirectory directory,
      Clusters clusters,
      MeterRegistry meters) {
    super("outbox", Clusters.PHASE + 2);
    this.courier = courier;
    this.outbox = outbox;
    this.directory = directory;
    this.clusters = clusters;
    Gauge.builder("tanada.router.outbox.waiting", waiting, AtomicLong::get)
        .description("Effects that the last look found undelivered, older than 300 ms")
        .register(meters);
    Gauge.builder("tanada.router.outbox.oldest", oldestMillis, AtomicLong::get)
        .baseUnit("milliseconds")
        .description("Age of the oldest of them")
        .register(meters);
  }

  /** Delivers what was just committed, in the background. */
  public void soon(Collection<Outbox.Lane> lanes) {
    if (isRunning()) {
      lanes.forEach(lane -> threads.execute(() -> deliver(lane, destination(lane))));
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

  /** One thread at a time serves a lane; whoever comes meanwhile has it look once more. */
  private void deliver(Outbox.Lane lane, Destination destination) {
    asked.add(lane);
    while (asked.contains(lane) && underWay.add(lane)) {
      destination.slots.acquireUninterruptibly();
      try {
        asked.remove(lane);
        if (!destination.resting() && !courier.deliver(lane)) {
          destination.rest();
        }
      } catch (ProblemException e) {
        log.debug("the outbox of shard {} cannot be read: {}", lane.shard(), e.getMessage());
      } catch (RuntimeException e) {
        log.error("delivering effects of {} failed", lane, e); // they stay in the outbox
      } finally {
        destination.slots.release();
        underWay.remove(lane);
      }
    }
  }

  private Destination destination(Outbox.Lane lane) {
    int cluster =
        directory.map().readable(TanadaId.shard(lane.target())).map(Place::cluster).orElse(0);
    return destinations.computeIfAbsent(cluster, number -> new Destination());
  }

  /** Looks for effects that their committer has not delivered. */
  @Override
  protected Duration step() {
    List<Outbox.Waiting> found = new ArrayList<>();
    for (Cluster cluster : clusters.all()) {
      cluster.primary().ifPresent(primary -> found.addAll(find(cluster, primary)));
    }
    waiting.set(found.stream().mapToLong(Outbox.Waiting::entries).sum());
    oldestMillis.set(found.stream().mapToLong(lane -> lane.age().toMillis()).max().orElse(0));
    found.stream()
        .filter(Outbox.Waiting::due)
        .map(Outbox.Waiting::lane)
        .collect(Collectors.groupingBy(this::destination))
        .forEach((destination, lanes) -> {
          if (!destination.resting() && destination.swept.compareAndSet(true, false)) {
            threads.execute(() -> sweep(destination, lanes));
          }
        });
    return POLL;
  }

  private void sweep(Destination destination, List<Outbox.Lane> lanes) {
    try {
      lanes.forEach(lane -> deliver(lane, destination));
    } finally {
      destination.swept.set(true);
    }
  }

  private List<Outbox.Waiting> find(Cluster cluster, DatabaseNode primary) {
    try (Connection connection = primary.connect()) {
      return outbox.waiting(
          connection, directory.map().activeIn(cluster.number()), LEFT_TO_COMMITTER);
    } catch (SQLException e) {
      primary.failed(e);
      log.debug("looking for effects on {} failed: {}", primary.name(), e.toString());
      return List.of();
    }
  }

  /** A cluster that effects go to. */
  private static final class Destination {
    private static final long REST_NANOS = 1_000_000_000;

    /** Of deliveries at once. */
    final Semaphore slots = new Semaphore(AT_ONCE);

    /** Whether nobody goes through what the last look found for it. */
    final AtomicBoolean swept = new AtomicBoolean(true);

    private volatile long restedAt = System.nanoTime() - REST_NANOS;

    /** It cannot be written: who waited for a slot need not find that out one after the other. */
    void rest() {
      restedAt = System.nanoTime();
    }

    boolean resting() {
      return System.nanoTime() - restedAt < REST_NANOS;
    }
  }
}
