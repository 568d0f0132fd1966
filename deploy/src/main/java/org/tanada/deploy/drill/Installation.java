package org.tanada.deploy.drill;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/** The running system as a drill handles it, however its processes are started. */
public interface Installation {
  /** Address of the front door. */
  URI frontDoor();

  /** Names of the nodes of a tier that should be running. */
  List<String> nodes(String tier);

  /**
   * Ends a node without warning; whoever supervises it starts it again. Returns when it is gone.
   */
  void kill(String node);

  /** Freezes a node: it answers nothing any more, and has everything when it goes on. */
  void hang(String node);

  /** Takes {@link #hang} back. */
  void resume(String node);

  /** Its routers. */
  DataTier data();

  /**
   * Waits until every node is up.
   *
   * @throws IllegalStateException if some are not after the given time; the message names them
   */
  void awaitReady(Duration limit);

  /** Gives a tier so many nodes; returns when the new ones are up, or the removed ones gone. */
  void scale(String tier, int count);
}
