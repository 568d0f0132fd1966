package org.tanada.deploy.container;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.tanada.deploy.container.Containers.Container;
import org.tanada.deploy.launcher.Launcher.Service;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Topology;

/**
 * Services as this machine reaches them in the engine's own networks, which only an engine on this
 * very machine has.
 */
final class ContainerServices {
  private static final String HOST = "HOST";

  private final Docker docker;
  private final Map<String, String> said = new ConcurrentHashMap<>();

  ContainerServices(Docker docker) {
    this.docker = docker;
  }

  /** The services of a tier that run. */
  List<Service> of(String tier, Topology topology, List<Container> all) throws IOException {
    List<Service> services = new ArrayList<>();
    for (PlannedNode node : topology.nodes()) {
      Optional<Container> container = Containers.of(node, all).filter(Container::running);
      if (node.tier().equals(tier) && container.isPresent()) {
        services.add(
            new Service(
                node.name(),
                URI.create(said(container.get()).replace(HOST, container.get().address()))));
      }
    }
    return services;
  }

  /**
   * How and where it takes calls, as it says itself, with {@link #HOST} for its address; it stays
   * so as long as the container lives.
   */
  private String said(Container container) throws IOException {
    String known = said.get(container.id());
    if (known == null) {
      known =
          docker
              .output(
                  "exec",
                  container.id(),
                  "bash",
                  "-c",
                  "echo \"http${TANADA_TLS_DIRECTORY:+s}://"
                      + HOST
                      + ":${TANADA_ROUTER_DATAPATH_PORT:-$SERVER_PORT}\"")
              .strip();
      said.put(container.id(), known);
    }
    return known;
  }
}
