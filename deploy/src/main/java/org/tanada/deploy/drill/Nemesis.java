package org.tanada.deploy.drill;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.tanada.common.row.ShardsContract.ClusterState;
import org.tanada.common.row.ShardsContract.Copy;
import org.tanada.common.row.ShardsContract.MemberState;

/**
 * Breaks the data tier: kills and hangs routers, memcached nodes and databases, promotes replicas,
 * and moves virtual shards, alone and while their databases die. What it does in which order
 * follows from the seed.
 */
final class Nemesis {
  private static final Duration BACK = Duration.ofSeconds(90);
  private static final Duration REST = Duration.ofMillis(1500);

  private final Installation installation;
  private final List<Integer> shards;
  private final Random random;
  private final Consumer<String> progress;
  private final TreeMap<String, Integer> done = new TreeMap<>();

  /**
   * One that is ready.
   *
   * @param shards those that it may move
   */
  Nemesis(Installation installation, List<Integer> shards, long seed, Consumer<String> progress) {
    this.installation = installation;
    this.shards = List.copyOf(shards);
    this.random = new Random(seed);
    this.progress = progress;
  }

  /** What was done how often. */
  String figures() {
    List<String> parts = new ArrayList<>();
    done.forEach((what, count) -> parts.add(count + " × " + what));
    return String.join(", ", parts);
  }

  /**
   * Does each thing once, in an order of its own.
   *
   * @throws IllegalStateException if a node does not come back
   */
  void round() throws IOException {
    List<Fault> faults = new ArrayList<>(List.of(Fault.values()));
    Collections.shuffle(faults, random);
    for (Fault fault : faults) {
      switch (fault) {
        case KILL_ROUTER -> kill(fault, any(installation.nodes("router")));
        case KILL_MEMCACHED -> kill(fault, any(installation.nodes("memcached")));
        case KILL_DATABASE -> kill(fault, any(databases()));
        case HANG_ROUTER -> hang(fault, any(installation.nodes("router")));
        case HANG_MEMCACHED -> hang(fault, any(installation.nodes("memcached")));
        case HANG_DATABASE -> hang(fault, any(databases()));
        case PROMOTE -> promote(fault, false);
        case HANG_PRIMARY_AND_PROMOTE -> promote(fault, true);
        case MOVE -> move(fault, List.of());
        case MOVE_AND_KILL_DATABASE -> move(fault, databases());
        case MOVE_AND_KILL_ROUTER -> move(fault, installation.nodes("router"));
      }
      installation.awaitReady(BACK);
      LockSupport.parkNanos(REST.toNanos());
    }
  }

  private enum Fault {
    KILL_ROUTER,
    KILL_MEMCACHED,
    KILL_DATABASE,
    HANG_ROUTER,
    HANG_MEMCACHED,
    HANG_DATABASE,
    PROMOTE,
    HANG_PRIMARY_AND_PROMOTE,
    MOVE,
    MOVE_AND_KILL_DATABASE,
    MOVE_AND_KILL_ROUTER;

    String words() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
  }

  private void begin(Fault fault, String what) {
    done.merge(fault.words(), 1, Integer::sum);
    progress.accept(fault.words() + ": " + what);
  }

  private String any(List<String> nodes) {
    return nodes.stream().sorted().toList().get(random.nextInt(nodes.size()));
  }

  private List<String> databases() throws IOException {
    Set<String> nodes = new TreeSet<>();
    for (int cluster : installation.data().shards().clusters()) {
      nodes.addAll(installation.nodes("mysql-" + cluster));
    }
    return List.copyOf(nodes);
  }

  private void kill(Fault fault, String node) {
    begin(fault, node);
    installation.kill(node);
    LockSupport.parkNanos(REST.toNanos());
  }

  private void hang(Fault fault, String node) {
    long millis = random.nextLong(500, 5000);
    begin(fault, node + " for " + millis + " ms");
    installation.hang(node);
    try {
      LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
    } finally {
      installation.resume(node);
    }
    LockSupport.parkNanos(REST.toNanos());
  }

  /** Another primary, while the one so far is well, or hangs. */
  private void promote(Fault fault, boolean hang) throws IOException {
    List<ClusterState> pairs =
        installation.data().clusters().stream()
            .filter(cluster -> cluster.members().size() > 1)
            .sorted(Comparator.comparingInt(ClusterState::number))
            .toList();
    if (pairs.isEmpty() || !installation.data().promotes()) {
      return;
    }
    ClusterState cluster = pairs.get(random.nextInt(pairs.size()));
    String primary =
        cluster.members().stream()
            .filter(member -> member.role().equals("primary"))
            .map(MemberState::node)
            .findFirst()
            .orElseThrow(
                () -> new IllegalStateException("mysql-" + cluster.number() + " has no primary"));
    begin(fault, "mysql-" + cluster.number() + ", whose primary is " + primary);
    if (hang) {
      installation.hang(primary); // the promotion ends it
    }
    progress.accept("now it is " + installation.data().promote(cluster.number()));
  }

  /** Moves a shard; one of the victims is killed meanwhile, and the move begun again after it. */
  private void move(Fault fault, List<String> victims) throws IOException {
    int shard = shards.get(random.nextInt(shards.size()));
    List<Integer> clusters = installation.data().shards().clusters().stream().sorted().toList();
    if (clusters.size() < 2) {
      return;
    }
    int from = place(shard);
    int to = clusters.get((clusters.indexOf(from) + 1) % clusters.size());
    begin(fault, "shard %02d from mysql-%d to mysql-%d".formatted(shard, from, to));
    Thread killer = null;
    if (!victims.isEmpty()) {
      String victim = any(victims);
      long delay = random.nextLong(50, 1500);
      killer =
          Thread.startVirtualThread(() -> {
            LockSupport.parkNanos(Duration.ofMillis(delay).toNanos());
            progress.accept("kill " + victim);
            installation.kill(victim);
          });
    }
    long end = System.nanoTime() + BACK.toNanos();
    while (place(shard) != to) {
      try {
        installation.data().move(shard, to);
      } catch (IOException | RuntimeException e) { // it was interrupted: that is the purpose
        progress.accept("the move stopped: " + e.getMessage());
        if (System.nanoTime() > end) {
          throw new IllegalStateException(
              "shard %d does not come to mysql-%d: %s".formatted(shard, to, e.getMessage()), e);
        }
        LockSupport.parkNanos(REST.toNanos());
      }
    }
    join(killer);
  }

  private int place(int shard) throws IOException {
    return installation.data().shards().copies().stream()
        .filter(copy -> copy.shard() == shard && copy.state().equals("active"))
        .mapToInt(Copy::cluster)
        .findFirst()
        .orElse(0);
  }

  private static void join(@org.jspecify.annotations.Nullable Thread killer) {
    try {
      if (killer != null) {
        killer.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
