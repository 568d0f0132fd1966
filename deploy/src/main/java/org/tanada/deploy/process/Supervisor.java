package org.tanada.deploy.process;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.state.Desired;
import org.tanada.deploy.state.Desired.Run;
import org.tanada.deploy.state.Desired.Wanted;
import org.tanada.deploy.state.DrillMark;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.Inventory;
import org.tanada.deploy.state.Observed;
import org.tanada.deploy.state.Observed.Seen;
import org.tanada.deploy.state.ProcessId;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.PlannedNode;

/**
 * Makes the desired state so: starts nodes in waves, starts again what dies, drains what is not
 * wanted any more, tells everybody who is there, and writes what it sees.
 *
 * <p>It owns nothing that the nodes need to live: when it dies they go on, and the next one takes
 * them over.
 */
public final class Supervisor {
  private static final long TICK_MILLIS = 100;
  private static final long HOUSEKEEPING_MILLIS = 10_000;

  private final Home home;
  private final Runners runners;
  private final String build;
  private final int startSlots;

  /**
   * Platform threads: with two carriers, virtual threads that wait for a class to be initialised
   * (HttpURLConnection's, which waits for a logger) kept each other from running, for good.
   */
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("node-", 0).factory());

  private final Map<String, NodeKeeper> keepers = new LinkedHashMap<>();
  private final LogFiles logs;

  private volatile Desired desired = Desired.NOTHING;
  private Object desiredStamp = "";
  private @Nullable Observed written;
  private @Nullable String listed;
  private List<PlannedNode> told = List.of();
  private @Nullable Future<?> telling;
  private long nextHousekeeping;

  /**
   * A supervisor.
   *
   * @param build identifies our own program
   * @param startSlots how many services may be starting at the same time
   */
  Supervisor(Home home, Runners runners, String build, int startSlots) {
    this.home = home;
    this.runners = runners;
    this.build = build;
    this.startSlots = startSlots;
    this.logs = new LogFiles(home);
  }

  /** The supervisor of a native installation. */
  public static Supervisor ofNative(Home home, String build) {
    NativeRunners runners = new NativeRunners(home, Supervisor::journal);
    int slots = Math.max(2, Runtime.getRuntime().availableProcessors() + 1);
    Supervisor supervisor = new Supervisor(home, runners, build, slots);
    runners.follow(() -> supervisor.desired);
    return supervisor;
  }

  /**
   * Works until nothing is wanted any more, or the thread is interrupted.
   *
   * @return false if another supervisor is at work already
   */
  public boolean run() throws IOException {
    try (StateFiles.Held held = StateFiles.tryLock(home.supervisorLock())) {
      if (held == null) {
        return false;
      }
      journal("supervisor: begins, process " + ProcessHandle.current().pid());
      while (!Thread.currentThread().isInterrupted()) {
        try {
          if (tick()) {
            break;
          }
        } catch (IOException | RuntimeException e) {
          // a full disk, for example: the nodes go on, and so do we
          journal("supervisor: " + e);
          LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(2));
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS));
      }
      journal("supervisor: ends");
    } finally {
      threads.shutdownNow();
    }
    return true;
  }

  /** One round; true when all is stopped and nothing is wanted. */
  boolean tick() throws IOException {
    long now = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    takeIn(now);
    boolean hurry = desired.nodes().stream().noneMatch(wanted -> wanted.run().up());
    for (NodeKeeper keeper : keepers.values()) {
      keeper.step(now, hurry, mayStop(keeper, hurry));
    }
    list();
    start(now);
    tell(now);
    keepers.values().removeIf(keeper -> keeper.wanted().run() == Run.REMOVED && keeper.idle());
    write();
    if (now >= nextHousekeeping) {
      nextHousekeeping = now + HOUSEKEEPING_MILLIS;
      logs.rotate(desired.nodes().stream().map(wanted -> wanted.node().name()).toList());
    }
    return hurry && keepers.values().stream().allMatch(NodeKeeper::idle);
  }

  private void takeIn(long now) throws IOException {
    if (!Files.exists(home.desired())) {
      return;
    }
    var attributes =
        Files.readAttributes(home.desired(), java.nio.file.attribute.BasicFileAttributes.class);
    Object stamp = List.of(attributes.lastModifiedTime(), String.valueOf(attributes.fileKey()));
    if (stamp.equals(desiredStamp)) {
      return;
    }
    desired = StateFiles.readJson(home.desired(), Desired.class).orElse(Desired.NOTHING);
    desiredStamp = stamp;
    for (Wanted wanted : desired.nodes()) {
      NodeKeeper known = keepers.get(wanted.node().name());
      if (known != null) {
        known.want(wanted);
        continue;
      }
      NodeKeeper keeper =
          new NodeKeeper(
              home, wanted, runners.of(wanted.node().kind()), threads, Supervisor::journal);
      keeper.adopt(now);
      if (wanted.run() != Run.REMOVED || !keeper.idle()) {
        keepers.put(keeper.name(), keeper);
      }
    }
  }

  /**
   * When everything goes down, the front door is first and the databases are last; when some nodes
   * are restarted, one of a tier at a time.
   */
  private boolean mayStop(NodeKeeper keeper, boolean hurry) {
    Kind kind = keeper.wanted().node().kind();
    if (hurry) {
      return keepers.values().stream()
          .noneMatch(other -> !other.idle() && rank(other) < rank(keeper));
    }
    if (!keeper.wanted().run().up()) {
      return true;
    }
    return keepers.values().stream()
            .filter(other -> other != keeper && other.wanted().run().up())
            .filter(other -> other.wanted().node().tier().equals(keeper.wanted().node().tier()))
            .allMatch(NodeKeeper::ready)
        || kind == Kind.NGINX;
  }

  private static int rank(NodeKeeper keeper) {
    Kind kind = keeper.wanted().node().kind();
    // what was written last is shipped before the databases end
    return kind == Kind.NGINX ? 0 : kind.service() ? 1 : kind == Kind.BACKUP ? 2 : 3;
  }

  private void start(long now) {
    List<NodeKeeper> waiting =
        keepers.values().stream()
            .filter(keeper -> keeper.wantsStart(now))
            .sorted(
                Comparator.comparingInt((NodeKeeper k) -> k.wanted().node().kind().wave())
                    .thenComparingInt(k -> k.wanted().node().index()))
            .toList();
    long busy =
        keepers.values().stream()
            .filter(k -> k.wanted().node().kind().service() && k.busyStarting(now))
            .count();
    for (NodeKeeper keeper : waiting) {
      boolean heavy = keeper.wanted().node().kind().service();
      if (heavy && busy >= startSlots) {
        continue;
      }
      keeper.start(now);
      busy += heavy ? 1 : 0;
    }
  }

  /** Tells the runners who is ready when that has changed, primaries before all others. */
  private void tell(long now) {
    Future<?> before = telling;
    if (before != null && !before.isDone()) {
      return;
    }
    List<PlannedNode> ready = new ArrayList<>();
    int primaries = 0;
    for (NodeKeeper keeper : keepers.values()) {
      Kind kind = keeper.wanted().node().kind();
      boolean known = kind == Kind.MYSQL || keeper.serving(now);
      if (keeper.listed() && known) {
        ready.add(keeper.leads() ? primaries++ : ready.size(), keeper.wanted().node());
      }
    }
    if (ready.equals(told) && !frontOutdated()) {
      return;
    }
    told = ready;
    telling =
        threads.submit(() -> {
          try {
            runners.of(Kind.NGINX).membership(ready);
          } catch (IOException | RuntimeException e) {
            journal("nginx: its configuration cannot be changed: " + e.getMessage());
          }
        });
  }

  private boolean frontOutdated() {
    try {
      return runners.of(Kind.NGINX).outdated();
    } catch (IOException e) {
      journal("nginx: its credentials cannot be read: " + e.getMessage());
      return false;
    }
  }

  private void list() throws IOException {
    DrillMark drill = DrillMark.of(home);
    List<Inventory.Listed> nodes =
        keepers.values().stream()
            .filter(NodeKeeper::listed)
            .map(keeper ->
                Inventory.Listed.of(drill.forCallers(keeper.wanted().node()))
                    .draining(keeper.wanted().run() == Run.DRAINING))
            .toList();
    String yaml = Inventory.text(nodes);
    if (!yaml.equals(listed)) {
      Inventory.write(home, yaml);
      listed = yaml;
    }
  }

  private void write() throws IOException {
    List<Seen> seen = keepers.values().stream().map(NodeKeeper::seen).toList();
    Observed now = new Observed(ProcessId.of(ProcessHandle.current().pid()), build, seen);
    if (!now.equals(written)) {
      StateFiles.writeJson(home.observed(), now);
      written = now;
    }
  }

  private static void journal(String line) {
    System.out.println(Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + line);
  }
}
