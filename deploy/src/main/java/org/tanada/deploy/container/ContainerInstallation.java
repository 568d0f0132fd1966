package org.tanada.deploy.container;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tanada.deploy.container.Containers.Container;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Ports;
import org.tanada.deploy.topology.Tier;
import org.tanada.deploy.topology.Topology;
import org.tanada.deploy.topology.TopologyFile;

/** Which containers belong to an installation: remembered in its directory. */
public final class ContainerInstallation {
  private static final String DEFAULT_PROJECT = "tanada";

  private ContainerInstallation() {}

  /** What is remembered. */
  private record Remembered(String project) {}

  /**
   * The containers of this installation, if it is made of containers: by {@code ./tanada up
   * --docker}, or by {@code docker compose up} in this clone where nothing runs natively.
   */
  public static Optional<ContainerLauncher> find(Home home) throws IOException {
    Optional<ContainerLauncher> known = remembered(home);
    return known.isPresent() || Files.exists(home.desired()) ? known : adopt(home);
  }

  private static Optional<ContainerLauncher> remembered(Home home) throws IOException {
    return StateFiles.readJson(home.containers(), Remembered.class)
        .map(known -> new ContainerLauncher(home, Docker.of(home.root()), known.project()));
  }

  /** Makes this an installation of containers. */
  public static ContainerLauncher make(Home home, Topology topology) throws IOException {
    return make(home, topology, project(home));
  }

  /** The same with that name of its project. */
  static ContainerLauncher make(Home home, Topology topology, String project) throws IOException {
    StateFiles.privateDirectory(home.directory());
    StateFiles.write(home.topology(), TopologyFile.write(topology));
    StateFiles.writeJson(home.containers(), new Remembered(project));
    return new ContainerLauncher(home, Docker.of(home.root()), project);
  }

  private static String project(Home home) throws IOException {
    Remembered known = StateFiles.readJson(home.containers(), Remembered.class).orElse(null);
    String given = System.getenv("TANADA_PROJECT");
    return known != null ? known.project() : given == null ? DEFAULT_PROJECT : given;
  }

  private static Optional<ContainerLauncher> adopt(Home home) throws IOException {
    if (!Docker.runs(home.root())) {
      return Optional.empty();
    }
    Docker docker = Docker.of(home.root());
    List<Container> all = new Containers(docker, project(home), home.root()).all();
    return all.isEmpty() ? Optional.empty() : Optional.of(make(home, topology(all)));
  }

  /** The topology that these containers make up. */
  static Topology topology(List<Container> all) {
    List<Tier> tiers = new ArrayList<>();
    for (Tier tier : everything().withGroups().tiers()) {
      int nodes =
          tier.kind() == Kind.MYSQL
              ? (int)
                  new Topology(Ports.DEFAULT, List.of(tier))
                      .nodes().stream()
                          .filter((PlannedNode node) -> Containers.of(node, all).isPresent())
                          .count()
              : (int)
                  all.stream()
                      .filter(c -> c.service().equals(Containers.service(tier.name())))
                      .count();
      if (nodes > 0) {
        tiers.add(tier.withNodes(nodes));
      }
    }
    int http = published(all, 8080, Ports.DEFAULT.http());
    int https = published(all, 8443, Ports.DEFAULT.https());
    return new Topology(new Ports(Ports.DEFAULT.base(), http, https), tiers);
  }

  /** All tiers that there may be. */
  private static Topology everything() {
    Topology all = TopologyFile.shipped(false);
    while (all.tier("mysql-" + Clusters.MOST).isEmpty()) {
      all = all.withCluster();
    }
    return all;
  }

  private static int published(List<Container> all, int port, int otherwise) {
    return all.stream()
        .filter(container -> container.service().equals("nginx"))
        .map(container -> container.published().getOrDefault(port, otherwise))
        .findFirst()
        .orElse(otherwise);
  }
}
