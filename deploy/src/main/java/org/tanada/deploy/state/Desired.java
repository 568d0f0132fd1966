package org.tanada.deploy.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.tanada.deploy.topology.PlannedNode;

/**
 * What the operator wants to run. Commands write it, the supervisor makes it so.
 *
 * @param nodes in the order of their start
 */
public record Desired(List<Wanted> nodes) {
  /** Nothing is wanted. */
  public static final Desired NOTHING = new Desired(List.of());

  public Desired {
    nodes = List.copyOf(nodes);
  }

  /** What is wanted of a node. */
  public enum Run {
    /** Up, and started again when it dies. */
    RUNNING,
    /** The same, while its files go to others, so that it can be removed. */
    DRAINING,
    /** Stopped gracefully, and kept. */
    STOPPED,
    /** Stopped gracefully and forgotten; its data stays on the disk. */
    REMOVED;

    /** Whether it is to be up. */
    public boolean up() {
      return this == RUNNING || this == DRAINING;
    }

    /** What people should know of a node that is well; empty if nothing. */
    public String note() {
      return this == DRAINING ? "its files go to others, then it is removed" : "";
    }
  }

  /**
   * One node and what is wanted of it.
   *
   * @param generation counts wanted restarts: one that runs with a lower number is restarted
   * @param rebuild counts wanted rebuilds of a database's data from its primary
   */
  public record Wanted(PlannedNode node, Run run, int generation, int rebuild) {
    /** The same node, with another wish. */
    public Wanted with(Run other) {
      return new Wanted(node, other, generation, rebuild);
    }

    /** The same node, to be restarted once. */
    public Wanted restarted() {
      return new Wanted(node, run.up() ? run : Run.RUNNING, generation + 1, rebuild);
    }

    /** The same node, its data to be made anew from the primary's. */
    public Wanted rebuilt() {
      return new Wanted(node, Run.RUNNING, generation, rebuild + 1);
    }
  }

  /** A node's wish. */
  public Optional<Wanted> find(String name) {
    return nodes.stream().filter(wanted -> wanted.node().name().equals(name)).findFirst();
  }

  /** The same with one node's wish changed. */
  public Desired change(String name, UnaryOperator<Wanted> change) {
    return changeAll(w -> w.node().name().equals(name) ? change.apply(w) : w);
  }

  /** The same with every wish changed. */
  public Desired changeAll(UnaryOperator<Wanted> change) {
    return new Desired(nodes.stream().map(change).toList());
  }

  /**
   * Makes it fit the plan: new nodes are wanted running, those that are planned no more are
   * removed, and those planned again after a removal run again, as do those that were being
   * drained. Wishes of the others stay.
   */
  public Desired fit(List<PlannedNode> plan) {
    List<Wanted> fitted = new ArrayList<>();
    for (PlannedNode node : plan) {
      Wanted old = find(node.name()).orElse(null);
      if (old == null) {
        fitted.add(new Wanted(node, Run.RUNNING, 0, 0));
      } else {
        Run run = old.run() == Run.STOPPED ? Run.STOPPED : Run.RUNNING;
        fitted.add(new Wanted(node, run, old.generation(), old.rebuild()));
      }
    }
    for (Wanted old : nodes) {
      if (plan.stream().noneMatch(node -> node.name().equals(old.node().name()))) {
        fitted.add(old.with(Run.REMOVED));
      }
    }
    return new Desired(fitted);
  }
}
