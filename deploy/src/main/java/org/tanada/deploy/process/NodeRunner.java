package org.tanada.deploy.process;

import java.io.IOException;
import java.util.List;
import org.tanada.deploy.state.Desired.Wanted;
import org.tanada.deploy.topology.PlannedNode;

/** How one kind of node is started, asked and stopped. */
interface NodeRunner {
  /**
   * Prepares what the node needs and starts its process; may take seconds.
   *
   * @throws org.tanada.deploy.state.OperatorException if it cannot be started, with what to do
   */
  Started start(Wanted wanted) throws IOException, InterruptedException;

  /** Asks whether it can do its work; answers within about two seconds. */
  Probe probe(Wanted wanted) throws IOException;

  /** The signal that asks it to leave in order. */
  default String stopSignal() {
    return "TERM";
  }

  /** How long it may take to leave, in milliseconds, before it is made to end. */
  default long graceMillis() {
    return 30_000;
  }

  /** The signal that follows when the grace is over; SIGKILL follows two seconds later. */
  default String firmSignal() {
    return "KILL";
  }

  /** Told which nodes can do their work, primaries first, whenever that changes. */
  default void membership(List<PlannedNode> ready) throws IOException {}

  /** Whether something else has changed, and it is to be told again who is ready. */
  default boolean outdated() throws IOException {
    return false;
  }
}
