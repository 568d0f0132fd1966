package org.tanada.deploy.ship;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.tanada.deploy.topology.TopologyFile;

/** What the operator's machine and the front door's board have to agree on. */
final class FrontDoor {
  /** The secret that is its certificate with its issuers. */
  static final String CHAIN = "server.pem";

  /** The secret that is its certificate's key. */
  static final String KEY = "server-key.pem";

  private FrontDoor() {}

  /** All regions that it knows: those that have an edge first, then the usual ones. */
  static List<String> regions(Collection<String> ofEdges) {
    Set<String> regions = new LinkedHashSet<>(ofEdges);
    regions.remove("");
    regions.addAll(TopologyFile.regions());
    return List.copyOf(regions);
  }
}
