package org.tanada.deploy.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.topology.Change;
import org.tanada.deploy.topology.Topology;

/** Clusters of databases that come and go in a system of containers that runs. */
final class ContainerClusters {
  private static final Duration QUICK = Duration.ofSeconds(30);

  private final Docker docker;
  private final Compose compose;
  private final String project;
  private final Clusters clusters;

  ContainerClusters(Home home, Docker docker, Compose compose, String project) {
    this.docker = docker;
    this.compose = compose;
    this.project = project;
    this.clusters = new Clusters(home);
  }

  /** The cluster of its nodes. */
  static String of(List<String> nodes) {
    String node = nodes.getFirst();
    return node.substring(0, node.lastIndexOf('-'));
  }

  /** One that may have been taken away before is wanted. */
  void add(Topology goal, Change change) throws IOException {
    clusters.add(of(change.added()));
    clusters.files(goal);
  }

  /**
   * Starts the containers of a new one, and tells the routers at once: they find out by themselves
   * when its primary is there, however long that takes.
   */
  void start(Topology goal, Change change) {
    List<String> command =
        new ArrayList<>(List.of("up", "-d", "--no-deps", "--no-recreate", "--no-build"));
    command.addAll(change.added());
    try {
      compose.run(goal, text -> {}, command);
      tell(goal);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The routers learn which clusters there are beside those of the compose file, or no more. They
   * read the list twice a second.
   */
  void tell(Topology topology) throws IOException {
    write(topology, Clusters.list(topology, clusters.removed()));
  }

  private void write(Topology topology, String list) throws IOException {
    compose.run(
        topology,
        text -> {},
        List.of(
            "run",
            "--rm",
            "--no-deps",
            "-T",
            "--entrypoint",
            "bash",
            "setup",
            "-c",
            "printf %s \"$1\" >"
                + Clusters.LIST
                + ".next && mv "
                + Clusters.LIST
                + ".next "
                + Clusters.LIST,
            "list",
            list));
  }

  /** The routers are told of a cluster no more; its nodes still run. */
  void forget(Topology goal, String cluster) throws IOException {
    clusters.remove(cluster);
    tell(goal);
  }

  /**
   * Stops and removes the containers of a cluster that nobody uses any more.
   *
   * @param before the topology with it
   */
  void remove(Topology before, Change change, boolean purge) throws IOException {
    List<String> command = new ArrayList<>(List.of("rm", "--stop", "--force"));
    command.addAll(change.removed());
    compose.run(before, text -> {}, command);
    if (purge) {
      // where it ended, the set-up still holds the volumes that it has seen
      compose.run(before, text -> {}, List.of("rm", "--stop", "--force", "setup"));
      for (String volume : Clusters.volumes(of(change.removed()), change.removed())) {
        removeVolume(project + "_" + volume);
      }
    }
  }

  private void removeVolume(String volume) throws IOException {
    Docker.Answer answer = docker.run(QUICK, List.of("volume", "rm", volume));
    if (answer.code() != 0 && !answer.error().contains("no such volume")) {
      throw new OperatorException("the volume " + volume + " stays: " + answer.why());
    }
  }

  /** Volumes of clusters that were taken away before are in no compose file any more. */
  void purgeAll() throws IOException {
    String left =
        docker.output(
            "volume", "ls", "-q", "--filter", "label=com.docker.compose.project=" + project);
    for (String volume : left.lines().toList()) {
      removeVolume(volume);
    }
  }
}
