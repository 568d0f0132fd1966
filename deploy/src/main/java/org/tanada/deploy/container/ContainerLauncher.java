package org.tanada.deploy.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.tanada.common.credential.ServiceKey;
import org.tanada.common.permission.ServiceName;
import org.tanada.deploy.ca.LocalAuthority;
import org.tanada.deploy.container.Containers.Container;
import org.tanada.deploy.launcher.Launcher;
import org.tanada.deploy.launcher.PromotionRequest;
import org.tanada.deploy.launcher.PromotionRun;
import org.tanada.deploy.launcher.RouterViews;
import org.tanada.deploy.measure.NodeStatus;
import org.tanada.deploy.network.Network;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.Change;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Topology;
import org.tanada.deploy.topology.TopologyFile;

/** Nodes as containers of {@code docker compose}. */
public final class ContainerLauncher implements Launcher {
  /** For what a service is asked to do on behalf of the operator. */
  private static final Duration ANSWER = Duration.ofSeconds(30);

  /** As the compose file's stop_grace_period, and some more. */
  private static final Duration STOP = Duration.ofSeconds(75);

  /** A look at all containers costs the engine a quarter of a second of CPU. */
  private static final long POLL_MILLIS = 1500;

  private static final int START_SECONDS = 180;
  private static final Duration CHECK = Duration.ofSeconds(5);

  private final Home home;
  private final Docker docker;
  private final Compose compose;
  private final ContainerClusters clusters;
  private final Containers containers;
  private final ContainerHealth health;
  private final OperatorKey operator;
  private final String project;
  private final Usage usage;
  private final ContainerServices services;
  private CompletableFuture<Void> scaling = CompletableFuture.completedFuture(null);

  /** The containers of an installation whose project has the given name. */
  ContainerLauncher(Home home, Docker docker, String project) {
    this.home = home;
    this.docker = docker;
    this.compose = new Compose(home, docker, project);
    this.containers = new Containers(docker, project, home.root());
    this.clusters = new ContainerClusters(home, docker, compose, project);
    this.project = project;
    this.health = new ContainerHealth(docker);
    this.operator = new OperatorKey(home, docker, project, InstantSource.system());
    this.usage = new Usage(docker, operator);
    this.services = new ContainerServices(docker);
  }

  @Override
  public URI frontDoor() throws IOException {
    return URI.create("http://localhost:" + topology().ports().http());
  }

  private Topology topology() throws IOException {
    return TopologyFile.read(home.topology());
  }

  @Override
  public List<NodeState> states() throws IOException {
    List<Container> all = containers.all();
    List<NodeState> states = new ArrayList<>();
    for (PlannedNode node : topology().nodes()) {
      Optional<Container> container = Containers.of(node, all);
      ContainerHealth.State state = health.of(container, all.isEmpty());
      states.add(new NodeState(node.name(), node.tier(), state.word(), state.problem()));
    }
    return states;
  }

  @Override
  public List<NodeStatus> look() throws IOException, InterruptedException {
    List<Container> all = containers.all();
    Map<String, Usage.Figures> figures = usage.look(all);
    List<NodeStatus> statuses = new ArrayList<>();
    for (PlannedNode node : topology().nodes()) {
      Optional<Container> container = Containers.of(node, all);
      ContainerHealth.State state = health.of(container, all.isEmpty());
      Usage.Figures used = container.map(c -> figures.get(c.id())).orElse(Usage.Figures.UNKNOWN);
      statuses.add(
          new NodeStatus(
              node.name(),
              node.tier(),
              container.map(Container::name).orElse("–"),
              state.word(),
              container.map(c -> version(c.image())).orElse(""),
              container.map(Container::pid).orElse(0L),
              container.map(Container::restarts).orElse(0),
              container
                  .filter(Container::running)
                  .map(c -> Duration.between(c.started(), java.time.Instant.now()).toSeconds())
                  .orElse(null),
              used.cpuPercent(),
              used.memoryBytes(),
              used.requestsPerSecond(),
              state.problem()));
    }
    return statuses;
  }

  /** The start of the image's id, as {@code docker images} shows it. */
  private static String version(String image) {
    int colon = image.indexOf(':');
    return image.substring(colon + 1, Math.min(image.length(), colon + 13));
  }

  @Override
  public String concern() {
    return "";
  }

  @Override
  public void stop(String node) throws IOException {
    simple(STOP, "stop", need(node).id());
  }

  @Override
  public void start(String node) throws IOException {
    simple(STOP, "start", need(node).id());
    awaitUp(node);
  }

  @Override
  public void restart(String node) throws IOException {
    simple(STOP, "restart", need(node).id());
    awaitUp(node);
  }

  /** The engine does not start again what was killed by its own command: it is told to. */
  @Override
  public long kill(String node) throws IOException {
    Container container = need(node);
    if (!container.running()) {
      throw new OperatorException(node + " does not run: ./tanada start " + node);
    }
    simple(STOP, "restart", "--signal", "KILL", "--time", "0", container.id());
    return container.pid();
  }

  @Override
  public void hang(String node) throws IOException {
    simple(STOP, "pause", need(node).id());
  }

  @Override
  public void resume(String node) throws IOException {
    Docker.Answer answer = docker.run(STOP, List.of("unpause", need(node).id()));
    if (answer.code() != 0 && !answer.error().contains("not paused")) {
      throw new OperatorException("docker unpause failed: " + answer.why());
    }
  }

  @Override
  public Network network() {
    return new ContainerNetwork(docker, this::need);
  }

  @Override
  public void delayReplicas(Duration delay) throws IOException {
    for (PlannedNode node : topology().nodes()) {
      if (node.kind() == Kind.MYSQL) {
        ReplicaDelay.set(docker, need(node.name()), delay.toSeconds());
      }
    }
  }

  @Override
  public List<Service> services(String tier) throws IOException {
    return services.of(tier, topology(), containers.all());
  }

  @Override
  public String credential(String tier) throws IOException {
    return operator.credential(ServiceName.ofTier(tier));
  }

  @Override
  public List<ServiceKey> serviceKeys() throws IOException {
    return operator.keys();
  }

  /** Containers read the files in their volumes again by themselves. */
  @Override
  public void replaceServiceKeys(Duration overlap) throws IOException {
    needRunning();
    String variable = ContainerSetup.NEW_KEYS + "=" + overlap;
    compose.run(
        topology(),
        text -> {},
        List.of("run", "--rm", "--no-deps", "-T", "--env", variable, "setup"));
    operator.forget();
    reloadFrontDoor();
  }

  private void simple(Duration limit, String... command) throws IOException {
    Docker.Answer answer = docker.run(limit, List.of(command));
    if (answer.code() != 0) {
      throw new OperatorException("docker " + command[0] + " failed: " + answer.why());
    }
  }

  @Override
  public Reply ask(String tier, String path, String body) throws IOException {
    List<Container> all = containers.all();
    for (PlannedNode node : topology().nodes()) {
      Optional<Container> container = Containers.of(node, all).filter(Container::running);
      if (node.tier().equals(tier) && container.isPresent()) {
        Optional<Reply> reply =
            ServiceCall.ask(docker, container.get(), credential(tier), path, body, ANSWER);
        if (reply.isPresent()) {
          return reply.get();
        }
      }
    }
    throw new OperatorException(
        "no node of the tier " + tier + " answers: ./tanada status says how they are");
  }

  @Override
  public Optional<Path> data(String node) {
    return Optional.empty(); // it is in a volume of Docker's
  }

  @Override
  public List<Reply> askAll(String tier, String path, String body) throws IOException {
    List<Container> all = containers.all();
    List<Reply> replies = new ArrayList<>();
    for (PlannedNode node : topology().nodes()) {
      Optional<Container> container = Containers.of(node, all).filter(Container::running);
      if (node.tier().equals(tier) && container.isPresent()) {
        ServiceCall.ask(docker, container.get(), credential(tier), path, body, ANSWER)
            .ifPresent(replies::add);
      }
    }
    return replies;
  }

  @Override
  public boolean promotes() throws IOException {
    return !topology().groups();
  }

  @Override
  public PromotionRequest.Promoted promote(PromotionRequest wanted) throws IOException {
    return new PromotionRun(
            home,
            RouterViews.of(this, wanted.cluster()),
            wanted,
            new ContainerPromotion(docker, containers, topology(), wanted.cluster()))
        .run();
  }

  private Container need(String node) throws IOException {
    Topology topology = topology();
    PlannedNode planned =
        topology.nodes().stream()
            .filter(n -> n.name().equals(node))
            .findFirst()
            .orElseThrow(() ->
                new OperatorException(
                    "there is no node \""
                        + node
                        + "\": "
                        + String.join(
                            " ", topology.nodes().stream().map(PlannedNode::name).toList())));
    return Containers.of(planned, containers.all())
        .orElseThrow(() -> new OperatorException(node + " has no container: run ./tanada up"));
  }

  private void awaitUp(String node) throws IOException {
    if (!awaitThat(START_SECONDS, states -> isUp(states, node))) {
      throw new OperatorException(
          node + " is not up within " + START_SECONDS + " s: see ./tanada logs " + node);
    }
  }

  private static boolean isUp(List<NodeState> states, String node) {
    return states.stream()
        .anyMatch(s -> s.name().equals(node) && s.state().equals(ContainerHealth.UP));
  }

  private boolean awaitThat(int seconds, Predicate<List<NodeState>> condition) {
    return Control.await(
        seconds,
        POLL_MILLIS,
        () -> {
          try {
            return condition.test(states());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** Addresses in DNS have no labels: nobody can be told that a node is to be emptied. */
  @Override
  public void drain(Map<String, Integer> counts, Consumer<String> say) {}

  @Override
  public Change beginScale(Map<String, Integer> counts) throws IOException {
    Topology before = topology();
    Topology goal = before.scaled(counts);
    needRunning();
    Change change = Change.between(before, goal);
    if (change.empty()) {
      return change;
    }
    StateFiles.write(home.topology(), TopologyFile.write(goal));
    scaling = CompletableFuture.runAsync(() -> apply(goal, counts, change));
    return change;
  }

  @Override
  public Change beginCluster() throws IOException {
    Topology before = topology();
    Topology goal = before.withCluster();
    needRunning();
    Change change = Change.between(before, goal);
    clusters.add(goal, change);
    StateFiles.write(home.topology(), TopologyFile.write(goal));
    scaling = CompletableFuture.runAsync(() -> clusters.start(goal, change));
    return change;
  }

  @Override
  public Change beginRemoval(String cluster) throws IOException {
    Topology before = topology();
    Topology goal = before.withoutCluster(cluster);
    needRunning();
    clusters.forget(goal, cluster);
    return Change.between(before, goal);
  }

  @Override
  public void finishRemoval(Change change, boolean purge) throws IOException {
    clusters.remove(topology(), change, purge);
    StateFiles.write(
        home.topology(),
        TopologyFile.write(topology().withoutCluster(ContainerClusters.of(change.removed()))));
  }

  private void needRunning() throws IOException {
    if (!running()) {
      throw new OperatorException("Tanada is not up: run ./tanada up");
    }
  }

  private void apply(Topology goal, Map<String, Integer> counts, Change change) {
    List<String> command =
        new ArrayList<>(List.of("up", "-d", "--no-deps", "--no-recreate", "--no-build"));
    Map<String, Integer> services = new TreeMap<>();
    counts.forEach((tier, count) -> services.put(Containers.service(tier), count));
    services.forEach((service, count) -> command.addAll(List.of("--scale", service + "=" + count)));
    command.addAll(services.keySet());
    try {
      if (change.removed().stream().anyMatch(ContainerLauncher::isEdge)) {
        renderFrontDoor(goal); // first nobody asks them any more
      }
      compose.run(goal, text -> {}, command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isEdge(String node) {
    return Kind.ofTier(node.substring(0, node.lastIndexOf('-'))) == Kind.EDGE;
  }

  @Override
  public void await(Change change) throws IOException {
    try {
      scaling.join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new OperatorException(String.valueOf(cause.getMessage()), cause);
    }
    boolean done =
        awaitThat(
            START_SECONDS, states -> change.added().stream().allMatch(node -> isUp(states, node)));
    if (!done) {
      throw new OperatorException(
          "not all of "
              + String.join(" ", change.added())
              + " are up within "
              + START_SECONDS
              + " s: ./tanada status says why");
    }
    if (change.added().stream().anyMatch(ContainerLauncher::isEdge)) {
      renderFrontDoor(topology());
    }
  }

  /** nginx knows by name which edge is in which region: the set-up says it anew. */
  private void renderFrontDoor(Topology topology) throws IOException {
    compose.run(topology, text -> {}, List.of("run", "--rm", "--no-deps", "-T", "setup"));
    reloadFrontDoor();
  }

  /** Takes up what the set-up has rendered; requests under way are finished by the old workers. */
  private void reloadFrontDoor() throws IOException {
    simple(
        CHECK.multipliedBy(6),
        "exec",
        need("nginx-1").id(),
        "nginx",
        "-p",
        "/front/",
        "-e",
        "stderr",
        "-c",
        "/front/conf/nginx.conf",
        "-s",
        "reload");
  }

  /** Builds the images that changed; the first time, all of them. */
  public void build(Consumer<String> live) throws IOException {
    compose.run(topology(), live, List.of("build"));
  }

  /** Makes and starts what is missing, replaces what changed, and waits until all is ready. */
  public void up(Consumer<String> live) throws IOException {
    Topology topology = topology();
    List<String> command =
        new ArrayList<>(List.of("up", "-d", "--no-build", "--wait", "--wait-timeout", "300"));
    command.addAll(Compose.scale(topology));
    compose.run(topology, live, command);
    clusters.tell(topology);
    reloadFrontDoor();
  }

  /** What saves it and brings it back. */
  public ContainerBackups backups() {
    return new ContainerBackups(home, docker, compose, containers, project);
  }

  /** Whether any of them runs. */
  public boolean running() throws IOException {
    return containers.all().stream().anyMatch(Container::running);
  }

  /**
   * Stops and removes all containers.
   *
   * @param purge removes all their data, too
   * @return whether any ran
   */
  public boolean down(boolean purge, Consumer<String> live) throws IOException {
    boolean ran = running();
    compose.run(topology(), live, purge ? List.of("down", "--volumes") : List.of("down"));
    if (purge) {
      clusters.purgeAll();
    }
    return ran;
  }

  @Override
  public Path authority() throws IOException {
    Path certificate = new LocalAuthority(home.ca()).authorityCertificate();
    StateFiles.privateDirectory(home.ca());
    simple(
        CHECK,
        "cp",
        need("nginx-1").id() + ":/front/tls/" + certificate.getFileName(),
        certificate.toString());
    return certificate;
  }

  @Override
  public void logs(String node, int lines, boolean follow, LogSink to) throws IOException {
    List<Container> all = containers.all();
    List<Thread> readers = new ArrayList<>();
    for (PlannedNode planned : topology().nodes()) {
      if (!node.isEmpty() && !planned.name().equals(node)) {
        continue;
      }
      Containers.of(planned, all)
          .ifPresent(container ->
              readers.add(
                  Thread.startVirtualThread(() ->
                      new ContainerLog(docker, container.id(), planned.name())
                          .show(lines, follow, to))));
    }
    if (readers.isEmpty()) {
      throw new OperatorException(
          "there is no log of \"" + node + "\": ./tanada status names the nodes");
    }
    try {
      for (Thread reader : readers) {
        reader.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
