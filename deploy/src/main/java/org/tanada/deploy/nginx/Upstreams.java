package org.tanada.deploy.nginx;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.tanada.common.membership.Node;

/** The topology in nginx's words: which servers each pool has. */
final class Upstreams {
  private static final String LIMITS = " max_fails=1 fail_timeout=2s";

  /** A pool needs a server even when its tier has none; requests are answered 503 before that. */
  private static final String NOBODY = "  server 127.0.0.1:9 down;";

  private static final Pattern CLUSTER = Pattern.compile("mysql-([1-9][0-9]{0,2})");

  private final Map<String, List<Node>> tiers;
  private final boolean resolving;

  /** With {@code resolving}, servers given by name are looked up again and again. */
  Upstreams(Map<String, List<Node>> tiers, boolean resolving) {
    this.tiers = tiers;
    this.resolving = resolving;
  }

  /** One pool a region: its own edges first; all edges alike where the region has none. */
  String edgePools(List<String> regions) {
    List<String> pools = new ArrayList<>();
    for (String region : regions) {
      List<Node> own = new ArrayList<>();
      List<Node> others = new ArrayList<>();
      for (Node edge : nodes("edge")) {
        (region.equals(edge.labels().get("region")) ? own : others).add(edge);
      }
      StringBuilder pool = new StringBuilder("upstream edge_" + region + " {\n");
      pool.append("  zone edge_").append(region).append(" 64k;\n");
      if (own.isEmpty()) {
        pool.append(servers(others, LIMITS)).append('\n');
      } else {
        pool.append(servers(own, LIMITS)).append('\n');
        if (!others.isEmpty()) {
          pool.append(servers(others, LIMITS + " backup")).append('\n');
        }
      }
      pool.append("  keepalive 64;\n  keepalive_timeout 30s;\n}");
      pools.add(pool.toString());
    }
    return String.join("\n\n", pools);
  }

  /** The lines of the balancers. */
  String balancers() {
    return servers(nodes("lb"), LIMITS);
  }

  /** Whether edges and balancers speak TLS: all of an installation do, or none. */
  boolean speakTls() {
    return Stream.of("edge", "lb")
        .flatMap(tier -> nodes(tier).stream())
        .anyMatch(node -> "https".equals(node.address().getScheme()));
  }

  boolean has(String tier) {
    return !nodes(tier).isEmpty();
  }

  /** One TCP server a shard cluster. Its primary is the first of its nodes. */
  String sqlClusters(String bindAddress, int portBase) {
    Map<Integer, List<Node>> clusters = new TreeMap<>();
    tiers.forEach((tier, nodes) -> {
      Matcher matcher = CLUSTER.matcher(tier);
      if (matcher.matches() && !nodes.isEmpty()) {
        clusters.put(Integer.parseInt(matcher.group(1)), nodes);
      }
    });
    List<String> servers = new ArrayList<>();
    clusters.forEach((number, nodes) ->
        servers.add(
            """
              upstream mysql_%1$d {
                zone mysql_%1$d 64k;
                least_conn;
            %2$s
              }
              server {
                listen %3$s:%4$d;
                proxy_connect_timeout 1s;
                proxy_timeout 10m;
                proxy_pass mysql_%1$d;
              }\
            """
                .formatted(number, sqlServers(nodes), bindAddress, portBase + number)));
    return String.join("\n\n", servers);
  }

  private String sqlServers(List<Node> nodes) {
    Node primary = nodes.getFirst();
    List<Node> replicas = nodes.subList(1, nodes.size());
    String first = servers(replicas.isEmpty() ? List.of(primary) : replicas, LIMITS);
    String both =
        replicas.isEmpty() ? first : first + "\n" + servers(List.of(primary), LIMITS + " backup");
    return both.indent(2).stripTrailing();
  }

  private List<Node> nodes(String tier) {
    return tiers.getOrDefault(tier, List.of());
  }

  private String servers(List<Node> nodes, String limits) {
    if (nodes.isEmpty()) {
      return NOBODY;
    }
    List<String> lines = new ArrayList<>();
    for (Node node : nodes) {
      String resolve = resolving ? " resolve" : "";
      lines.add(
          "  server " + hostAndPort(node.address()) + limits + resolve + "; # " + node.name());
    }
    return String.join("\n", lines);
  }

  private static String hostAndPort(URI address) {
    String host = address.getHost();
    if (host == null) {
      throw new IllegalArgumentException("a node's address has no host: " + address);
    }
    return host + ":" + (address.getPort() < 0 ? 80 : address.getPort());
  }
}
