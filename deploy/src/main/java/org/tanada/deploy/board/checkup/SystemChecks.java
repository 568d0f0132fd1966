package org.tanada.deploy.board.checkup;

import static org.tanada.deploy.doctor.Finding.bad;
import static org.tanada.deploy.doctor.Finding.good;
import static org.tanada.deploy.doctor.Finding.notable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import org.tanada.deploy.board.Board;
import org.tanada.deploy.board.BoardPlan;
import org.tanada.deploy.build.Packages;
import org.tanada.deploy.doctor.Finding;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.PlannedNode;

/** Kernel, clock, memory, limits and programs of a board. */
final class SystemChecks {
  private static final int JAVA = 25;
  private static final int ENGINE = 24;

  /** Most that a database, with its tables, and a gateway, with its connections, open at once. */
  private static final long OPEN_FILES = 16_384;

  /** Tokens are accepted for so long after their time; beyond it a sign-in fails. */
  private static final Duration WRONG_CLOCK = Duration.ofSeconds(5);

  private static final Duration LATE_CLOCK = Duration.ofMillis(500);

  private final Board board;
  private final List<PlannedNode> nodes;
  private final BoardFacts facts;

  SystemChecks(Board board, List<PlannedNode> nodes, BoardFacts facts) {
    this.board = board;
    this.nodes = nodes;
    this.facts = facts;
  }

  List<Finding> look(ClockOffset offset) {
    List<Finding> findings = new ArrayList<>();
    findings.add(architecture());
    findings.add(pages());
    findings.add(clock(offset));
    findings.add(synchronisation());
    findings.add(memory());
    findings.add(outOfMemory());
    findings.add(swap());
    findings.add(memoryLimits());
    findings.add(openFiles());
    findings.add(programs());
    findings.add(rights());
    return findings;
  }

  private Finding architecture() {
    String kernel = facts.text("kernel").orElse("unknown");
    String bits = facts.text("bits").orElse("unknown");
    String packages = facts.text("packages").orElse("");
    String fact =
        "%s, %s-bit%s".formatted(kernel, bits, packages.isEmpty() ? "" : ", packages " + packages);
    String model = facts.text("model").map(name -> name + ": ").orElse("");
    if (kernel.equals("armv7l") || kernel.equals("armv6l") || kernel.equals("i686")) {
      return bad(
          "system",
          model + "a 32-bit kernel, " + kernel,
          "write a 64-bit image to its card; Pi Zero, 1 and early 2 cannot run one");
    }
    if (!kernel.equals("aarch64") && !kernel.equals("x86_64")) {
      return bad("system", model + fact, "only aarch64 and x86_64 have what Tanada is made of");
    }
    return !bits.equals("64") || packages.equals("armhf") || packages.equals("i386")
        ? bad(
            "system",
            model + "32-bit programs under a 64-bit kernel (" + fact + ")",
            "write a 64-bit image to its card: there is no 32-bit JDK 25")
        : good("system", model + fact);
  }

  private Finding pages() {
    long size = facts.number("page").orElse(4096);
    return size <= 16_384
        ? good("page size", size / 1024 + " KB")
        : notable(
            "page size",
            size / 1024 + " KB: every small mapping takes that much",
            "take a kernel of 4 or 16 KB pages, or give the board less to do");
  }

  private static Finding clock(ClockOffset offset) {
    Duration wrong = offset.certain();
    if (wrong.isZero()) {
      return good("clock", "right, as far as a call by ssh can tell");
    }
    String fact =
        String.format(
            Locale.ROOT,
            "%.1f s %s ours at least",
            wrong.abs().toMillis() / 1000.0,
            wrong.isPositive() ? "ahead of" : "behind");
    String advice = "switch time synchronisation on, on both machines: timedatectl set-ntp true";
    if (wrong.abs().compareTo(WRONG_CLOCK) > 0) {
      return bad("clock", fact, advice);
    }
    return wrong.abs().compareTo(LATE_CLOCK) > 0
        ? notable("clock", fact, advice)
        : good("clock", fact);
  }

  private Finding synchronisation() {
    String synchronised = facts.text("synchronized").orElse("unknown");
    return switch (synchronised) {
      case "yes" -> good("time synchronisation", "active");
      case "no" ->
          notable(
              "time synchronisation",
              "not active; after a power cut the clock begins where it stopped",
              "apt-get install systemd-timesyncd && timedatectl set-ntp true, and let it reach a"
                  + " time server (NTP= in /etc/systemd/timesyncd.conf)");
      default ->
          notable(
              "time synchronisation",
              "unknown, since timedatectl does not answer",
              "see that chrony or systemd-timesyncd runs");
    };
  }

  private Finding memory() {
    long has = facts.number("memory").orElse(0) / 1024;
    int least = BoardPlan.leastMegabytes(board);
    String fact = "%,d MB, its nodes need %,d MB at least".formatted(has, least);
    if (has < least) {
      return bad(
          "memory", fact, "move a role to another board in the inventory, ./tanada boards check");
    }
    // firmware and graphics take a part: up to a fifth of a Pi Zero's 512 MB
    return has < board.memoryMegabytes() * 3 / 4
        ? notable(
            "memory",
            fact + "; the inventory says %,d MB".formatted(board.memoryMegabytes()),
            "heaps and pools would be too large: correct the inventory, or its gpu_mem")
        : good("memory", fact);
  }

  private Finding outOfMemory() {
    long killed = facts.number("oom").orElse(0);
    return killed == 0
        ? good("out of memory", "never since its start")
        : notable(
            "out of memory",
            "the kernel killed " + killed + " processes since its start",
            "journalctl -k -g 'Out of memory' says which: move a role to another board");
  }

  private Finding swap() {
    for (List<String> swap : facts.parts("swap", 2)) {
      if (swap.getFirst().contains("mmcblk")) {
        return notable(
            "swap",
            "on the card: " + swap.getFirst() + " wears it out, and heaps in it stand still",
            "in RAM instead: apt-get install zram-tools, and systemctl disable --now"
                + " dphys-swapfile or swapoff");
      }
    }
    List<String> names = facts.parts("swap", 2).stream().map(List::getFirst).toList();
    return good("swap", names.isEmpty() ? "none" : String.join(", ", names));
  }

  private Finding memoryLimits() {
    String state = facts.text("cgroup").orElse("no");
    if (state.equals("yes")) {
      return good("memory limits", "the kernel's memory cgroup is on");
    }
    String file = facts.text("cmdline").orElse("the kernel's command line");
    return notable(
        "memory limits",
        "the kernel's memory cgroup is off: limits of units and containers have no effect",
        "add cgroup_enable=memory cgroup_memory=1 to the one line of " + file + ", then reboot");
  }

  private Finding openFiles() {
    String text = facts.text("files").orElse("");
    OptionalLong limit = BoardFacts.parseNumber(text);
    return text.matches("unlimited|infinity") || limit.orElse(0) >= OPEN_FILES
        ? good("open files", "up to " + text)
        : notable(
            "open files",
            "at most " + (text.isEmpty() ? "unknown" : text),
            "DefaultLimitNOFILE=65536 in /etc/systemd/system.conf, then reboot");
  }

  /** What the board's nodes are made of, and Docker in its place. */
  private Finding programs() {
    Set<String> missing = missing();
    String docker = facts.text("docker").orElse("");
    boolean java = nodes.stream().anyMatch(node -> node.kind().service());
    boolean lacksJava =
        java
            && facts.all("java").stream()
                .allMatch(version -> BoardFacts.parseNumber(version).orElse(0) < JAVA);
    if (docker.equals("stopped")) {
      return notable(
          "programs", "Docker is installed and does not answer", "systemctl enable --now docker");
    }
    boolean engine = BoardFacts.parseNumber(docker.replaceAll("[^0-9].*", "")).orElse(0) >= ENGINE;
    if (!docker.isEmpty() && !engine && !missing.isEmpty()) {
      return bad(
          "programs",
          "Docker " + docker + " is too old, and missing: " + String.join(", ", missing),
          "for ./tanada ship: apt-get install "
              + String.join(" ", missing)
              + "; for containers an engine from "
              + ENGINE
              + " on");
    }
    if (missing.isEmpty() && !lacksJava) {
      return good("programs", engine ? "all there, and Docker " + docker : "all there");
    }
    if (missing.isEmpty()) {
      return good(
          "programs",
          "all but a Java "
              + JAVA
              + ", which ./tanada ship brings to boards like its own machine;"
              + " else: apt-get install openjdk-"
              + JAVA
              + "-jre-headless");
    }
    String install = "apt-get install " + String.join(" ", missing);
    return engine
        ? good("programs", "Docker " + docker + "; for ./tanada ship beside it: " + install)
        : bad("programs", "missing: " + String.join(", ", missing), install);
  }

  /** Packages that the board's nodes need and that are not there. */
  private Set<String> missing() {
    Set<String> needed = new LinkedHashSet<>(List.of("tar"));
    for (PlannedNode node : nodes) {
      needed.addAll(programsOf(node.kind()));
    }
    needed.removeAll(Set.copyOf(facts.all("program")));
    Set<String> packages = new LinkedHashSet<>();
    for (String program : needed) {
      packages.add(
          Packages.RUN.stream()
              .filter(need -> need.program().equals(program))
              .map(Packages.Need::name)
              .findFirst()
              .orElse(program));
    }
    return packages;
  }

  private static List<String> programsOf(Kind kind) {
    return switch (kind) {
      case MYSQL -> List.of("mariadbd", "mariadb-install-db", "mariadb");
      case MEMCACHED -> List.of("memcached");
      case NGINX -> List.of("nginx");
      case EDGE, LB, APP, AUTH, ROUTER, STORAGE, BACKUP -> List.of();
    };
  }

  private Finding rights() {
    return switch (facts.text("root").orElse("no")) {
      case "yes" -> good("rights", "root");
      case "sudo" -> good("rights", "sudo without a password");
      default ->
          notable(
              "rights",
              "neither root nor sudo without a password: some checks saw less",
              "for ./tanada ship: echo \"$USER ALL=(ALL) NOPASSWD: ALL\" | sudo tee"
                  + " /etc/sudoers.d/tanada");
    };
  }
}
