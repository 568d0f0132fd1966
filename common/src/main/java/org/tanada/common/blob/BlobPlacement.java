package org.tanada.common.blob;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tanada.common.membership.Node;

/**
 * Which nodes of a purpose hold a file: rendezvous hashing (Thaler and Ravishankar, 1998). Every
 * node has a weight for each id and the heaviest ones hold it, so that a node that comes or goes
 * moves only the files that it takes or held.
 *
 * <p>The heaviest node of each board comes before the second of any, so that copies are on
 * different boards while there are as many. A node's board is its label {@value #BOARD}, or else
 * the host of its address. Nodes that are labelled {@value #DRAINING} come last of all.
 */
public final class BlobPlacement {
  /** Label of a node: which machine, shelf or room goes down with it. */
  public static final String BOARD = "board";

  /** Label of a node that is to be emptied: {@code "true"}. */
  public static final String DRAINING = "draining";

  private BlobPlacement() {}

  /** Whether the node is to be emptied: it is read from and takes nothing new. */
  public static boolean draining(Node node) {
    return Boolean.parseBoolean(node.labels().get(DRAINING));
  }

  /** What goes down with the node. */
  public static String board(Node node) {
    String host = String.valueOf(node.address().getHost());
    return node.labels().getOrDefault(BOARD, host);
  }

  /** The nodes in the order in which they are to hold the file; the first one takes its writes. */
  public static List<Node> order(long id, List<Node> nodes) {
    List<Node> left = byWeight(id, nodes);
    List<Node> order = new ArrayList<>();
    while (!left.isEmpty()) {
      Set<String> boards = new HashSet<>();
      List<Node> round = left.stream().filter(node -> boards.add(board(node))).toList();
      order.addAll(round);
      left.removeAll(round);
    }
    order.sort(Comparator.comparing(BlobPlacement::draining)); // stable: those that stay first
    return order;
  }

  private static List<Node> byWeight(long id, List<Node> nodes) {
    Map<Node, Long> weights = new HashMap<>();
    for (Node node : nodes) {
      weights.put(node, weight(id, node.name()));
    }
    List<Node> order = new ArrayList<>(nodes);
    order.sort(Comparator.<Node, Long>comparing(weights::get).reversed().thenComparing(Node::name));
    return order;
  }

  private static long weight(long id, String node) {
    long hash = 0xcbf29ce484222325L; // FNV-1a over the name, then mixed with the id
    for (byte b : node.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ b) * 0x100000001b3L;
    }
    return mix(mix(hash) ^ id) >>> 1;
  }

  /** The finalizer of SplitMix64: neighbouring inputs give unrelated outputs. */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
