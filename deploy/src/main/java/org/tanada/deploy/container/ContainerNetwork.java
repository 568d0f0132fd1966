package org.tanada.deploy.container;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tanada.deploy.container.Containers.Container;
import org.tanada.deploy.network.Network;
import org.tanada.deploy.state.OperatorException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The network of containers. A node can only be taken out as a whole: nobody reaches it any more,
 * what is sent to it vanishes, and its name is not in DNS until it is back, with another address
 * perhaps.
 */
final class ContainerNetwork implements Network {
  private final Docker docker;
  private final Finder finder;
  private final Map<String, List<Place>> cut = new HashMap<>();

  /** Finds the container of a node. */
  interface Finder {
    Container find(String node) throws IOException;
  }

  /** Where a container was. */
  record Place(String container, String network, List<String> aliases) {
    Place {
      aliases = List.copyOf(aliases);
    }
  }

  ContainerNetwork(Docker docker, Finder finder) {
    this.docker = docker;
    this.finder = finder;
  }

  @Override
  public synchronized String cut(String node, Side side, Manner manner) throws IOException {
    String container = finder.find(node).id();
    List<Place> places = places(container, docker.output("inspect", container));
    cut.put(node, places); // before: whoever is interrupted here has to heal, too
    for (Place place : places) {
      docker.output("network", "disconnect", place.network(), place.container());
    }
    return node + " from everybody";
  }

  /** The networks that a container is in, with its names there. */
  static List<Place> places(String container, String inspected) {
    List<Place> places = new ArrayList<>();
    JsonNode networks =
        JsonMapper.shared().readTree(inspected).path(0).at("/NetworkSettings/Networks");
    for (Map.Entry<String, JsonNode> network : networks.properties()) {
      List<String> aliases = new ArrayList<>();
      network.getValue().path("Aliases").forEach(alias -> aliases.add(alias.asString()));
      places.add(new Place(container, network.getKey(), aliases));
    }
    return places;
  }

  @Override
  public synchronized void heal(String node) throws IOException {
    for (Place place : cut.getOrDefault(node, List.of())) {
      List<String> command = new ArrayList<>(List.of("network", "connect"));
      place.aliases().forEach(alias -> command.addAll(List.of("--alias", alias)));
      command.addAll(List.of(place.network(), place.container()));
      try {
        docker.output(command.toArray(String[]::new));
      } catch (OperatorException e) {
        if (!String.valueOf(e.getMessage()).contains("already")) {
          throw e;
        }
      }
    }
    cut.remove(node);
  }

  @Override
  public synchronized void close() throws IOException {
    for (String node : List.copyOf(cut.keySet())) {
      heal(node);
    }
  }
}
