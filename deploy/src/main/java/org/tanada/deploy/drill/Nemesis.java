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
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.tanada.common.row.ShardsContract.ClusterState;
import org.tanada.common.row.ShardsContract.Copy;
import org.tanada.common.row.ShardsContract.MemberState;
import org.tanada.deploy.network.Network.Manner;
import org.tanada.deploy.network.Network.Side;
import org.tanada.deploy.state.OperatorException;

/**
 * Breaks the data tier: kills and hangs routers, memcached nodes and databases, cuts them off,
 * promotes replicas, and moves virtual shards, alone and while their databases die. What it does in
 * which order follows from the seed.
 */
final class Nemesis {
  private static final Duration BACK = Duration.ofMinutes(3);
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
   * Does each thing once, in an order of its own, as long as there is time: what has been begun is
   * ended, and the first thing is done in any case.
   *
   * @param timeIsUp whether no other thing is to be begun
   * @throws IllegalStateException if a node does not come back
   */
  void round(BooleanSupplier timeIsUp) throws IOException {
    List<Fault> faults = new ArrayList<>(List.of(Fault.values()));
    Collections.shuffle(faults, random);
    for (Fault fault : faults) {
      if (!done.isEmpty() && timeIsUp.getAsBoolean()) {
        return;
      }
      switch (fault) {
        case KILL_ROUTER -> kill(fault, any(installation.nodes("router")));
        case KILL_MEMCACHED -> kill(fault, any(installation.nodes("memcached")));
        case KILL_DATABASE -> kill(fault, any(databases()));
        case HANG_ROUTER -> hang(fault, any(installation.nodes("router")));
        case HANG_MEMCACHED -> hang(fault, any(installation.nodes("memcached")));
        case HANG_DATABASE -> hang(fault, any(databases()));
        case PROMOTE -> promote(fault, primary -> {});
        case HANG_PRIMARY_AND_PROMOTE -> promote(fault, installation::hang); // it is made to end
        case CUT_PRIMARY -> cut(fault, primary(anyPair()), Side.CALLERS);
        case CUT_REPLICA -> cut(fault, replica(anyPair()), Side.CALLERS);
        case CUT_REPLICATION -> cut(fault, primary(anyPair()), Side.FOLLOWERS);
        case CUT_MEMCACHED -> cut(fault, any(installation.nodes("memcached")), Side.CALLERS);
        case CUT_PRIMARY_AND_PROMOTE -> cutAndPromote(fault);
        case MOVE -> move(fault, List.of(), victim -> {});
        case MOVE_AND_KILL_DATABASE -> move(fault, databases(), this::killNow);
        case MOVE_AND_KILL_ROUTER -> move(fault, installation.nodes("router"), this::killNow);
        case MOVE_AND_CUT_DATABASE -> {
          Cut cut = anyCut(Side.CALLERS);
          move(fault, databases(), victim -> cutNow(victim, cut));
        }
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
    MOVE_AND_KILL_ROUTER,
    CUT_PRIMARY,
    CUT_REPLICA,
    CUT_REPLICATION,
    CUT_MEMCACHED,
    CUT_PRIMARY_AND_PROMOTE,
    MOVE_AND_CUT_DATABASE;

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

  /** A cut by the seed. */
  private record Cut(Side side, Manner manner, long millis) {}

  private Cut anyCut(Side side) {
    List<Manner> manners = List.of(Manner.values());
    Manner manner = manners.get(random.nextInt(manners.size()));
    return new Cut(side, manner, random.nextLong(500, 6000));
  }

  private void cut(Fault fault, String node, Side side) {
    Cut cut = anyCut(side);
    begin(fault, node + " for " + cut.millis() + " ms");
    cutNow(node, cut);
    LockSupport.parkNanos(REST.toNanos());
  }

  private void cutNow(String node, Cut cut) {
    try {
      progress.accept("cut: " + installation.cut(node, cut.side(), cut.manner()));
      LockSupport.parkNanos(Duration.ofMillis(cut.millis()).toNanos());
    } finally {
      installation.heal(node);
    }
  }

  /** What routers have sent to the former primary arrives there when it is one no more. */
  private void cutAndPromote(Fault fault) throws IOException {
    List<String> cut = new ArrayList<>();
    try {
      promote(
          fault,
          primary -> {
            cut.add(primary);
            progress.accept("cut: " + installation.cut(primary, Side.CALLERS, Manner.VANISH));
          });
    } catch (OperatorException e) { // refused rather than lose what was acknowledged: that is right
      progress.accept("the promotion stopped: " + e.getMessage());
    } finally {
      cut.forEach(installation::heal);
    }
    LockSupport.parkNanos(REST.toNanos());
  }

  private List<ClusterState> pairs() throws IOException {
    return installation.data().clusters().stream()
        .filter(cluster -> cluster.members().size() > 1)
        .sorted(Comparator.comparingInt(ClusterState::number))
        .toList();
  }

  private ClusterState anyPair() throws IOException {
    List<ClusterState> pairs = pairs();
    if (pairs.isEmpty()) {
      throw new IllegalStateException("no cluster has a replica");
    }
    return pairs.get(random.nextInt(pairs.size()));
  }

  private static String primary(ClusterState cluster) {
    return member(cluster, true);
  }

  private static String replica(ClusterState cluster) {
    return member(cluster, false);
  }

  private static String member(ClusterState cluster, boolean primary) {
    return cluster.members().stream()
        .filter(member -> member.role().equals("primary") == primary)
        .map(MemberState::node)
        .sorted()
        .findFirst()
        .orElseThrow(() ->
            new IllegalStateException(
                "mysql-%d has no %s".formatted(cluster.number(), primary ? "primary" : "replica")));
  }

  /** Another primary, while the one so far is well, or what is done to it goes on. */
  private void promote(Fault fault, Consumer<String> breaking) throws IOException {
    if (pairs().isEmpty() || !installation.data().promotes()) {
      return;
    }
    ClusterState cluster = anyPair();
    String primary = primary(cluster);
    begin(fault, "mysql-" + cluster.number() + ", whose primary is " + primary);
    breaking.accept(primary);
    progress.accept("now it is " + installation.data().promote(cluster.number()));
  }

  private void killNow(String node) {
    progress.accept("kill " + node);
    installation.kill(node);
  }

  /** Moves a shard; one of the victims is broken meanwhile, and the move begun again after it. */
  private void move(Fault fault, List<String> victims, Consumer<String> breaking)
      throws IOException {
    int shard = shards.get(random.nextInt(shards.size()));
    List<Integer> clusters = installation.data().shards().clusters().stream().sorted().toList();
    if (clusters.size() < 2) {
      return;
    }
    int from = place(shard);
    int to = clusters.get((clusters.indexOf(from) + 1) % clusters.size());
    begin(fault, "shard %02d from mysql-%d to mysql-%d".formatted(shard, from, to));
    Thread breaker = null;
    if (!victims.isEmpty()) {
      String victim = any(victims);
      long delay = random.nextLong(50, 1500);
      breaker =
          Thread.startVirtualThread(() -> {
            LockSupport.parkNanos(Duration.ofMillis(delay).toNanos());
            breaking.accept(victim);
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
    join(breaker);
  }

  private int place(int shard) throws IOException {
    return installation.data().shards().copies().stream()
        .filter(copy -> copy.shard() == shard && copy.state().equals("active"))
        .mapToInt(Copy::cluster)
        .findFirst()
        .orElse(0);
  }

  private static void join(@org.jspecify.annotations.Nullable Thread breaker) {
    try {
      if (breaker != null) {
        breaker.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
