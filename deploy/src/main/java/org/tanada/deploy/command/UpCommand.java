package org.tanada.deploy.command;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.build.Disk;
import org.tanada.deploy.build.Packages;
import org.tanada.deploy.build.PortOwner;
import org.tanada.deploy.container.ContainerInstallation;
import org.tanada.deploy.container.ContainerLauncher;
import org.tanada.deploy.container.Docker;
import org.tanada.deploy.demo.Demo;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.Ports;
import org.tanada.deploy.topology.Topology;
import org.tanada.deploy.topology.TopologyFile;
import org.tanada.deploy.traffic.Mix;
import org.tanada.deploy.traffic.TrafficProcess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Sets up what is missing, starts all, and waits until it is ready. */
@Command(
    name = "up",
    description = "Sets up what is missing, starts all nodes, waits until they are ready.")
public final class UpCommand extends Operation {
  /** Requests a second that let something move wherever a person looks, and leave a board cool. */
  private static final double GENTLE = 10;

  @Option(names = "--small", description = "One node per component (first start only).")
  private boolean small;

  @Option(names = "--native", description = "As processes of this machine (the default).")
  private boolean asProcesses;

  @Option(names = "--docker", description = "As containers, built and started by docker compose.")
  private boolean asContainers;

  @Option(
      names = "--group",
      description = "With --docker: each database cluster is a group of three, with failover.")
  private boolean groups;

  @Option(names = "--no-build", description = "With --docker: takes the images as they are.")
  private boolean asTheyAre;

  @Option(names = "--yes", description = "Answers yes to every question.")
  private boolean yes;

  @Option(
      names = "--demo",
      description = "Fills in users, videos and orders, and lets gentle traffic flow.")
  private boolean demo;

  @Option(
      names = "--port-base",
      paramLabel = "PORT",
      description = "Start of the nodes' ports (9000).")
  private @Nullable Integer portBase;

  @Option(names = "--http-port", paramLabel = "PORT", description = "The front door (8080).")
  private @Nullable Integer httpPort;

  @Option(names = "--https-port", paramLabel = "PORT", description = "The front door's TLS (8443).")
  private @Nullable Integer httpsPort;

  @Option(
      names = "--inside-tls",
      negatable = true,
      description = "Services speak TLS with each other; it stays so until --no-inside-tls.")
  private @Nullable Boolean insideTls;

  @Override
  public Integer call() throws Exception {
    long began = System.nanoTime();
    Optional<ContainerLauncher> known = ContainerInstallation.find(home);
    boolean containers = asContainers || known.isPresent();
    refuseOtherWay(known.isPresent());
    if (groups && !containers) {
      throw new OperatorException("--group is for MySQL, which runs in containers: add --docker");
    }
    Topology topology = topology(known.isPresent());
    StateFiles.privateDirectory(home.directory());
    Duration took = containers ? containers(topology) : processes(topology);
    if (took.isZero()) {
      say("Tanada is up.");
    } else {
      say("");
      say(
          terminal.good("Tanada is up")
              + ", ready after "
              + seconds(took)
              + " (with set-up "
              + seconds(Duration.ofNanos(System.nanoTime() - began))
              + ")");
    }
    Disk.shortage(home.directory()).ifPresent(terminal::warn);
    finish(topology, took);
    return DONE;
  }

  /** An installation runs in one way as long as it lives: its data is kept by that way. */
  private void refuseOtherWay(boolean inContainers) {
    if (asContainers && asProcesses) {
      throw new OperatorException("--native or --docker, not both");
    }
    String advice =
        ": ./tanada down --purge forgets it, or TANADA_HOME names a directory for another";
    if (asProcesses && inContainers) {
      throw new OperatorException("this installation runs in containers" + advice);
    }
    if (asContainers && Files.exists(home.desired())) {
      throw new OperatorException("this installation runs natively" + advice);
    }
  }

  private Duration processes(Topology topology) throws IOException, InterruptedException {
    NativeStart start = new NativeStart(home, control, terminal, json());
    if (start.allUp(topology)) {
      return Duration.ZERO;
    }
    new Packages(terminal::line, question -> yes || terminal.ask(question)).need();
    return start.run(topology);
  }

  private Duration containers(Topology topology) throws IOException, InterruptedException {
    Docker docker = Docker.of(home.root());
    docker.check();
    Disk.need(home.directory());
    ContainerLauncher launcher = ContainerInstallation.make(home, topology);
    if (!launcher.running()) {
      needFrontDoor(topology.ports());
    }
    if (!asTheyAre) {
      say("building the images (log: " + home.containersLog() + ")");
      launcher.build(terminal::live);
    }
    long start = System.nanoTime();
    launcher.up(terminal::live);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static void needFrontDoor(Ports ports) throws IOException {
    for (int port : List.of(ports.http(), ports.https())) {
      Optional<String> owner = PortOwner.of(port);
      if (owner.isPresent()) {
        throw new OperatorException(
            "port in use: "
                + port
                + " (for nginx) by "
                + owner.get()
                + "; end that, or choose others with --http-port, --https-port");
      }
    }
  }

  private static String seconds(Duration duration) {
    return "%.1f s".formatted(duration.toMillis() / 1e3);
  }

  private Topology topology(boolean inContainers) throws IOException {
    boolean known = Files.exists(home.topology());
    Topology topology = known ? TopologyFile.read(home.topology()) : TopologyFile.shipped(small);
    if (groups) {
      topology = topology.withGroups();
    }
    if (known && small && topology.nodes().size() > TopologyFile.shipped(true).nodes().size()) {
      throw new OperatorException(
          "this installation is not small: ./tanada scale changes it, ./tanada down --purge forgets it");
    }
    Ports old = topology.ports();
    Ports ports =
        new Ports(
            portBase == null ? old.base() : portBase,
            httpPort == null ? old.http() : httpPort,
            httpsPort == null ? old.https() : httpsPort);
    boolean up =
        !inContainers && control.supervised(); // containers are replaced where ports change
    if (known && !ports.equals(old) && up) {
      throw new OperatorException("its ports can change only while it is down: run ./tanada down");
    }
    boolean tls = insideTls == null ? topology.tls() : insideTls;
    if (known && tls != topology.tls() && up) {
      throw new OperatorException(
          "whether services speak TLS can change only while they are down: run ./tanada down");
    }
    return topology.with(ports).speaking(tls);
  }

  private void finish(Topology topology, Duration took) throws IOException {
    Ports ports = topology.ports();
    String http = "http://localhost:" + ports.http();
    String https = "https://localhost:" + ports.https();
    answer(
        Map.of(
            "state",
            "up",
            "url",
            http,
            "secureUrl",
            https,
            "nodes",
            topology.nodes().size(),
            "readyAfterMillis",
            took.toMillis()));
    say("");
    say("  " + http + "    the shop");
    say("  " + https + "   with TLS; trust the authority of ./tanada ca");
    say("  " + http + "/docs   the API, to try");
    say("");
    say("  ./tanada status · scale app=4 · kill app-1 · logs app-1 -f · down");
    if (demo) {
      fill(URI.create(http));
    }
  }

  private void fill(URI front) throws IOException {
    Secrets secrets = new Secrets(home);
    secrets.make();
    String password = secrets.get(Secrets.DEMO_PASSWORD);
    say("");
    try (ShopClient shop = Demo.client(front)) {
      Demo.Filled filled = new Demo(shop, password, line -> say("  " + line)).fill();
      say(
          "  "
              + filled.users()
              + " users, "
              + filled.videos()
              + " videos, "
              + filled.orders()
              + " orders; sign in as");
      say("  " + filled.example() + " with the password " + password);
    }
    TrafficProcess traffic = new TrafficProcess(home);
    if (!traffic.running()) {
      traffic.start(front, GENTLE, Mix.SHOP);
    }
    say(
        "  gentle traffic flows ("
            + Math.round(GENTLE)
            + " requests/s) until ./tanada traffic stop");
  }
}
