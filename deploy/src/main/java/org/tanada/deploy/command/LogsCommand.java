package org.tanada.deploy.command;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.tanada.deploy.state.OperatorException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what nodes have written. */
@Command(name = "logs", description = "Shows the end of a node's log, or of all nodes' logs.")
public final class LogsCommand extends Operation {
  private static final int LONGEST_TAIL = 1 << 20;

  @Parameters(arity = "0..1", paramLabel = "NODE", description = "A node, or supervisor.")
  private String node = "";

  @Option(
      names = {"-f", "--follow"},
      description = "Goes on until Ctrl-C.")
  private boolean follow;

  @Option(
      names = {"-n", "--lines"},
      paramLabel = "N",
      defaultValue = "50",
      description = "How many lines of the end (${DEFAULT-VALUE}).")
  private int lines;

  @Override
  public Integer call() throws Exception {
    needInstallation();
    Map<String, Path> files = files();
    Map<Path, Long> positions = new LinkedHashMap<>();
    for (Map.Entry<String, Path> file : files.entrySet()) {
      long size = Files.exists(file.getValue()) ? Files.size(file.getValue()) : 0;
      int each = files.size() == 1 ? lines : Math.max(1, Math.min(lines, 5));
      List<String> all = read(file.getValue(), Math.max(0, size - LONGEST_TAIL), size);
      print(file.getKey(), all.subList(Math.max(0, all.size() - each), all.size()), files.size());
      positions.put(file.getValue(), size);
    }
    while (follow) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(250));
      for (Map.Entry<String, Path> file : files.entrySet()) {
        more(file.getKey(), file.getValue(), positions, files.size());
      }
    }
    return DONE;
  }

  private Map<String, Path> files() throws IOException {
    Map<String, Path> files = new LinkedHashMap<>();
    if (node.equals("supervisor")) {
      files.put(node, home.supervisorLog());
      return files;
    }
    Path nodes = home.directory().resolve("nodes");
    if (!node.isEmpty()) {
      if (node.contains("/") || !Files.exists(home.log(node))) {
        throw new OperatorException(
            "there is no log of \"" + node + "\": ./tanada status names the nodes");
      }
      files.put(node, home.log(node));
      return files;
    }
    try (Stream<Path> entries = Files.list(nodes)) {
      entries
          .map(path -> path.getFileName().toString())
          .sorted()
          .filter(name -> Files.exists(home.log(name)))
          .forEach(name -> files.put(name, home.log(name)));
    }
    return files;
  }

  /** What was added since; from the start again after the log was cut. */
  private void more(String name, Path file, Map<Path, Long> positions, int all) throws IOException {
    long from = positions.getOrDefault(file, 0L);
    long size = Files.exists(file) ? Files.size(file) : 0;
    if (size < from) {
      from = 0;
    }
    if (size > from) {
      print(name, read(file, from, Math.min(size, from + LONGEST_TAIL)), all);
      positions.put(file, Math.min(size, from + LONGEST_TAIL));
    }
  }

  private static List<String> read(Path file, long from, long to) throws IOException {
    if (!Files.exists(file) || to <= from) {
      return List.of();
    }
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "r")) {
      access.seek(from);
      byte[] bytes = new byte[(int) (to - from)];
      int read = access.read(bytes);
      String text = new String(bytes, 0, Math.max(0, read), StandardCharsets.UTF_8);
      return new ArrayList<>(text.lines().toList());
    }
  }

  private void print(String name, List<String> text, int all) {
    for (String line : text) {
      System.out.println(all > 1 ? terminal.faint(name + " | ") + line : line);
    }
    System.out.flush();
  }
}
