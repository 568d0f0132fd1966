package org.tanada.deploy.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.tanada.common.membership.Node;
import org.tanada.deploy.build.Binaries;
import org.tanada.deploy.ca.LocalAuthority;
import org.tanada.deploy.nginx.NginxBinary;
import org.tanada.deploy.nginx.NginxConfiguration;
import org.tanada.deploy.nginx.NginxSettings;
import org.tanada.deploy.state.Desired.Wanted;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.ProcessId;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.state.ServiceKeyring.FrontCredentials;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Ports;
import org.tanada.deploy.topology.Topology;

/** Runs the front door, and renders and reloads its configuration when nodes come and go. */
final class NginxRunner implements NodeRunner {
  private final Home home;
  private final Supplier<Topology> topology;
  private volatile List<PlannedNode> ready = List.of();
  private volatile @Nullable NginxConfiguration configuration;
  private volatile @Nullable FrontCredentials shown;

  NginxRunner(Home home, Supplier<Topology> topology) {
    this.home = home;
    this.topology = topology;
  }

  @Override
  public Started start(Wanted wanted) throws IOException {
    String name = wanted.node().name();
    StateFiles.privateDirectory(home.node(name));
    NginxConfiguration front = configuration(name);
    front.render(tiers(ready));
    Process process = Launch.start(home, name, front.startCommand(), Map.of());
    return new Started(process, Versions.of("nginx", "-v"), "");
  }

  /** Whether it shows services what was replaced since. */
  @Override
  public boolean outdated() throws IOException {
    FrontCredentials known = shown;
    return known != null && !known.equals(new Secrets(home).serviceKeys().front());
  }

  private synchronized NginxConfiguration configuration(String name) throws IOException {
    NginxConfiguration known = configuration;
    FrontCredentials shows = new Secrets(home).serviceKeys().front();
    if (known != null && shows.equals(shown)) {
      return known;
    }
    Ports ports = topology.get().ports();
    List<String> regions =
        topology.get().tier("edge").map(tier -> tier.regions()).orElse(List.of("tokyo"));
    LocalAuthority authority = new LocalAuthority(home.ca());
    authority.ensure(regions, List.of());
    NginxConfiguration made =
        new NginxConfiguration(
            home.root().resolve("nginx"),
            NginxBinary.detect(Path.of(Binaries.need("nginx"))),
            new NginxSettings(
                home.node(name),
                "127.0.0.1",
                ports.http(),
                ports.https(),
                Optional.of(
                    new NginxSettings.Certificate(authority.serverChain(), authority.serverKey())),
                regions,
                List.of(),
                ports.base() + 800,
                shows,
                authority.authorityCertificate(),
                Optional.empty()));
    configuration = made;
    shown = shows;
    return made;
  }

  /** Renders anew and reloads, if the front door runs. */
  @Override
  public synchronized void membership(List<PlannedNode> nodes) throws IOException {
    ready = List.copyOf(nodes);
    String name = "nginx-1";
    Path pid = home.node(name).resolve("run").resolve("nginx.pid");
    if (!Files.exists(pid)) {
      return;
    }
    if (configuration(name).render(tiers(ready))) {
      String number = Files.readString(pid).strip();
      if (!number.isEmpty()) {
        ProcessId.of(Long.parseLong(number)).signal("HUP");
      }
    }
  }

  /** The tiers as nginx gets them: of edges and gateways those that are ready. */
  private static Map<String, List<Node>> tiers(List<PlannedNode> nodes) {
    Map<String, List<Node>> tiers = new LinkedHashMap<>();
    for (PlannedNode node : nodes) {
      tiers
          .computeIfAbsent(node.tier(), tier -> new ArrayList<>())
          .add(new Node(node.name(), node.address(), node.control(), labels(node)));
    }
    return tiers;
  }

  private static Map<String, String> labels(PlannedNode node) {
    return node.region().isEmpty() ? Map.of() : Map.of("region", node.region());
  }

  @Override
  public Probe probe(Wanted wanted) {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted.node().port()), 1000);
      return Probe.READY;
    } catch (IOException e) {
      return Probe.SILENT;
    }
  }

  /** Lets what is under way finish. */
  @Override
  public String stopSignal() {
    return "QUIT";
  }

  @Override
  public long graceMillis() {
    return 4000;
  }

  @Override
  public String firmSignal() {
    return "TERM";
  }
}
