package org.tanada.deploy.container;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tanada.common.membership.FileMembership;
import org.tanada.common.membership.Node;
import org.tanada.deploy.state.OperatorException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whom the front door calls: the edges, and the balancers for uploads. */
public sealed interface Callees {
  /** Edges and balancers. */
  Map<String, List<Node>> tiers(List<String> regions) throws IOException;

  /**
   * Address of the DNS server that is asked again and again for them, if they are given by name.
   */
  Optional<String> resolver();

  /** On boards: those of a list of nodes, as {@code boards nodes} prints it. */
  record Listed(Path file) implements Callees {
    @Override
    public Map<String, List<Node>> tiers(List<String> regions) throws IOException {
      Map<String, List<Node>> all = FileMembership.read(file);
      Map<String, List<Node>> tiers = new LinkedHashMap<>();
      for (String tier : List.of("edge", "lb")) {
        tiers.put(tier, all.getOrDefault(tier, List.of()));
      }
      return tiers;
    }

    @Override
    public Optional<String> resolver() {
      return Optional.empty();
    }
  }

  /**
   * In one compose system: all that DNS has for the names of the services.
   *
   * @param membership the services' own settings of {@code tanada.membership.dns}, as JSON
   * @param project name of the system of containers, with which their names begin
   * @param edges how many edges are nailed to a region: the first, the second, …
   * @param server the DNS server that knows the containers
   * @param tls whether services speak TLS
   */
  record Resolved(String membership, String project, int edges, String server, boolean tls)
      implements Callees {
    @Override
    public Optional<String> resolver() {
      return Optional.of(server);
    }

    /**
     * What nginx is told: names, which it looks up again and again. Edges of a region are given
     * each by the name of its container; all edges together stand in for one that is away.
     */
    @Override
    public Map<String, List<Node>> tiers(List<String> regions) {
      URI edge = target("edge");
      List<Node> all = new ArrayList<>();
      for (int i = 1; i <= edges; i++) {
        URI address =
            URI.create(
                "%s://%s-%s-%d:%d"
                    .formatted(edge.getScheme(), project, edge.getHost(), i, edge.getPort()));
        all.add(
            new Node(
                "edge-" + i,
                address,
                address,
                Map.of("region", regions.get((i - 1) % regions.size()))));
      }
      all.add(new Node("any edge", edge, edge, Map.of()));
      URI balancer = target("lb");
      Map<String, List<Node>> tiers = new LinkedHashMap<>();
      tiers.put("edge", all);
      tiers.put("lb", List.of(new Node("any balancer", balancer, balancer, Map.of())));
      return tiers;
    }

    /** Address of a tier's data side. */
    private URI target(String tier) {
      try {
        JsonNode target =
            JsonMapper.shared().readTree(membership).at("/tanada/membership/dns/" + tier);
        if (!target.isString()) {
          throw new OperatorException("tanada.membership.dns does not name the tier " + tier);
        }
        String text = target.stringValue();
        int slash = text.indexOf('/');
        return URI.create(
            (tls ? "https://" : "http://") + (slash < 0 ? text : text.substring(0, slash)));
      } catch (JacksonException e) {
        throw new OperatorException("SPRING_APPLICATION_JSON is not JSON", e);
      }
    }
  }
}
