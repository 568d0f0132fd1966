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
  private final Docker docker;
  private final Map<String, Told> told = new ConcurrentHashMap<>();

  ContainerServices(Docker docker) {
    this.docker = docker;
  }

  /** What a container says of its service; it stays so as long as the container lives. */
  private record Told(String port, String credential) {}

  /** The services of a tier that run. */
  List<Service> of(String tier, Topology topology, List<Container> all) throws IOException {
    List<Service> services = new ArrayList<>();
    for (PlannedNode node : topology.nodes()) {
      Optional<Container> container = Containers.of(node, all).filter(Container::running);
      if (node.tier().equals(tier) && container.isPresent()) {
        Told its = told(container.get());
        services.add(
            new Service(
                node.name(),
                URI.create("http://" + container.get().address() + ":" + its.port()),
                its.credential()));
      }
    }
    return services;
  }

  private Told told(Container container) throws IOException {
    Told known = told.get(container.id());
    if (known == null) {
      List<String> lines =
          docker
              .output(
                  "exec",
                  container.id(),
                  "bash",
                  "-c",
                  "echo ${TANADA_ROUTER_DATAPATH_PORT:-$SERVER_PORT} && cat /run/secrets/tanada.secret.service-credential")
              .lines()
              .toList();
      known = new Told(lines.getFirst(), lines.getLast().strip());
      told.put(container.id(), known);
    }
    return known;
  }
}
