package org.tanada.common.membership;

import java.net.URI;
import java.util.Map;

/**
 * One process of a tier.
 *
 * @param name unique in the installation, {@code tier-n}, for example {@code app-2}
 * @param address where callers reach it
 * @param control where its {@code /actuator} and {@code /internal} live; the address itself unless
 *     the data path is apart
 * @param labels facts about it, for example the region of an edge
 */
public record Node(String name, URI address, URI control, Map<String, String> labels) {
  public Node {
    labels = Map.copyOf(labels);
  }
}
