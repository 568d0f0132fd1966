package org.tanada.common.membership;

import java.util.List;
import java.util.Set;

/**
 * Which nodes a tier has. A tier is a name: {@code app}, {@code storage-videos}, {@code mysql-1}.
 * The answer changes while the system runs; ask anew for each decision. Whether a listed node is up
 * is for {@link LiveTier} to find out.
 */
public interface Membership {
  /** The listed nodes of the tier, in a stable order; empty for an unknown tier. */
  List<Node> nodes(String tier);

  /** The names of all tiers that have nodes. */
  Set<String> tiers();
}
