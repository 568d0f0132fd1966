package org.tanada.deploy.drill;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.tanada.deploy.network.Network;

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

  /** Gets ready for {@link #cut}, so that the first one is not a disturbance of another kind. */
  void readyToCut();

  /**
   * Cuts a node of the data tier off, until {@link #heal}.
   *
   * @return what is cut, in words
   */
  String cut(String node, Network.Side side, Network.Manner manner);

  /** Takes all cuts of a node back. */
  void heal(String node);

  /** Lets all replicas of databases lag by whole seconds on purpose; zero takes it back. */
  void delayReplicas(Duration delay);

  /** The directory of a node's data, where it is one of this machine's. */
  Optional<Path> data(String node);

  /** Lets all edges drop what they keep under these paths; 100 at most. */
  void forgetAtEdges(List<String> paths);

  /** Its routers. */
  DataTier data();

  /**
   * Waits until every node is up.
   *
   * @throws IllegalStateException if some are not after the given time; the message names them
   */
  void awaitReady(Duration limit);

  /**
   * Its backups, and its end.
   *
   * @throws IllegalStateException if there are none of a system like this
   */
  default Recovery recovery() {
    throw new IllegalStateException("of this system there are no backups");
  }

  /** Gives a tier so many nodes; returns when the new ones are up, or the removed ones gone. */
  void scale(String tier, int count);
}
