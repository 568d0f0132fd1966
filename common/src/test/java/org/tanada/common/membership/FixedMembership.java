package org.tanada.common.membership;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Membership that a test sets. */
public final class FixedMembership implements Membership {
  private final Map<String, List<Node>> tiers = new ConcurrentHashMap<>();

  /** From now on the tier has these nodes. */
  public void set(String tier, List<Node> nodes) {
    tiers.put(tier, List.copyOf(nodes));
  }

  @Override
  public List<Node> nodes(String tier) {
    return tiers.getOrDefault(tier, List.of());
  }

  @Override
  public Set<String> tiers() {
    return tiers.keySet();
  }
}
