package org.tanada.deploy.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.tanada.deploy.build.Disk;
import org.tanada.deploy.build.Module;
import org.tanada.deploy.build.Packages;
import org.tanada.deploy.build.PortOwner;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.state.Desired;
import org.tanada.deploy.state.Desired.Wanted;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.Observed;
import org.tanada.deploy.state.Observed.Seen;
import org.tanada.deploy.state.Observed.State;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Topology;
import org.tanada.deploy.topology.TopologyFile;

/** All checks of {@code doctor}. */
public final class Checkup {
  private static final Instant EARLIEST = Instant.parse("2026-01-01T00:00:00Z");

  private final Home home;
  private final Control control;

  /** A checkup of an installation, which need not be set up. */
  public Checkup(Home home) {
    this.home = home;
    this.control = new Control(home);
  }

  /** Looks at everything. */
  public List<Finding> look() throws IOException {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        Finding.good(
            "Java", System.getProperty("java.version") + " in " + System.getProperty("java.home")));
    findings.add(packages());
    findings.add(programs());
    findings.add(disk());
    findings.add(memory());
    findings.add(clock());
    if (Files.isDirectory(home.secrets())) {
      findings.add(secrets());
    }
    findings.add(ports());
    findings.addAll(nodes());
    return findings;
  }

  private static Finding packages() {
    Set<String> missing = Packages.missing();
    return missing.isEmpty()
        ? Finding.good("packages", "MariaDB, memcached and nginx are installed")
        : Finding.bad(
            "packages",
            "missing: " + String.join(", ", missing),
            "./tanada up installs them, or: apt-get install " + String.join(" ", missing));
  }

  private Finding programs() throws IOException {
    List<String> missing = new ArrayList<>();
    for (Module module : Module.values()) {
      if (module.jar(home.root()).isEmpty()) {
        missing.add(module.directory());
      }
    }
    return missing.isEmpty()
        ? Finding.good("build", "every service is built")
        : Finding.bad(
            "build", "not built: " + String.join(", ", missing), "./tanada up builds them");
  }

  private Finding disk() throws IOException {
    Path place = home.directory();
    while (!Files.exists(place) && place.getParent() != null) {
      place = place.getParent();
    }
    long free = Disk.freeMegabytes(place);
    String fact = free + " MB free where " + home.directory() + " is";
    if (free < Disk.LEAST_MEGABYTES) {
      return Finding.bad("disk", fact, "free some, or set TANADA_HOME to another disk");
    }
    return free < 3 * Disk.LEAST_MEGABYTES
        ? Finding.notable("disk", fact, "videos and binary logs grow: watch it")
        : Finding.good("disk", fact);
  }

  private Finding memory() throws IOException {
    Path info = Path.of("/proc/meminfo");
    if (!Files.isReadable(info)) {
      return Finding.notable("memory", "unknown", "");
    }
    long available = 0;
    for (String line : Files.readAllLines(info)) {
      if (line.startsWith("MemAvailable:")) {
        available = Long.parseLong(line.replaceAll("[^0-9]", "")) >> 10;
      }
    }
    boolean up = control.supervised();
    boolean small =
        Files.exists(home.topology()) && TopologyFile.read(home.topology()).nodes().size() < 15;
    long needed = up ? 300 : small ? 2000 : 4000;
    String fact = available + " MB available";
    return available >= needed
        ? Finding.good("memory", fact)
        : Finding.notable(
            "memory",
            fact,
            up
                ? "scale down, or stop something else"
                : "up needs about " + needed + " MB: ./tanada up --small needs half");
  }

  private static Finding clock() {
    Instant now = Instant.now();
    return now.isBefore(EARLIEST) || now.isAfter(EARLIEST.plus(Duration.ofDays(365L * 40)))
        ? Finding.bad("clock", now.toString(), "set it: ids and certificates are made from it")
        : Finding.good("clock", now.toString());
  }

  private Finding secrets() throws IOException {
    List<String> open = new ArrayList<>();
    try (Stream<Path> files = Files.list(home.secrets())) {
      for (Path file : files.toList()) {
        String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        if (!mode.endsWith("------")) {
          open.add(file.getFileName().toString());
        }
      }
    }
    return open.isEmpty()
        ? Finding.good("secrets", "only their owner can read them")
        : Finding.bad(
            "secrets",
            "others can read " + String.join(", ", open),
            "chmod 600 " + home.secrets() + "/*, or ./tanada down --purge if somebody did");
  }

  private Finding ports() throws IOException {
    Topology topology =
        Files.exists(home.topology())
            ? TopologyFile.read(home.topology())
            : TopologyFile.shipped(false);
    Observed observed = control.observed();
    List<String> taken = new ArrayList<>();
    for (PlannedNode node : topology.nodes()) {
      if (observed.find(node.name()).map(seen -> seen.process().alive()).orElse(false)) {
        continue;
      }
      for (int port : new TreeSet<>(List.of(node.port(), node.controlPort()))) {
        PortOwner.of(port).ifPresent(owner -> taken.add(port + " by " + owner));
      }
    }
    return taken.isEmpty()
        ? Finding.good("ports", "free, or ours")
        : Finding.bad(
            "ports",
            "in use: " + String.join(", ", taken),
            "end that, or ./tanada up with --port-base, --http-port, --https-port");
  }

  private List<Finding> nodes() throws IOException {
    Desired desired = control.desired();
    boolean wanted = desired.nodes().stream().anyMatch(w -> w.run().up());
    if (!wanted) {
      return List.of(Finding.good("nodes", "Tanada is down"));
    }
    List<Finding> findings = new ArrayList<>();
    if (!control.supervised()) {
      findings.add(
          Finding.bad("supervisor", "does not run: nothing is restarted", "./tanada up starts it"));
    }
    Observed observed = control.observed();
    int up = 0;
    for (Wanted wish : desired.nodes()) {
      Seen seen = observed.find(wish.node().name()).orElse(null);
      boolean healthy = seen != null && seen.process().alive() && seen.state() == State.UP;
      if (wish.run().up() && !healthy) {
        String fact = seen == null ? "unknown" : seen.state().word() + " " + seen.problem();
        findings.add(
            Finding.bad(
                wish.node().name(),
                fact.strip(),
                "./tanada logs " + wish.node().name() + ", ./tanada up"));
      } else if (seen != null && seen.restarts() > 0) {
        findings.add(
            Finding.notable(
                wish.node().name(),
                "was started again " + seen.restarts() + " times",
                "./tanada logs supervisor says when"));
      } else {
        up++;
      }
    }
    findings.add(Finding.good("nodes", up + " are as they should be"));
    return findings;
  }
}
