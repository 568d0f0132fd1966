package org.tanada.deploy.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.tanada.deploy.build.Disk;
import org.tanada.deploy.build.Module;
import org.tanada.deploy.build.PortOwner;
import org.tanada.deploy.build.Programs;
import org.tanada.deploy.build.Programs.Program;
import org.tanada.deploy.database.Replication;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.process.Training;
import org.tanada.deploy.state.Desired;
import org.tanada.deploy.state.Desired.Run;
import org.tanada.deploy.state.Desired.Wanted;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.Observed;
import org.tanada.deploy.state.Observed.Seen;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Topology;
import org.tanada.deploy.topology.TopologyFile;

/** Starts the processes of a native installation. */
final class NativeStart {
  /** Where tiers are left out, others cannot become ready without them. */
  private static final Duration LITTLE_PATIENCE = Duration.ofSeconds(40);

  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final Home home;
  private final Control control;
  private final Terminal terminal;
  private final boolean quiet;

  /**
   * The start of an installation.
   *
   * @param quiet shows nothing of how it goes
   */
  NativeStart(Home home, Control control, Terminal terminal, boolean quiet) {
    this.home = home;
    this.control = control;
    this.terminal = terminal;
    this.quiet = quiet;
  }

  /**
   * Sets up what is missing, starts all nodes and waits until they are ready.
   *
   * @return how long it took from the start of the first process
   */
  Duration run(Topology whole) throws IOException, InterruptedException {
    Disk.need(home.directory());
    new Secrets(home).make();
    Topology topology = withPrograms(whole);
    needPorts(topology);
    StateFiles.write(home.topology(), TopologyFile.write(whole));
    long start = System.nanoTime();
    wish(topology);
    control.supervise();
    new Readiness(control, quiet ? null : terminal)
        .await(topology.equals(whole) ? PATIENCE : LITTLE_PATIENCE);
    for (Module module : Module.values()) {
      sweep(module);
    }
    new Programs(home).sweepOwn();
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Whether all of it runs already, and is the newest. */
  boolean allUp(Topology topology) throws IOException {
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
    new Training(home, terminal::warn, quiet ? text -> {} : terminal::live).train(ready);
    return topology.withTiers(
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
}
