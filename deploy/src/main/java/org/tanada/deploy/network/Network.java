package org.tanada.deploy.network;

import java.io.IOException;

/**
 * The network between databases, memcached nodes and who calls them. Whatever happens it is whole
 * again when it is closed.
 */
public interface Network extends AutoCloseable {
  /** Whose way to a node is cut. */
  enum Side {
    /** Of all routers. */
    CALLERS,
    /** Of the databases that replicate from it. */
    FOLLOWERS
  }

  /** What becomes of what is sent. */
  enum Manner {
    /** Nothing arrives, in neither direction; connections stay, and go on when it is over. */
    VANISH,
    /** What is asked arrives; the answers do not, until it is over. */
    ANSWERS_VANISH,
    /** Connections break, and new ones, too. */
    RESET
  }

  /**
   * Cuts a node off, until {@link #heal}.
   *
   * @return what is cut, in words: not every installation can cut every side in every manner
   */
  String cut(String node, Side side, Manner manner) throws IOException;

  /** Takes all cuts of a node back. */
  void heal(String node) throws IOException;

  /** Takes everything back. */
  @Override
  void close() throws IOException;
}
