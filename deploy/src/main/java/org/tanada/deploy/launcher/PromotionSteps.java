package org.tanada.deploy.launcher;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.tanada.deploy.database.Promotion.Standing;

/** What a promotion does with the nodes of one cluster, by the way that they run. */
public interface PromotionSteps {
  /**
   * How the cluster is.
   *
   * @throws org.tanada.deploy.state.OperatorException if no node answers
   */
  Standing look() throws IOException;

  /** Whoever looks after the nodes leaves them as they are, but for a limited time. */
  void hold() throws IOException;

  /** Takes {@link #hold} back. */
  void letGo() throws IOException;

  /**
   * Ends a node at once, even one that hangs, and keeps it from being started again.
   *
   * @return whether it was meant to run
   */
  boolean fence(String node) throws IOException;

  /** Takes {@link #fence} back; does not wait for it. */
  void release(String node) throws IOException;

  /** The primary takes no writes any more; whoever waits for a commit has it, or an error. */
  void freeze(String primary) throws IOException;

  /** Takes {@link #freeze} back. */
  void thaw(String primary) throws IOException;

  /**
   * Waits until a replica has all that the primary has.
   *
   * @throws org.tanada.deploy.state.OperatorException if it has not in time, or has what the
   *     primary lacks
   */
  void awaitAll(String primary, String replica) throws IOException;

  /** A replica applies all that it had received from a primary that is gone. */
  void applyReceived(String replica) throws IOException;

  /**
   * How many writes a replica lacks at most.
   *
   * @param acknowledged positions that clients were told of
   * @return empty if none is given: then nobody knows
   */
  Optional<Long> missing(String replica, List<String> acknowledged) throws IOException;

  /** Makes a replica the primary. */
  void begin(String replica, long term) throws IOException;
}
