package org.tanada.deploy.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.tanada.deploy.state.Desired;
import org.tanada.deploy.state.Desired.Run;
import org.tanada.deploy.state.Desired.Wanted;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.Observed.Seen;
import org.tanada.deploy.state.Observed.State;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.ProcessId;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.Change;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Topology;
import org.tanada.deploy.topology.TopologyFile;

/** Single nodes, and how many there are: stop, start, restart, kill, scale. */
public final class NodeControl {
  /** Longer than the drain, the grace and the firm signal together. */
  private static final int STOP_SECONDS = 45;

  private static final int START_SECONDS = 120;

  private final Home home;
  private final Control control;

  /** The nodes of an installation. */
  public NodeControl(Home home) {
    this.home = home;
    this.control = new Control(home);
  }

  /**
   * Stops a node in order; it stays stopped until it is started.
   *
   * @throws OperatorException if there is no such node, or it does not stop in time
   */
  public void stop(String node) throws IOException {
    need(node);
    control.change(desired -> desired.change(node, w -> w.with(Run.STOPPED)));
    await(node, STOP_SECONDS, "did not stop", seen -> seen.state() == State.STOPPED);
  }

  /**
   * Ends a node's process at once, even one that hangs, and keeps it from being started again.
   *
   * @return whether it was meant to run
   * @throws OperatorException if it does not end
   */
  public boolean fence(String node) throws IOException {
    need(node);
    boolean meant = control.desired().find(node).filter(w -> w.run().up()).isPresent();
    control.change(desired -> desired.change(node, w -> w.with(Run.STOPPED)));
    control
        .observed()
        .find(node)
        .map(Seen::process)
        .filter(ProcessId::alive)
        .ifPresent(NodeControl::killTree);
    await(node, STOP_SECONDS, "did not end", seen -> seen.state() == State.STOPPED);
    return meant;
  }

  /** Takes {@link #fence} back; does not wait for it. */
  public void release(String node) throws IOException {
    control.change(desired -> desired.change(node, w -> w.with(Run.RUNNING)));
  }

  /** Starts a node that is stopped, and waits until it is ready. */
  public void start(String node) throws IOException {
    need(node);
    control.change(desired -> desired.change(node, w -> w.with(Run.RUNNING)));
    await(node, START_SECONDS, "is not up", seen -> seen.state() == State.UP);
  }

  /** Stops a node in order, starts it again, and waits until it is ready. */
  public void restart(String node) throws IOException {
    need(node);
    int generation =
        control
            .change(desired -> desired.change(node, Wanted::restarted))
            .find(node)
            .orElseThrow()
            .generation();
    await(
        node,
        STOP_SECONDS + START_SECONDS,
        "is not up again",
        seen -> seen.generation() == generation && seen.state() == State.UP);
  }

  /**
   * Ends a node's process at once, by SIGKILL; the supervisor starts it again. Returns when the
   * process is gone.
   *
   * @return the process that was ended
   */
  public ProcessId kill(String node) throws IOException {
    need(node);
    ProcessId process = control.observed().find(node).map(Seen::process).orElse(ProcessId.NONE);
    if (!process.alive()) {
      throw new OperatorException(node + " has no process: ./tanada start " + node);
    }
    killTree(process);
    if (!Control.await(10, () -> !process.alive())) {
      throw new OperatorException(node + " cannot be killed: is it another user's process?");
    }
    return process;
  }

  /**
   * Sends a signal to a node's process.
   *
   * @param signal its name: {@code STOP}, {@code CONT}
   */
  public void signal(String node, String signal) throws IOException {
    need(node);
    ProcessId process = control.observed().find(node).map(Seen::process).orElse(ProcessId.NONE);
    if (!process.signal(signal)) {
      throw new OperatorException(node + " has no process: ./tanada start " + node);
    }
  }

  /** Workers of nginx would outlive their master, and keep its ports. */
  private static void killTree(ProcessId process) {
    List<ProcessId> children =
        ProcessHandle.of(process.pid()).stream()
            .flatMap(ProcessHandle::children)
            .map(child -> ProcessId.of(child.pid()))
            .toList();
    process.signal("KILL");
    children.forEach(child -> child.signal("KILL"));
  }

  /**
   * Gives tiers so many nodes. Returns when the new ones are ready and the removed ones, after they
   * have finished what they had, are gone.
   *
   * @throws OperatorException if a tier cannot have so many
   */
  public void scale(Map<String, Integer> counts) throws IOException {
    await(beginScale(counts));
  }

  /** Wants tiers to have so many nodes, and returns at once; {@link #await} waits. */
  public Change beginScale(Map<String, Integer> counts) throws IOException {
    Topology before = topology();
    return begin(before, before.scaled(counts));
  }

  /** Wants one more cluster of databases, and returns at once; {@link #await} waits. */
  public Change beginCluster() throws IOException {
    Topology before = topology();
    return begin(before, before.withCluster());
  }

  /** Wants a cluster of databases to go, and returns at once; {@link #await} waits. */
  public Change beginRemoval(String cluster) throws IOException {
    Topology before = topology();
    return begin(before, before.withoutCluster(cluster));
  }

  private Change begin(Topology before, Topology goal) throws IOException {
    if (!control.supervised()) {
      throw new OperatorException("Tanada is not up: run ./tanada up");
    }
    StateFiles.write(home.topology(), TopologyFile.write(goal));
    control.change(desired -> desired.fit(planned(desired, goal)));
    return Change.between(before, goal);
  }

  /** What was never started, because it was not built, is not started by a change. */
  private static List<PlannedNode> planned(Desired desired, Topology goal) {
    return goal.nodes().stream()
        .filter(n -> desired.nodes().stream().anyMatch(w -> w.node().kind() == n.kind()))
        .toList();
  }

  /** Waits until a change is done. */
  public void await(Change change) throws IOException {
    for (String node : change.added()) {
      await(node, START_SECONDS, "is not up", seen -> seen.state() == State.UP);
    }
    boolean gone =
        Control.await(
            STOP_SECONDS,
            () -> change.removed().stream().noneMatch(node -> seen(node).isPresent()));
    if (!gone) {
      throw new OperatorException(
          String.join(" ", change.removed()) + " did not leave within " + STOP_SECONDS + " s");
    }
    control.change(desired -> desired);
  }

  private Topology topology() throws IOException {
    if (!java.nio.file.Files.exists(home.topology())) {
      throw new OperatorException("nothing is set up here: run ./tanada up");
    }
    return TopologyFile.read(home.topology());
  }

  private java.util.Optional<Seen> seen(String node) {
    try {
      return control.observed().find(node);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void need(String node) throws IOException {
    Desired desired = control.desired();
    if (desired.find(node).filter(w -> w.run() != Run.REMOVED).isEmpty()) {
      List<String> names = desired.nodes().stream().map(w -> w.node().name()).toList();
      throw new OperatorException(
          "there is no node \""
              + node
              + "\""
              + (names.isEmpty() ? ": run ./tanada up" : ": " + String.join(" ", names)));
    }
    if (!control.supervised()) {
      throw new OperatorException("Tanada is not up: run ./tanada up");
    }
  }

  private void await(String node, int seconds, String otherwise, Predicate<Seen> condition) {
    boolean met = Control.await(seconds, () -> seen(node).filter(condition).isPresent());
    if (!met) {
      String problem = seen(node).map(Seen::problem).orElse("");
      throw new OperatorException(
          node
              + " "
              + otherwise
              + " within "
              + seconds
              + " s: "
              + (problem.isEmpty() ? "see ./tanada logs " + node : problem));
    }
  }
}
