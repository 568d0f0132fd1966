package org.tanada.router.topology;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.tanada.common.membership.Membership;
import org.tanada.common.membership.Node;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.router.safeguard.Safeguards;

/** All clusters of the membership; every listed database is observed at an interval. */
@Component
public final class Clusters implements SmartLifecycle {
  /** Started before, and stopped after, all that talks to the databases. */
  public static final int PHASE = -1000;

  private static final Logger log = LoggerFactory.getLogger(Clusters.class);
  private static final Pattern TIER = Pattern.compile("mysql-(\\d{1,4})");

  private final Membership membership;
  private final TopologyProperties limits;
  private final DatabaseSecret secret;
  private final Safeguards safeguards;
  private final Map<Node, DatabaseNode> nodes = new HashMap<>();
  private final Map<Integer, ClusterMemory> memories = new HashMap<>();
  private volatile Map<Integer, Cluster> clusters = Map.of();
  private volatile boolean running;
  private volatile CountDownLatch stopped = new CountDownLatch(1);
  private volatile ExecutorService observers = Executors.newVirtualThreadPerTaskExecutor();

  Clusters(
      Membership membership,
      TopologyProperties limits,
      DatabaseSecret secret,
      Safeguards safeguards) {
    this.membership = membership;
    this.limits = limits;
    this.secret = secret;
    this.safeguards = safeguards;
  }

  /** All clusters, lowest number first. */
  public List<Cluster> all() {
    return List.copyOf(new TreeMap<>(clusters).values());
  }

  /** The cluster with that number, if it is listed. */
  public Optional<Cluster> find(int number) {
    return Optional.ofNullable(clusters.get(number));
  }

  /**
   * The primary of a cluster.
   *
   * @throws ProblemException unavailable, if there is none
   */
  public DatabaseNode primary(int number) {
    return find(number)
        .flatMap(Cluster::primary)
        .orElseThrow(() ->
            new ProblemException(
                ProblemCode.UNAVAILABLE, "cluster mysql-" + number + " has no primary now"));
  }

  @Override
  public synchronized void start() {
    running = true;
    stopped = new CountDownLatch(1);
    observers = Executors.newVirtualThreadPerTaskExecutor();
    Thread.ofPlatform().daemon().name("membership-mysql").start(() -> follow(stopped));
  }

  @Override
  public synchronized void stop() {
    running = false;
    stopped.countDown();
    observers.shutdownNow();
    nodes.values().forEach(DatabaseNode::close);
    nodes.clear();
    clusters = Map.of();
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }

  private void follow(CountDownLatch end) {
    do {
      try {
        refresh();
      } catch (RuntimeException e) {
        log.error("following the membership failed", e); // thrown on, it would end for good
      }
    } while (!ended(end));
  }

  private synchronized void refresh() {
    if (!running) {
      return;
    }
    Map<Integer, Cluster> now = new HashMap<>();
    List<Node> listed = new ArrayList<>();
    for (String tier : membership.tiers()) {
      Matcher matcher = TIER.matcher(tier);
      if (matcher.matches()) {
        int number = Integer.parseInt(matcher.group(1));
        ClusterMemory memory = memories.computeIfAbsent(number, _ -> new ClusterMemory(safeguards));
        List<DatabaseNode> members = new ArrayList<>();
        for (Node node : membership.nodes(tier)) {
          listed.add(node);
          members.add(nodes.computeIfAbsent(node, listedNode -> watch(listedNode, memory)));
        }
        now.put(number, new Cluster(number, members, memory));
      }
    }
    clusters = Map.copyOf(now);
    now.values().forEach(Cluster::tellWhoIsPrimary);
    nodes
        .entrySet()
        .removeIf(entry -> {
          boolean gone = !listed.contains(entry.getKey());
          if (gone) {
            log.info("database {} has left the membership", entry.getKey().name());
            entry.getValue().close();
          }
          return gone;
        });
  }

  private DatabaseNode watch(Node node, ClusterMemory memory) {
    DatabaseNode database = new DatabaseNode(node, limits, secret, memory);
    CountDownLatch end = stopped;
    observers.execute(() -> {
      do {
        database.observe();
      } while (!database.isClosed() && !ended(end));
    });
    return database;
  }

  private boolean ended(CountDownLatch end) {
    try {
      return end.await(limits.watchInterval().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
