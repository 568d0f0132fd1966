package org.tanada.deploy.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.tanada.common.credential.CredentialIssuer;
import org.tanada.common.credential.ServiceKey;
import org.tanada.common.permission.ServiceName;
import org.tanada.deploy.ca.LocalAuthority;
import org.tanada.deploy.measure.NodeStatus;
import org.tanada.deploy.measure.Survey;
import org.tanada.deploy.network.NativeNetwork;
import org.tanada.deploy.network.Network;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.process.NodeControl;
import org.tanada.deploy.process.StorageDrain;
import org.tanada.deploy.state.Desired;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.Observed;
import org.tanada.deploy.state.Observed.Seen;
import org.tanada.deploy.state.Observed.State;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.state.ServiceKeyring;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.Change;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.TopologyFile;

/** Nodes as processes of this machine, looked after by our supervisor. */
public final class NativeLauncher implements Launcher {
  /** Longer than the largest file takes at the rate of repairs, and the pause between two. */
  private static final Duration DRAIN_PATIENCE = Duration.ofMinutes(10);

  private static final String FILES = "tanada_storage_blobs";

  private final Home home;
  private final Control control;
  private final NodeControl nodes;
  private final Survey survey;
  private @Nullable CredentialIssuer operator;

  /** The nodes of an installation. */
  public NativeLauncher(Home home) {
    this.home = home;
    this.control = new Control(home);
    this.nodes = new NodeControl(home);
    this.survey = new Survey(home);
  }

  @Override
  public URI frontDoor() throws IOException {
    return URI.create("http://localhost:" + TopologyFile.read(home.topology()).ports().http());
  }

  @Override
  public List<NodeState> states() throws IOException {
    Observed observed = control.observed();
    return control.desired().nodes().stream()
        .filter(wanted -> wanted.run() != Desired.Run.REMOVED)
        .map(wanted -> {
          Optional<Seen> seen = observed.find(wanted.node().name());
          return new NodeState(
              wanted.node().name(),
              wanted.node().tier(),
              seen.map(Seen::state).orElse(State.STARTING).word(),
              seen.map(Seen::problem)
                  .filter(problem -> !problem.isEmpty())
                  .orElse(wanted.run().note()));
        })
        .toList();
  }

  @Override
  public List<NodeStatus> look() throws IOException, InterruptedException {
    return survey.look();
  }

  @Override
  public String concern() throws IOException {
    return control.supervised() ? "" : "the supervisor does not run: ./tanada up";
  }

  @Override
  public Reply ask(String tier, String path, String body) throws IOException {
    return new NodeClient(home).ask(tier, path, body);
  }

  @Override
  public List<Reply> askAll(String tier, String path, String body) throws IOException {
    return new NodeClient(home).askAll(tier, path, body);
  }

  @Override
  public Optional<Path> data(String node) {
    return Optional.of(home.node(node).resolve("data"));
  }

  @Override
  public boolean promotes() {
    return true;
  }

  @Override
  public PromotionRequest.Promoted promote(PromotionRequest wanted) throws IOException {
    return new PromotionRun(
            home,
            RouterViews.of(this, wanted.cluster()),
            wanted,
            new NativePromotion(home, wanted.cluster()))
        .run();
  }

  @Override
  public void stop(String node) throws IOException {
    nodes.stop(node);
  }

  @Override
  public void start(String node) throws IOException {
    nodes.start(node);
  }

  @Override
  public void restart(String node) throws IOException {
    nodes.restart(node);
  }

  @Override
  public long kill(String node) throws IOException {
    return nodes.kill(node).pid();
  }

  @Override
  public void hang(String node) throws IOException {
    nodes.signal(node, "STOP");
  }

  @Override
  public void resume(String node) throws IOException {
    nodes.signal(node, "CONT");
  }

  @Override
  public Network network() throws IOException {
    return new NativeNetwork(home);
  }

  @Override
  public void delayReplicas(Duration delay) throws IOException {
    NativeDelay.set(home, delay);
  }

  @Override
  public List<Service> services(String tier) throws IOException {
    return control.desired().nodes().stream()
        .filter(wanted -> wanted.run().up())
        .map(Desired.Wanted::node)
        .filter(node -> node.tier().equals(tier))
        .map(node -> new Service(node.name(), node.address()))
        .toList();
  }

  @Override
  public synchronized String credential(String tier) {
    CredentialIssuer known = operator;
    if (known == null) {
      known = new Secrets(home).serviceKeys().operator();
      operator = known;
    }
    return known.of(ServiceName.ofTier(tier));
  }

  @Override
  public List<ServiceKey> serviceKeys() throws IOException {
    return new Secrets(home).serviceKeys().keys();
  }

  /** Nodes read their files again by themselves, and the supervisor those of the front door. */
  @Override
  public void replaceServiceKeys(Duration overlap) throws IOException {
    ServiceKeyring keys = new Secrets(home).serviceKeys();
    keys.add(Instant.now());
    giveSecrets();
    keys.use(Instant.now().plus(overlap));
    giveSecrets();
  }

  private void giveSecrets() throws IOException {
    for (Desired.Wanted wanted : control.desired().nodes()) {
      Path secrets = home.node(wanted.node().name()).resolve("secrets");
      if (wanted.node().kind().service() && Files.isDirectory(secrets)) {
        new Secrets(home).give(wanted.node().kind(), secrets);
      }
    }
  }

  @Override
  public void drain(Map<String, Integer> counts, Consumer<String> say) throws IOException {
    new StorageDrain(home, this::files, DRAIN_PATIENCE).run(counts, say);
  }

  /** How many files a storage node has, by its metrics. */
  private OptionalLong files(PlannedNode node) {
    try {
      return NodeClient.askAll(home, List.of(node), "/actuator/prometheus", "").stream()
          .filter(reply -> reply.status() == 200)
          .flatMap(reply -> reply.body().lines())
          .filter(line -> line.startsWith(FILES))
          .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Change beginScale(Map<String, Integer> counts) throws IOException {
    return nodes.beginScale(counts);
  }

  @Override
  public Change beginCluster() throws IOException {
    return nodes.beginCluster();
  }

  @Override
  public Change beginRemoval(String cluster) throws IOException {
    return nodes.beginRemoval(cluster);
  }

  @Override
  public void finishRemoval(Change change, boolean purge) throws IOException {
    nodes.await(change);
    if (purge) {
      for (String node : change.removed()) {
        StateFiles.deleteTree(home.node(node));
      }
    }
  }

  @Override
  public void await(Change change) throws IOException {
    nodes.await(change);
  }

  @Override
  public Path authority() {
    return new LocalAuthority(home.ca()).authorityCertificate();
  }

  @Override
  public void logs(String node, int lines, boolean follow, LogSink to) throws IOException {
    new LogTail(home, to).show(node, lines, follow);
  }
}
