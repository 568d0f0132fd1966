package org.tanada.common.blob;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tanada.common.membership.Node;

/**
 * Which nodes of a purpose hold a file: rendezvous hashing (Thaler and Ravishankar, 1998). Every
 * node has a weight for each id and the heaviest ones hold it, so that a node that comes or goes
 * moves only the files that it takes or held.
 */
public final class BlobPlacement {
  private BlobPlacement() {}

  /** The nodes in the order in which they are to hold the file; the first one takes its writes. */
  public static List<Node> order(long id, List<Node> nodes) {
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
