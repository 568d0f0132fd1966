package org.tanada.common.membership;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes of one HTTP tier that are up, in round robin. Each listed node's readiness is asked at
 * an interval; one bad answer, or one failure that a caller reports, takes a node out at once, and
 * two good answers in a row bring it back. A node that has just been listed, and may not even have
 * started, waits for its first good answers, unless no other is up: so a caller that has just
 * started itself can work. When every node is out, all are offered: a wrong verdict must not be
 * worse than none.
 */
public final class LiveTier {
  private static final Logger log = LoggerFactory.getLogger(LiveTier.class);
  private static final int GOOD_ANSWERS_TO_RETURN = 2;

  private final String tier;
  private final Membership membership;
  private final Probes probes;
  private final Map<String, State> states = new ConcurrentHashMap<>();
  private final AtomicInteger turn = new AtomicInteger();

  LiveTier(String tier, Membership membership, Probes probes) {
    this.tier = tier;
    this.membership = membership;
    this.probes = probes;
  }

  /**
   * The nodes to try for one request, the first one by round robin, the others as fall-back in
   * turn; empty only if the tier has no nodes at all.
   */
  public List<Node> candidates() {
    List<Node> up = up();
    List<Node> from = up.isEmpty() ? membership.nodes(tier) : up;
    if (from.size() < 2) {
      return from;
    }
    int first = Math.floorMod(turn.getAndIncrement(), from.size());
    List<Node> rotated = new ArrayList<>(from.size());
    rotated.addAll(from.subList(first, from.size()));
    rotated.addAll(from.subList(0, first));
    return rotated;
  }

  /** The nodes that count as up, in the membership's order. */
  public List<Node> up() {
    List<Node> up = new ArrayList<>();
    List<Node> unknown = new ArrayList<>();
    for (Node node : membership.nodes(tier)) {
      State state = states.get(key(node));
      if (state == null) {
        unknown.add(node);
      } else if (state.up) {
        up.add(node);
      }
    }
    return up.isEmpty() ? unknown : up;
  }

  /** A caller could not reach the node: it is out until it answers probes again. */
  public void reportFailure(Node node) {
    states.computeIfAbsent(key(node), k -> new State(true)).failed(node, "a request failed");
  }

  /** Asks every listed node for its readiness; called at an interval by {@link LiveTiers}. */
  void probe() {
    List<Node> nodes = membership.nodes(tier);
    states.keySet().retainAll(nodes.stream().map(LiveTier::key).toList());
    boolean first = states.isEmpty(); // who was there before us is trusted until it answers badly
    nodes.forEach(node -> states.computeIfAbsent(key(node), k -> new State(first)));
    for (Node node : nodes) {
      probes.ask(node, why -> heard(node, why));
    }
  }

  private void heard(Node node, @Nullable String whyNotReady) {
    State state = states.computeIfAbsent(key(node), k -> new State(false));
    if (whyNotReady == null) {
      state.answered(node);
    } else {
      state.failed(node, whyNotReady);
    }
  }

  /** A node that comes back under its name at another address is another node. */
  private static String key(Node node) {
    return node.name() + " " + node.address();
  }

  private static final class State {
    private volatile boolean up;
    private int good;

    State(boolean up) {
      this.up = up;
    }

    synchronized void answered(Node node) {
      good++;
      if (!up && good >= GOOD_ANSWERS_TO_RETURN) {
        up = true;
        log.info("node {} is up", node.name());
      }
    }

    synchronized void failed(Node node, String why) {
      good = 0;
      if (up) {
        up = false;
        log.warn("node {} is skipped: {}", node.name(), why);
      }
    }
  }
}
