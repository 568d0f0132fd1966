package org.tanada.deploy.launcher;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.tanada.common.credential.ServiceKey;
import org.tanada.deploy.measure.NodeStatus;
import org.tanada.deploy.network.Network;
import org.tanada.deploy.topology.Change;

/**
 * One way to run a system. Names of nodes and tiers are those of the topology; every method fails
 * with an {@link org.tanada.deploy.state.OperatorException} that says what to do.
 */
public interface Launcher {
  /** Address of the front door. */
  URI frontDoor() throws IOException;

  /** How every node is, quickly. */
  List<NodeState> states() throws IOException;

  /** How every node is and what it uses; rates are those since the look before. */
  List<NodeStatus> look() throws IOException, InterruptedException;

  /** What keeps the system as a whole from being looked after; empty if nothing does. */
  String concern() throws IOException;

  /** Stops a node in order; it stays stopped until it is started. */
  void stop(String node) throws IOException;

  /** Starts a node that is stopped, and waits until it is ready. */
  void start(String node) throws IOException;

  /** Stops a node in order, starts it again, and waits until it is ready. */
  void restart(String node) throws IOException;

  /**
   * Ends a node without warning; it is started again. Returns when it is gone.
   *
   * @return the process that was ended, by its number on this machine
   */
  long kill(String node) throws IOException;

  /** Freezes a node: it answers nothing any more, and has everything when it goes on. */
  void hang(String node) throws IOException;

  /** Lets a frozen node go on. */
  void resume(String node) throws IOException;

  /**
   * The network of databases and memcached nodes, to be cut. Whoever asks for it closes it; a way
   * of running that has to change something for it does so until then.
   */
  Network network() throws IOException;

  /**
   * Lets all replicas of databases lag by so many whole seconds on purpose, and returns when they
   * do; zero takes it back.
   */
  void delayReplicas(Duration delay) throws IOException;

  /**
   * Empties the storage nodes that would go if tiers had so many, while their files can be read;
   * returns when nothing is left on them. Where nodes cannot be labelled it does nothing: what a
   * node that goes held alone is on its disk still.
   *
   * @param say is told how it goes on
   */
  void drain(Map<String, Integer> counts, Consumer<String> say) throws IOException;

  /** Wants tiers to have so many nodes, and returns at once; {@link #await} waits. */
  Change beginScale(Map<String, Integer> counts) throws IOException;

  /**
   * Wants one more cluster of databases, which has no shards yet, and returns at once; {@link
   * #await} waits.
   */
  Change beginCluster() throws IOException;

  /**
   * Wants a cluster of databases to go, so that callers forget it, and returns at once; {@link
   * #finishRemoval} waits. Nobody looks here whether it still holds shards.
   */
  Change beginRemoval(String cluster) throws IOException;

  /**
   * Waits until the nodes of a cluster are gone.
   *
   * @param purge deletes their data as well
   */
  void finishRemoval(Change change, boolean purge) throws IOException;

  /** Waits until what was added is ready, and what was removed has finished and is gone. */
  void await(Change change) throws IOException;

  /** Certificate of the authority that vouches for the front door. */
  Path authority() throws IOException;

  /**
   * Shows the end of what nodes wrote to their logs.
   *
   * @param node one of them, or empty for all
   * @param lines how many of each
   * @param follow goes on until the caller is ended
   * @param to takes a line, with the node that wrote it
   */
  void logs(String node, int lines, boolean follow, LogSink to) throws IOException;

  /**
   * Asks any node of a tier of services, with the operator's credential.
   *
   * @param body JSON; empty for a GET, else it is a POST
   */
  Reply ask(String tier, String path, String body) throws IOException;

  /** The services of a tier that are meant to run, by where they take calls. */
  List<Service> services(String tier) throws IOException;

  /**
   * A service as other services reach it.
   *
   * @param node its name
   */
  record Service(String node, URI address) {}

  /** What the operator shows the services of a tier now. */
  String credential(String tier) throws IOException;

  /**
   * Gives every service a new key, while all of them run.
   *
   * @param overlap for how long the ones before are good
   */
  void replaceServiceKeys(Duration overlap) throws IOException;

  /** Of every service the public keys that others know. */
  List<ServiceKey> serviceKeys() throws IOException;

  /** The same of all nodes of a tier that answer. */
  List<Reply> askAll(String tier, String path, String body) throws IOException;

  /** The same by GET. */
  default List<Reply> askAll(String tier, String path) throws IOException {
    return askAll(tier, path, "");
  }

  /** The directory of a node's data; none where it is not one of this machine's. */
  Optional<Path> data(String node);

  /** Whether it can do {@link #promote}. */
  boolean promotes() throws IOException;

  /**
   * Makes another node of a cluster of databases its primary.
   *
   * @throws org.tanada.deploy.state.OperatorException if acknowledged writes would be lost that may
   *     not be
   */
  PromotionRequest.Promoted promote(PromotionRequest wanted) throws IOException;

  /**
   * What a node answered.
   *
   * @param status of HTTP
   * @param body JSON
   */
  record Reply(int status, String body) {}

  /** Takes what nodes wrote. */
  interface LogSink {
    /** A line of a node. */
    void line(String node, String text);
  }

  /**
   * How a node is.
   *
   * @param state {@code up down starting stopping stopped failed}
   * @param problem empty when there is none
   */
  record NodeState(String name, String tier, String state, String problem) {
    /** Whether nothing is to be waited for: it does its work, or is not meant to. */
    public boolean settled() {
      return state.equals("up") || state.equals("stopped");
    }
  }
}
