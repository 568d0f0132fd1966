package org.tanada.deploy.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.state.Desired.Run;
import org.tanada.deploy.state.Desired.Wanted;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.Inventory;
import org.tanada.deploy.state.Observed.Seen;
import org.tanada.deploy.state.Observed.State;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.ProcessId;
import org.tanada.deploy.state.StateFiles;

/**
 * Keeps one node as it is wanted: a state machine that the supervisor's single thread steps, while
 * what takes time (starting, asking) runs on other threads.
 *
 * <pre>
 * IDLE ─start slot─► PREPARING ─process─► RUNNING ─not wanted─► LEAVING ─SIGTERM─► ENDING ─► IDLE
 *   ▲                    │ fails              │ dies                                (SIGKILL late)
 *   └──── PAUSING ◄──────┴────────────────────┘
 * </pre>
 */
final class NodeKeeper {
  private static final Duration SLOT = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(8);
  private static final Duration STABLE = Duration.ofSeconds(60);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final int FAILED_AFTER = 3;

  private final Home home;
  private final NodeRunner runner;
  private final ExecutorService threads;
  private final Consumer<String> journal;

  private Wanted wanted;
  private Phase phase = Phase.IDLE;
  private long phaseSince;
  private @Nullable Future<Started> starting;
  private @Nullable Future<Probe> asking;
  private @Nullable Process child;
  private Seen seen;
  private boolean ready;
  private boolean leads;
  private boolean listens;
  private int failures;
  private int firmness;
  private long nextProbe;
  private long lastReady;

  private enum Phase {
    IDLE,
    PREPARING,
    RUNNING,
    LEAVING,
    ENDING,
    PAUSING
  }

  NodeKeeper(
      Home home,
      Wanted wanted,
      NodeRunner runner,
      ExecutorService threads,
      Consumer<String> journal) {
    this.home = home;
    this.wanted = wanted;
    this.runner = runner;
    this.threads = threads;
    this.journal = journal;
    this.seen =
        new Seen(wanted.node().name(), State.STOPPED, ProcessId.NONE, "", "", 0, 0, 0, 0, "");
  }

  /** Takes over the process of an earlier supervisor, if it still lives. */
  void adopt(long now) throws IOException {
    Seen left = StateFiles.readJson(record(), Seen.class).orElse(null);
    if (left != null && left.process().alive()) {
      seen = left;
      listens = true;
      enter(Phase.RUNNING, now);
      journal.accept(name() + ": taken over, process " + left.process().pid());
    }
  }

  private Path record() {
    return home.node(name()).resolve("process.json");
  }

  String name() {
    return wanted.node().name();
  }

  Wanted wanted() {
    return wanted;
  }

  void want(Wanted other) {
    if (!other.equals(wanted) && phase == Phase.PAUSING) {
      // the operator wants something: no need to wait for it
      failures = 0;
      phaseSince = 0;
    }
    wanted = other;
  }

  boolean ready() {
    return phase == Phase.RUNNING && ready;
  }

  /**
   * Whether the front door may send requests: it was ready, and has not been unready for long. One
   * slow answer to a probe is no reason to take a loaded node away.
   */
  boolean serving(long now) {
    return phase == Phase.RUNNING && lastReady > 0 && now - lastReady < PATIENCE.toMillis();
  }

  /** Whether it said that it is the primary of its cluster when it was asked last. */
  boolean leads() {
    return leads;
  }

  /** Whether others should see it in the inventory. */
  boolean listed() {
    if (wanted.run() == Run.REMOVED) {
      return false;
    }
    if (wanted.node().kind().keepsPlace()) {
      return true;
    }
    return wanted.run().up() && phase != Phase.LEAVING && phase != Phase.ENDING;
  }

  /** Whether it has no process, and is not getting one. */
  boolean idle() {
    return phase == Phase.IDLE || (phase == Phase.PAUSING && !wanted.run().up());
  }

  /** Whether it waits for a start slot. */
  boolean wantsStart(long now) {
    return wanted.run().up()
        && (phase == Phase.IDLE || (phase == Phase.PAUSING && now - phaseSince >= pause()));
  }

  /** Whether it holds a start slot: it works hard before it listens. */
  boolean busyStarting(long now) {
    return phase == Phase.PREPARING
        || (phase == Phase.RUNNING && !listens && now - phaseSince < SLOT.toMillis());
  }

  private long pause() {
    if (failures <= 1) {
      return 0;
    }
    return Math.min(500L << Math.min(failures - 2, 10), LONGEST_PAUSE.toMillis());
  }

  /** Begins a start. */
  void start(long now) {
    Wanted goal = wanted;
    journal.accept(name() + ": starting");
    seen =
        new Seen(
            name(),
            State.STARTING,
            ProcessId.NONE,
            seen.version(),
            seen.build(),
            System.currentTimeMillis(),
            seen.restarts(),
            goal.generation(),
            goal.rebuild(),
            seen.problem());
    ready = false;
    listens = false;
    lastReady = 0;
    starting = threads.submit(() -> runner.start(goal));
    enter(Phase.PREPARING, now);
  }

  /**
   * One step.
   *
   * @param hurry everything is going down: nobody needs time to see that this node leaves
   * @param mayStop whether it may be stopped now
   */
  void step(long now, boolean hurry, boolean mayStop) throws IOException {
    switch (phase) {
      case IDLE -> {}
      case PAUSING -> {
        if (!wanted.run().up()) {
          failures = 0;
          seen = with(State.STOPPED, "");
          enter(Phase.IDLE, now);
        }
      }
      case PREPARING -> prepared(now);
      case RUNNING -> watch(now, hurry, mayStop);
      case LEAVING -> {
        if (!seen.process().alive()) {
          enter(Phase.ENDING, now);
        } else if (hurry || now - phaseSince >= Inventory.LEAVE.toMillis()) {
          signal(runner.stopSignal());
          enter(Phase.ENDING, now);
        }
      }
      case ENDING -> ending(now);
    }
  }

  private void prepared(long now) throws IOException {
    Future<Started> future = starting;
    if (future == null || !future.isDone()) {
      return;
    }
    starting = null;
    try {
      Started started = future.get();
      child = started.process();
      seen =
          new Seen(
              name(),
              State.STARTING,
              ProcessId.of(started.process().pid()),
              started.version(),
              started.build(),
              System.currentTimeMillis(),
              seen.restarts(),
              seen.generation(),
              seen.rebuild(),
              "");
      StateFiles.writeJson(record(), seen);
      nextProbe = now;
      enter(Phase.RUNNING, now);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      String why =
          cause instanceof OperatorException
              ? String.valueOf(cause.getMessage())
              : cause.toString();
      fail(now, why, true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void watch(long now, boolean hurry, boolean mayStop) throws IOException {
    if (!seen.process().alive()) {
      died(now);
      return;
    }
    boolean outdated = seen.generation() < wanted.generation() || seen.rebuild() < wanted.rebuild();
    if ((!wanted.run().up() || outdated) && mayStop) {
      journal.accept(name() + ": leaving");
      ready = false;
      seen = with(State.STOPPING, "");
      enter(Phase.LEAVING, now);
      if (hurry || wanted.node().kind().keepsPlace()) {
        signal(runner.stopSignal());
        enter(Phase.ENDING, now);
      }
      return;
    }
    // also while it waits for its turn to stop: the others of its tier wait for it to be ready
    ask(now);
    if (ready && now - phaseSince > STABLE.toMillis()) {
      failures = 0;
    }
  }

  private void ask(long now) throws IOException {
    Future<Probe> future = asking;
    if (future == null) {
      if (now >= nextProbe) {
        Wanted asked = wanted;
        asking = threads.submit(() -> runner.probe(asked));
      }
      return;
    }
    if (!future.isDone()) {
      return;
    }
    asking = null;
    Probe probe;
    try {
      probe = future.get();
    } catch (ExecutionException e) {
      probe = Probe.notReady(String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    heard(probe, now);
    nextProbe = now + (ready ? 2000 : wanted.node().kind().service() ? 300 : 200);
  }

  private void heard(Probe probe, long now) {
    listens |= probe.answer() != Probe.Answer.SILENT;
    boolean was = ready;
    ready = probe.answer() == Probe.Answer.READY;
    leads = probe.leads();
    lastReady = ready ? now : lastReady;
    if (ready && !was) {
      journal.accept(name() + ": up after " + (now - phaseSince) + " ms");
    }
    if (was && !ready) {
      journal.accept(name() + ": not ready: " + probe.problem());
    }
    if (ready) {
      seen = with(State.UP, "");
    } else if (was || seen.state() == State.DOWN) {
      seen = with(State.DOWN, probe.problem());
    } else {
      seen = with(State.STARTING, probe.problem());
    }
  }

  private void died(long now) throws IOException {
    Process process = child;
    String how = process == null || process.isAlive() ? "" : " with code " + process.exitValue();
    boolean wasStable = ready && now - phaseSince > STABLE.toMillis();
    failures = wasStable ? 0 : failures;
    String why =
        "its process ended" + how + (wanted.run().up() ? ", see ./tanada logs " + name() : "");
    seen =
        new Seen(
            name(),
            seen.state(),
            ProcessId.NONE,
            seen.version(),
            seen.build(),
            seen.since(),
            seen.restarts() + 1,
            seen.generation(),
            seen.rebuild(),
            "");
    String cause = ready || !wanted.run().up() ? "" : LogFiles.lastCause(home.log(name()));
    fail(now, cause.isEmpty() ? why : why + ": " + cause, false);
  }

  private void fail(long now, String why, boolean neverBegan) throws IOException {
    journal.accept(name() + ": " + why);
    failures++;
    ready = false;
    listens = false;
    asking = null;
    child = null;
    Files.deleteIfExists(record());
    seen = with(neverBegan || failures > FAILED_AFTER ? State.FAILED : State.DOWN, why);
    enter(Phase.PAUSING, now);
  }

  private void ending(long now) throws IOException {
    if (seen.process().alive()) {
      long over = now - phaseSince - runner.graceMillis();
      if (over >= 0 && firmness == 0) {
        journal.accept(
            name() + ": did not end within " + runner.graceMillis() / 1000 + " s, made to end");
        firmness = 1;
        signal(runner.firmSignal());
      } else if (over >= 2000 && firmness == 1) {
        firmness = 2;
        signal("KILL");
      }
      return;
    }
    journal.accept(name() + ": stopped");
    Files.deleteIfExists(record());
    child = null;
    asking = null;
    failures = 0;
    seen =
        new Seen(
            name(),
            State.STOPPED,
            ProcessId.NONE,
            seen.version(),
            seen.build(),
            System.currentTimeMillis(),
            seen.restarts(),
            seen.generation(),
            seen.rebuild(),
            "");
    enter(Phase.IDLE, now);
  }

  private void signal(String signal) {
    ProcessId process = seen.process();
    threads.submit(() -> process.signal(signal));
  }

  private void enter(Phase next, long now) {
    phase = next;
    phaseSince = now;
    firmness = 0;
  }

  private Seen with(State state, String problem) {
    return new Seen(
        seen.name(),
        state,
        seen.process(),
        seen.version(),
        seen.build(),
        seen.since(),
        seen.restarts(),
        seen.generation(),
        seen.rebuild(),
        problem);
  }

  Seen seen() {
    return seen;
  }
}
