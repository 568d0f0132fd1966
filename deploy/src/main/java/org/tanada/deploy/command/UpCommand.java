package org.tanada.deploy.command;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.build.Disk;
import org.tanada.deploy.build.Module;
import org.tanada.deploy.build.Packages;
import org.tanada.deploy.build.PortOwner;
import org.tanada.deploy.build.Programs;
import org.tanada.deploy.build.Programs.Program;
import org.tanada.deploy.database.Replication;
import org.tanada.deploy.demo.Demo;
import org.tanada.deploy.process.Training;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.state.Desired;
import org.tanada.deploy.state.Desired.Run;
import org.tanada.deploy.state.Desired.Wanted;
import org.tanada.deploy.state.Observed;
import org.tanada.deploy.state.Observed.Seen;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.PlannedNode;
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

  /** Where tiers are left out, others cannot become ready without them. */
  private static final Duration LITTLE_PATIENCE = Duration.ofSeconds(40);

  private static final Duration PATIENCE = Duration.ofMinutes(4);

  @Option(names = "--small", description = "One node per component (first start only).")
  private boolean small;

  /** There is no other way yet: the option is for whoever writes it down. */
  @Option(names = "--native", description = "As processes of this machine (the only way so far).")
  void nativeProcesses(boolean given) {}

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

  @Override
  public Integer call() throws Exception {
    long began = System.nanoTime();
    Topology topology = topology();
    StateFiles.privateDirectory(home.directory());
    if (allUp(topology)) {
      say("Tanada is up.");
      Disk.shortage(home.directory()).ifPresent(terminal::warn);
      finish(topology, Duration.ZERO);
      return DONE;
    }
    new Packages(terminal::line, question -> yes || terminal.ask(question)).need();
    Disk.need(home.directory());
    new Secrets(home).make();
    Topology whole = topology;
    topology = withPrograms(whole);
    needPorts(topology);
    StateFiles.write(home.topology(), TopologyFile.write(whole));
    long start = System.nanoTime();
    wish(topology);
    control.supervise();
    new Readiness(control, json() ? null : terminal)
        .await(topology.equals(whole) ? PATIENCE : LITTLE_PATIENCE);
    for (Module module : Module.values()) {
      sweep(module);
    }
    new Programs(home).sweepOwn();
    say("");
    say(
        terminal.good("Tanada is up")
            + ", ready after "
            + seconds(start)
            + " (with set-up "
            + seconds(began)
            + ")");
    finish(topology, Duration.ofNanos(System.nanoTime() - start));
    return DONE;
  }

  private static String seconds(long since) {
    return "%.1f s".formatted((System.nanoTime() - since) / 1e9);
  }

  private Topology topology() throws IOException {
    boolean known = Files.exists(home.topology());
    Topology topology = known ? TopologyFile.read(home.topology()) : TopologyFile.shipped(small);
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
    if (known && !ports.equals(old) && control.supervised()) {
      throw new OperatorException("its ports can change only while it is down: run ./tanada down");
    }
    return topology.with(ports);
  }

  private boolean allUp(Topology topology) throws IOException {
    if (!control.supervised()) {
      return false;
    }
    Observed observed = control.observed();
    Desired desired = control.desired();
    for (PlannedNode node : topology.nodes()) {
      Seen seen = observed.find(node.name()).orElse(null);
      Wanted wanted = desired.find(node.name()).orElse(null);
      if (seen == null || wanted == null || seen.state() != Observed.State.UP) {
        return false;
      }
      if (node.kind().service() && !runsNewest(node, seen)) {
        return false;
      }
    }
    return true;
  }

  private boolean runsNewest(PlannedNode node, Seen seen) throws IOException {
    Module module = Module.of(node.kind());
    Optional<Path> jar = module.jar(home.root());
    return jar.isEmpty()
        || new Programs(home).unpack(module, jar.get()).build().equals(seen.build());
  }

  /** Unpacks the services' programs; tiers that were not built are left out, and named. */
  private Topology withPrograms(Topology topology) throws IOException, InterruptedException {
    Programs programs = new Programs(home);
    Map<Module, Program> ready = new LinkedHashMap<>();
    TreeSet<String> missing = new TreeSet<>();
    for (Module module : Module.values()) {
      Optional<Path> jar = module.jar(home.root());
      if (jar.isPresent()) {
        terminal.live("unpacking " + module.directory());
        ready.put(module, programs.unpack(module, jar.get()));
      } else {
        missing.add(module.directory());
      }
    }
    if (!missing.isEmpty()) {
      terminal.warn("not built, so left out: " + String.join(", ", missing));
    }
    new Training(home, terminal::warn, json() ? text -> {} : terminal::live).train(ready);
    return new Topology(
        topology.ports(),
        topology.tiers().stream()
            .filter(tier -> !tier.kind().service() || ready.containsKey(Module.of(tier.kind())))
            .toList());
  }

  private void needPorts(Topology topology) throws IOException {
    Observed observed = control.observed();
    List<String> taken = new ArrayList<>();
    for (PlannedNode node : topology.nodes()) {
      boolean ours = observed.find(node.name()).map(seen -> seen.process().alive()).orElse(false);
      if (ours) {
        continue;
      }
      for (int port : new TreeSet<>(List.of(node.port(), node.controlPort()))) {
        PortOwner.of(port)
            .ifPresent(owner -> taken.add(port + " (for " + node.name() + ") by " + owner));
      }
    }
    if (!taken.isEmpty()) {
      throw new OperatorException(
          "port in use: "
              + String.join(", ", taken)
              + "; end that, or choose others with --port-base, --http-port, --https-port");
    }
  }

  /** Wants all to run; restarts what runs an older program, rebuilds replicas that are broken. */
  private void wish(Topology topology) throws IOException {
    Observed observed = control.observed();
    Programs programs = new Programs(home);
    Map<String, String> builds = new LinkedHashMap<>();
    for (Module module : Module.values()) {
      programs.current(module).ifPresent(p -> builds.put(module.name(), p.build()));
    }
    control.change(desired ->
        desired
            .fit(topology.nodes())
            .changeAll(wanted -> {
              if (wanted.run() == Run.REMOVED) {
                return wanted;
              }
              Wanted running = wanted.with(Run.RUNNING);
              Seen seen = observed.find(wanted.node().name()).orElse(null);
              if (seen == null || !seen.process().alive()) {
                return running;
              }
              if (seen.problem().startsWith(Replication.BROKEN)) {
                return running.rebuilt();
              }
              boolean old =
                  wanted.node().kind().service()
                      && !seen.build().equals(builds.get(Module.of(wanted.node().kind()).name()));
              return old ? running.restarted() : running;
            }));
  }

  private void sweep(Module module) throws IOException {
    TreeSet<String> builds = new TreeSet<>();
    control.observed().nodes().forEach(seen -> builds.add(seen.build()));
    new Programs(home).sweep(module, builds);
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
    String password = new Secrets(home).get(Secrets.DEMO_PASSWORD);
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
