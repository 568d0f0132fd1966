package org.tanada.deploy.process;

import org.tanada.deploy.topology.Kind;

/** Gives the runner of a kind of node. */
@FunctionalInterface
interface Runners {
  /** The runner of all nodes of that kind. */
  NodeRunner of(Kind kind);
}
