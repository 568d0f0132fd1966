package org.tanada.deploy.backup;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.backup.TimeIndex.Row;
import org.tanada.deploy.database.Sql;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Ports;

/**
 * Keeps a copy of what a cluster's primary writes to its binary log, by the database's own tool,
 * which reads the log as a replica does.
 *
 * <pre>
 * index-DAY          which position there was when, see {@link TimeIndex}
 * NODE/binlog.N      the logs of a node
 * NODE.2/binlog.N    those of the same node when it had been made anew
 * NODE/part/         what the tool writes until it is as long as what is there
 * </pre>
 *
 * The tool neither syncs nor connects again, begins the last file anew when it is started, and says
 * nothing when the network is cut. So files are synced here; whatever is confirmed is noted in the
 * index; and when nothing could be confirmed for some seconds the tool is started again.
 */
final class LogShipper implements Runnable, AutoCloseable {
  private static final Duration GRID = Duration.ofMillis(250);
  private static final Duration SYNC = Duration.ofSeconds(1);
  private static final Duration QUIET = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(700);
  private static final int TOOL_IDS = 9900;
  private static final String PART = "part";

  private final Databases databases;
  private final Secrets secrets;
  private final String cluster;
  private final Path directory;
  private final TimeIndex index;
  private volatile boolean closed;
  private volatile String problem = "begins";
  private volatile @Nullable Row last;
  private volatile @Nullable Process tool;

  /**
   * The shipper of a cluster.
   *
   * @param directory where its logs go
   */
  LogShipper(Databases databases, Secrets secrets, String cluster, Path directory) {
    this.databases = databases;
    this.secrets = secrets;
    this.cluster = cluster;
    this.directory = directory;
    this.index = new TimeIndex(directory);
  }

  /** What keeps it from its work; empty if nothing does. */
  String problem() {
    return problem;
  }

  /** The newest moment up to which everything is here. */
  Optional<Row> last() {
    return Optional.ofNullable(last);
  }

  @Override
  public void close() {
    closed = true;
    Process running = tool;
    if (running != null) {
      running.destroyForcibly();
    }
  }

  @Override
  public void run() {
    while (!closed && !Thread.currentThread().isInterrupted()) {
      try {
        List<PlannedNode> nodes = databases.clusters().getOrDefault(cluster, List.of());
        Optional<PlannedNode> primary = databases.primary(nodes);
        if (primary.isEmpty()) {
          say("no primary answers");
        } else {
          follow(primary.get());
        }
      } catch (IOException | OperatorException e) {
        say(String.valueOf(e.getMessage()));
      }
      pause(PAUSE);
    }
  }

  private void say(String text) {
    if (!text.equals(problem)) {
      problem = text;
      System.out.println(
          Instant.now() + " " + cluster + ": " + (text.isEmpty() ? "logs are shipped" : text));
    }
  }

  private static void pause(Duration time) {
    LockSupport.parkNanos(time.toNanos());
  }

  /** A question that waits until the logs have come as far as its answer. */
  private record Asked(Row row, String file, long offset, long since) {}

  /** Ships until the node is not the primary any more, or something is wrong. */
  private void follow(PlannedNode primary) throws IOException {
    StateFiles.privateDirectory(directory);
    List<String> logs =
        new Sql(databases.access(primary))
            .run("SHOW BINARY LOGS").stream().map(line -> line.split("\t", -1)[0]).toList();
    if (logs.isEmpty()) {
      throw new OperatorException(primary.name() + " keeps no binary log");
    }
    Path to = home(primary, logs);
    Path part = to.resolve(PART);
    if (Files.exists(part)) {
      StateFiles.deleteTree(part);
    }
    StateFiles.privateDirectory(part);
    String begin = newest(to).filter(logs::contains).orElse(first(to, logs));
    Process running = tool(primary, part, begin);
    tool = running;
    try (Question question =
        new Question(databases.access(primary), databases.dialect().question())) {
      Deque<Asked> open = new ArrayDeque<>();
      long synced = System.nanoTime();
      long fetched = 0; // of a file that is here already, and is read again
      long moved = synced;
      while (!closed) {
        Question.Answer answer = question.ask(PATIENCE);
        if (!answer.writable()) {
          throw new OperatorException(primary.name() + " is not the primary any more");
        }
        open.add(new Asked(answer.row(), answer.file(), answer.offset(), System.nanoTime()));
        take(part, to, begin);
        long again = Files.exists(part.resolve(begin)) ? Files.size(part.resolve(begin)) : fetched;
        moved = again > fetched ? System.nanoTime() : moved;
        fetched = again;
        if (System.nanoTime() - synced >= SYNC.toNanos()) {
          synced = System.nanoTime();
          confirm(to, open);
        }
        Asked oldest = open.peek();
        long patient = System.nanoTime() - PATIENCE.toNanos();
        if (oldest != null && oldest.since() < patient && moved < patient) {
          throw new OperatorException(
              "the logs of " + primary.name() + " are more than 5 s behind: begins again");
        }
        if (!running.isAlive()) {
          throw new OperatorException("the log of " + primary.name() + " was cut: begins again");
        }
        pause(GRID);
      }
    } finally {
      running.destroyForcibly();
    }
  }

  /** The directory of a node, which changes when its log begins anew. */
  private Path home(PlannedNode node, List<String> logs) throws IOException {
    Path newest = directory.resolve(node.name());
    for (int i = 2; Files.exists(directory.resolve(node.name() + "." + i)); i++) {
      newest = directory.resolve(node.name() + "." + i);
    }
    Optional<String> known = newest(newest);
    boolean goesOn =
        known.isEmpty()
            || (logs.contains(known.get())
                && databases.dialect().same(databases.home(), node, newest, known.get()));
    if (!goesOn) {
      String name = newest.getFileName().toString();
      int number = name.equals(node.name()) ? 2 : 1 + Ports.cluster(name.replace('.', '-'));
      newest = directory.resolve(node.name() + "." + number);
    }
    StateFiles.privateDirectory(newest);
    databases.dialect().mark(databases.home(), node, newest);
    return newest;
  }

  /**
   * Where to begin with a node: after a change of the primary its logs have to go back to the last
   * backup; before the first backup nobody needs what was.
   */
  private String first(Path node, List<String> logs) throws IOException {
    try (Stream<Path> nodes = Files.list(directory)) {
      boolean others = nodes.anyMatch(other -> Files.isDirectory(other) && !other.equals(node));
      return others ? logs.getFirst() : logs.get(Math.max(0, logs.size() - 2));
    }
  }

  private static Optional<String> newest(Path directory) throws IOException {
    return Files.isDirectory(directory)
        ? logs(directory).reduce((_, later) -> later)
        : Optional.empty();
  }

  /** The names of the logs in a directory, oldest first. */
  static Stream<String> logs(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("binlog\\.[0-9]{6,}"))
          .sorted()
          .toList()
          .stream();
    }
  }

  private Process tool(PlannedNode primary, Path part, String begin) throws IOException {
    Dialect dialect = databases.dialect();
    List<String> command =
        new ArrayList<>(dialect.reader(primary, TOOL_IDS + Ports.cluster(cluster)));
    command.addAll(
        List.of(
            "--read-from-remote-server",
            "--raw",
            "--stop-never",
            "--result-file=" + part + "/",
            begin));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("MYSQL_PWD", dialect.readerPassword(secrets));
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.to(part.resolve("words").toFile()))
        .start();
  }

  /**
   * Takes files out of the tool's hands, which goes on writing to them: the first one when it is as
   * long as the one that is there.
   */
  private static void take(Path part, Path to, String begin) throws IOException {
    for (String name : logs(part).toList()) {
      Path fresh = part.resolve(name);
      Path old = to.resolve(name);
      if (!name.equals(begin) || !Files.exists(old) || Files.size(fresh) >= Files.size(old)) {
        Files.move(fresh, old, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  /** Syncs what has come, and notes in the index how far that is. */
  private void confirm(Path to, Deque<Asked> open) throws IOException {
    Map<String, Long> synced = new HashMap<>();
    for (Asked asked : open) {
      Path file = to.resolve(asked.file());
      if (!synced.containsKey(asked.file()) && Files.exists(file)) {
        synced.put(asked.file(), Files.size(file));
        sync(file);
      }
    }
    sync(to);
    List<Row> rows = new ArrayList<>();
    for (Asked next = open.peek();
        next != null && synced.getOrDefault(next.file(), 0L) >= next.offset();
        next = open.peek()) {
      Row row = open.remove().row();
      Row before = last;
      boolean news =
          before == null
              || !before.position().equals(row.position())
              || row.micros() - before.micros() >= TimeUnit.NANOSECONDS.toMicros(QUIET.toNanos());
      if (news) {
        rows.add(row);
        last = row;
      }
    }
    if (!rows.isEmpty()) {
      index.add(rows);
      say("");
    }
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
