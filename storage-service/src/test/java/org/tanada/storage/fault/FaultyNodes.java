package org.tanada.storage.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.tanada.storage.StorageCluster;

/** Nodes 1 to n of one purpose, each a {@link FaultyNode}; a write is answered by two of them. */
final class FaultyNodes implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 90;

  private final Path root;
  private final int count;
  private final StorageCluster cluster;
  private final Map<Integer, Running> running = new TreeMap<>();

  /** None of them runs yet. */
  FaultyNodes(Path root, int count) throws IOException {
    this.root = root;
    this.count = count;
    this.cluster = new StorageCluster(root, "videos");
    cluster.list(java.util.stream.IntStream.rangeClosed(1, count).toArray());
  }

  int count() {
    return count;
  }

  /** Asks them. */
  StorageCluster cluster() {
    return cluster;
  }

  /** Starts those that do not run; returns when all are ready. */
  void startAll() throws IOException {
    List<Integer> started = new ArrayList<>();
    for (int n = 1; n <= count; n++) {
      if (!running.containsKey(n)) {
        running.put(n, Running.start(command(n), root.resolve("node-" + n + ".log")));
        started.add(n);
      }
    }
    started.forEach(n -> running.get(n).await("up"));
  }

  /** Tells a node a word; returns when it is done. */
  void tell(int n, String word) throws IOException {
    running.get(n).tell(word);
  }

  /** Tells it to all. */
  void tellAll(String word) throws IOException {
    for (Running node : running.values()) {
      node.tell(word);
    }
  }

  /** {@code kill -9}. */
  void kill(int n) {
    running.remove(n).kill();
  }

  /** Takes the power from one, which must be started again. */
  int cutPower(int n, Random random) throws IOException {
    kill(n);
    return PowerCut.happen(cluster.directory(n), journal(n), random);
  }

  /** Takes the power from all at the same time. */
  int cutPowerOfAll(Random random) throws IOException {
    List<Integer> all = List.copyOf(running.keySet());
    all.forEach(this::kill);
    int lost = 0;
    for (int n : all) {
      lost += PowerCut.happen(cluster.directory(n), journal(n), random);
    }
    return lost;
  }

  @Override
  public void close() {
    running.values().forEach(Running::kill);
    cluster.close();
  }

  private Path journal(int n) {
    return root.resolve("journal-" + n);
  }

  private List<String> command(int n) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                FaultyNode.class.getName(),
                journal(n).toString()));
    command.addAll(
        cluster.arguments(
            n,
            "tanada.storage.least-copies=2",
            "tanada.storage.repair-interval=200ms",
            "tanada.storage.scrub-rate=1GB",
            "tanada.storage.min-free=1MB"));
    return command;
  }

  /** A process, the words that it answers and its log. */
  private record Running(Process process, Writer words, BlockingQueue<String> answers) {
    static Running start(List<String> command, Path log) throws IOException {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      BlockingQueue<String> answers = new ArrayBlockingQueue<>(100);
      Thread.ofPlatform().daemon().start(() -> read(process, log, answers));
      return new Running(process, process.outputWriter(UTF_8), answers);
    }

    private static void read(Process process, Path log, BlockingQueue<String> answers) {
      try (BufferedReader lines = process.inputReader(UTF_8);
          Writer to = Files.newBufferedWriter(log, UTF_8, CREATE, APPEND)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.startsWith(FaultyNode.MARK)) {
            answers.add(line.substring(FaultyNode.MARK.length()));
          }
          to.write(line + "\n");
          to.flush();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void tell(String word) throws IOException {
      words.write(word + "\n");
      words.flush();
      await(word);
    }

    void await(String expected) {
      try {
        String answer = answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (!expected.equals(answer)) {
          throw new IllegalStateException("a node answered " + answer + " and not " + expected);
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    void kill() {
      process.destroyForcibly().onExit().join();
    }
  }
}
