package org.tanada.deploy.command;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.backup.BackupAge;
import org.tanada.deploy.build.Disk;
import org.tanada.deploy.container.ContainerBackups;
import org.tanada.deploy.launcher.Launcher;
import org.tanada.deploy.measure.NodeStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows every node: tier, address, state, version, uptime, CPU, memory, requests per second. */
@Command(name = "status", description = "Shows every node.")
public final class StatusCommand extends Operation {
  private static final long MEASURE_MILLIS = 500;
  private static final long WATCH_MILLIS = 1000;

  @Option(names = "--watch", description = "Shows it again every second, until Ctrl-C.")
  private boolean watch;

  @Override
  public Integer call() throws Exception {
    Launcher launcher = launcher();
    launcher.look();
    do {
      pause(watch ? WATCH_MILLIS : MEASURE_MILLIS);
      List<NodeStatus> nodes = launcher.look();
      if (json()) {
        answer(Map.of("nodes", nodes));
      } else {
        show(nodes, launcher.concern());
      }
    } while (watch);
    return DONE;
  }

  private static void pause(long millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  private void show(List<NodeStatus> nodes, String concern) throws IOException {
    Table table =
        new Table(
            List.of(
                "NODE", "TIER", "ADDRESS", "STATE", "VERSION", "UPTIME", "CPU", "MEMORY", "REQ/S"),
            List.of(5, 6, 7, 8));
    long memory = 0;
    for (NodeStatus node : nodes) {
      memory += node.memoryBytes() == null ? 0 : node.memoryBytes();
      List<String> row = new ArrayList<>();
      row.add(node.name());
      row.add(node.tier());
      row.add(node.address());
      row.add(node.state());
      row.add(node.version());
      row.add(node.uptimeSeconds() == null ? "–" : uptime(node.uptimeSeconds()));
      row.add(number(node.cpuPercent(), "%.1f %%"));
      row.add(megabytes(node.memoryBytes()));
      row.add(number(node.requestsPerSecond(), "%.1f"));
      table.row(row, node.problem().isEmpty() ? "" : terminal.faint("  " + node.problem()));
    }
    List<String> lines = table.lines();
    if (watch) {
      terminal.home();
    }
    for (int i = 0; i < lines.size(); i++) {
      terminal.line(i == 0 ? terminal.faint(lines.get(i)) : paint(lines.get(i), nodes.get(i - 1)));
    }
    long up = nodes.stream().filter(node -> node.state().equals("up")).count();
    String rest = concern.isEmpty() ? "" : "; " + concern;
    terminal.line("%d of %d up, %s in all%s".formatted(up, nodes.size(), megabytes(memory), rest));
    Optional<ContainerBackups> containers = BackupCommand.containers(this);
    if (containers.isPresent()) {
      containers.get().noteAge(); // they are made there, also by themselves
    }
    String backups = BackupAge.of(home).line(Instant.now());
    if (!backups.isEmpty()) {
      terminal.line(backups);
    }
    Disk.shortage(home.directory()).ifPresent(terminal::warn);
  }

  private String paint(String line, NodeStatus node) {
    String state = " " + node.state() + " ";
    String painted =
        switch (node.state()) {
          case "up" -> terminal.good(state);
          case "starting", "stopping" -> terminal.notable(state);
          case "stopped" -> terminal.faint(state);
          default -> terminal.bad(state);
        };
    return line.replaceFirst(
        java.util.regex.Pattern.quote(state), java.util.regex.Matcher.quoteReplacement(painted));
  }

  private static String number(@Nullable Double value, String format) {
    return value == null ? "–" : String.format(Locale.ROOT, format, value);
  }

  private static String megabytes(@Nullable Long bytes) {
    return bytes == null ? "–" : String.format(Locale.ROOT, "%,d MB", bytes >> 20);
  }

  /** As a person says it: 42 s, 3 min, 5 h, 2 d. */
  static String uptime(long seconds) {
    if (seconds < 120) {
      return seconds + " s";
    }
    if (seconds < 2 * 3600) {
      return seconds / 60 + " min";
    }
    return seconds < 2 * 86_400 ? seconds / 3600 + " h" : seconds / 86_400 + " d";
  }
}
