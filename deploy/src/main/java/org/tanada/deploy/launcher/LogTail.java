package org.tanada.deploy.launcher;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.tanada.deploy.launcher.Launcher.LogSink;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;

/** The ends of the log files of a native installation. */
final class LogTail {
  /** The supervisor's own log can be asked for as if it were a node's. */
  private static final String SUPERVISOR = "supervisor";

  private static final int LONGEST = 1 << 20;
  private static final long POLL_MILLIS = 250;

  private final Home home;
  private final LogSink sink;

  LogTail(Home home, LogSink sink) {
    this.home = home;
    this.sink = sink;
  }

  void show(String node, int lines, boolean follow) throws IOException {
    Map<String, Path> files = files(node);
    Map<String, Long> positions = new LinkedHashMap<>();
    for (Map.Entry<String, Path> file : files.entrySet()) {
      long size = Files.exists(file.getValue()) ? Files.size(file.getValue()) : 0;
      List<String> all = read(file.getValue(), Math.max(0, size - LONGEST), size);
      print(file.getKey(), all.subList(Math.max(0, all.size() - lines), all.size()));
      positions.put(file.getKey(), size);
    }
    while (follow) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
      for (Map.Entry<String, Path> file : files.entrySet()) {
        more(file.getKey(), file.getValue(), positions);
      }
    }
  }

  private Map<String, Path> files(String node) throws IOException {
    Map<String, Path> files = new LinkedHashMap<>();
    if (node.equals(SUPERVISOR)) {
      files.put(node, home.supervisorLog());
      return files;
    }
    if (!node.isEmpty()) {
      if (node.contains("/") || !Files.exists(home.log(node))) {
        throw new OperatorException(
            "there is no log of \"" + node + "\": ./tanada status names the nodes");
      }
      files.put(node, home.log(node));
      return files;
    }
    try (Stream<Path> entries = Files.list(home.directory().resolve("nodes"))) {
      entries
          .map(path -> path.getFileName().toString())
          .sorted()
          .filter(name -> Files.exists(home.log(name)))
          .forEach(name -> files.put(name, home.log(name)));
    }
    return files;
  }

  /** What was added since; from the start again after the log was cut. */
  private void more(String node, Path file, Map<String, Long> positions) throws IOException {
    long from = positions.getOrDefault(node, 0L);
    long size = Files.exists(file) ? Files.size(file) : 0;
    if (size < from) {
      from = 0;
    }
    if (size > from) {
      long to = Math.min(size, from + LONGEST);
      print(node, read(file, from, to));
      positions.put(node, to);
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
      return new String(bytes, 0, Math.max(0, read), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private void print(String node, List<String> lines) {
    lines.forEach(line -> sink.line(node, line));
  }
}
