package org.tanada.deploy.topology;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which tiers an installation has, and how many nodes each.
 *
 * @param ports where they listen
 * @param tiers in the order of their start
 * @param tls whether our services speak TLS with each other
 */
public record Topology(Ports ports, List<Tier> tiers, boolean tls) {
  /** Members of a group: the fewest of which one can go, and most are still there. */
  private static final int GROUP = 3;

  public Topology {
    tiers = List.copyOf(tiers);
    long names = tiers.stream().map(Tier::name).distinct().count();
    if (names != tiers.size()) {
      throw new IllegalArgumentException("a tier is named twice");
    }
    List<Integer> blocks = purposes(tiers).values().stream().map(Purpose::block).toList();
    if (blocks.stream().distinct().count() != blocks.size()) {
      throw new IllegalArgumentException("two purposes have the same port");
    }
  }

  /** The same kind of thing where services speak plain HTTP. */
  public Topology(Ports ports, List<Tier> tiers) {
    this(ports, tiers, false);
  }

  /** Every node, in the order of the tiers. */
  public List<PlannedNode> nodes() {
    List<PlannedNode> nodes = new ArrayList<>();
    for (Tier tier : tiers) {
      for (int index = 1; index <= tier.nodes(); index++) {
        nodes.add(PlannedNode.of(tier, index, ports).speaking(tls));
      }
    }
    return nodes;
  }

  /**
   * What a node of a tier is told of the purposes of files, as environment variables; nothing if
   * they are the usual ones.
   */
  public Map<String, String> purposeSettings(String tier) {
    return Purpose.settings(tier, purposes(tiers));
  }

  private static Map<String, Purpose> purposes(List<Tier> tiers) {
    Map<String, Purpose> purposes = new LinkedHashMap<>();
    for (Tier tier : tiers) {
      Purpose purpose = tier.purpose();
      if (purpose != null) {
        purposes.put(tier.name(), purpose);
      }
    }
    return purposes;
  }

  /** The tier of the given name, if there is one. */
  public Optional<Tier> tier(String name) {
    return tiers.stream().filter(tier -> tier.name().equals(name)).findFirst();
  }

  /** The same with another number of nodes in one tier. */
  public Topology with(String tier, int nodes) {
    return withTiers(
        tiers.stream().map(t -> t.name().equals(tier) ? t.withNodes(nodes) : t).toList());
  }

  /** The same with something else said of the files of a tier. */
  public Topology with(String tier, Purpose purpose) {
    return withTiers(
        tiers.stream()
            .map(t -> t.name().equals(tier) ? new Tier(tier, t.nodes(), t.regions(), purpose) : t)
            .toList());
  }

  /**
   * The same with as many nodes in some tiers as an operator wishes.
   *
   * @throws IllegalArgumentException if a tier cannot have so many; the message says why
   */
  public Topology scaled(Map<String, Integer> counts) {
    Topology scaled = this;
    for (Map.Entry<String, Integer> entry : counts.entrySet()) {
      scaled = scaled.scaled(entry.getKey(), entry.getValue());
    }
    return scaled;
  }

  private Topology scaled(String tier, int count) {
    Tier known =
        tier(tier)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "there is no tier \"" + tier + "\" here: " + String.join(" ", scalable())));
    if (known.kind() == Kind.MYSQL) {
      throw new IllegalArgumentException(
          "databases are not scaled by this command: ./tanada shards add, then shards balance");
    }
    if (!known.kind().scalable()) {
      throw new IllegalArgumentException(
          "there is one "
              + tier
              + (known.kind() == Kind.NGINX ? ", the front door" : "")
              + ": it is not scaled");
    }
    if (known.kind() == Kind.STORAGE && count < known.nodes() - 1) {
      throw new IllegalArgumentException(
          "files are on two nodes of "
              + tier
              + ": remove one node at a time, "
              + tier
              + "="
              + (known.nodes() - 1));
    }
    return with(tier, count);
  }

  /**
   * The same with one more cluster of databases, which has as many nodes as the first.
   *
   * @throws IllegalArgumentException if there is no room for it; the message says why
   */
  public Topology withCluster() {
    List<Tier> clusters = tiers.stream().filter(t -> t.kind() == Kind.MYSQL).toList();
    int number = 1 + clusters.stream().mapToInt(t -> Ports.cluster(t.name())).max().orElseThrow();
    if (number > Ports.MOST_CLUSTERS) {
      throw new IllegalArgumentException(
          "there is room for " + Ports.MOST_CLUSTERS + " clusters on one machine");
    }
    List<Tier> more = new ArrayList<>(tiers);
    more.add(
        tiers.indexOf(clusters.getLast()) + 1,
        new Tier("mysql-" + number, clusters.getFirst().nodes(), List.of()));
    return withTiers(more);
  }

  /**
   * The same without a cluster of databases.
   *
   * @throws IllegalArgumentException if it is not there, or the only one; the message says so
   */
  public Topology withoutCluster(String cluster) {
    List<String> clusters =
        tiers.stream().filter(t -> t.kind() == Kind.MYSQL).map(Tier::name).toList();
    if (!clusters.contains(cluster)) {
      throw new IllegalArgumentException(
          "there is no cluster \"%s\": %s".formatted(cluster, String.join(" ", clusters)));
    }
    if (clusters.size() == 1) {
      throw new IllegalArgumentException(cluster + " is the only cluster: it stays");
    }
    return withTiers(tiers.stream().filter(t -> !t.name().equals(cluster)).toList());
  }

  /** The same with each cluster of databases as a group of three. */
  public Topology withGroups() {
    Topology grouped = this;
    for (Tier tier : tiers) {
      if (tier.kind() == Kind.MYSQL) {
        grouped = grouped.with(tier.name(), GROUP);
      }
    }
    return grouped;
  }

  /** Whether its clusters of databases are groups. */
  public boolean groups() {
    return tiers.stream().anyMatch(tier -> tier.kind() == Kind.MYSQL && tier.nodes() == GROUP);
  }

  private List<String> scalable() {
    return tiers.stream().filter(t -> t.kind().scalable()).map(Tier::name).toList();
  }

  /** The same on other ports. */
  public Topology with(Ports other) {
    return new Topology(other, tiers, tls);
  }

  /** The same with other tiers. */
  public Topology withTiers(List<Tier> others) {
    return new Topology(ports, others, tls);
  }

  /** The same whose services speak TLS with each other, or plain HTTP. */
  public Topology speaking(boolean withTls) {
    return new Topology(ports, tiers, withTls);
  }
}
