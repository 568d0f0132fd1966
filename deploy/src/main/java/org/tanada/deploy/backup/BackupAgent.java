package org.tanada.deploy.backup;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.LockSupport;
import org.tanada.deploy.build.Binaries;
import org.tanada.deploy.process.Detached;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.Secrets;

/**
 * What works between two backups: it ships the logs of all clusters, saves them and new files to
 * the repository each minute, begins the next backup by its schedule, and says how old everything
 * is.
 */
public final class BackupAgent implements AutoCloseable {
  /** How far logs may be behind before somebody has to know. */
  static final Duration MOST_BEHIND = Duration.ofSeconds(10);

  /** As the script gives the command line. */
  private static final String HEAP = "96m";

  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration PUSH = Duration.ofMinutes(1);

  private final Home home;
  private final BackupFiles files;
  private final Databases databases;
  private final BackupSchedule schedule;
  private final Map<String, LogShipper> shippers = new ConcurrentSkipListMap<>();
  private final Map<String, String> saved = new TreeMap<>();
  private volatile boolean closed;
  private volatile String pushProblem = "";
  private volatile Instant pushed = Instant.EPOCH;

  /** The agent of an installation. */
  public BackupAgent(Home home) {
    this.home = home;
    this.files = new BackupFiles(home);
    this.databases = new Databases(home);
    this.schedule =
        new BackupSchedule(
            home,
            InstantSource.system(),
            ZoneId.systemDefault(),
            (log, command) ->
                Detached.start(home, log, HEAP, Map.of(), List.of(command), Binaries.politely()));
  }

  /** Works until it is closed. */
  public void run() throws IOException {
    int timeline = files.timeline();
    Secrets secrets = new Secrets(home);
    Instant nextPush = Instant.now().plus(PUSH);
    while (!closed) {
      List<String> clusters = List.copyOf(databases.clusters().keySet());
      for (String cluster : clusters) {
        shippers.computeIfAbsent(
            cluster,
            name -> {
              LogShipper shipper =
                  new LogShipper(databases, secrets, name, files.logs(timeline, name));
              Thread.ofPlatform().daemon().name("logs-" + name).start(shipper);
              return shipper;
            });
      }
      shippers.forEach((name, shipper) -> {
        if (!clusters.contains(name)) {
          shipper.close();
          shippers.remove(name);
        }
      });
      if (Instant.now().isAfter(nextPush)) {
        push();
        nextPush = Instant.now().plus(PUSH);
      }
      schedule.look();
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  /** Saves what came, if anything did. */
  private void push() throws IOException {
    Map<String, String> now = new TreeMap<>();
    shippers.forEach(
        (name, shipper) -> shipper.last().ifPresent(row -> now.put(name, row.position())));
    boolean quiet = now.equals(saved) && pushProblem.isEmpty();
    if (files.repository().isEmpty() || quiet) {
      pushed = Instant.now();
      return;
    }
    try {
      new Backup(home, _ -> {}).pushLogs();
      saved.clear();
      saved.putAll(now);
      pushed = Instant.now();
      pushProblem = "";
    } catch (OperatorException e) {
      String words = String.valueOf(e.getMessage());
      if (!words.equals(pushProblem)) {
        System.out.println(Instant.now() + " logs are not saved: " + words);
      }
      pushProblem = words;
    }
  }

  /** What an operator has to know; empty if all is well. */
  String problem() {
    List<String> problems = new ArrayList<>();
    Instant oldest = Instant.now().minus(MOST_BEHIND);
    if (shippers.isEmpty()) {
      problems.add("begins");
    }
    shippers.forEach((name, shipper) -> {
      boolean behind = shipper.last().filter(row -> row.at().isAfter(oldest)).isEmpty();
      if (behind) {
        problems.add(name + ": " + (shipper.problem().isEmpty() ? "behind" : shipper.problem()));
      }
    });
    return String.join("; ", problems);
  }

  /** Answers {@code /ready} and {@code /metrics}. */
  public void listen(InetSocketAddress at) throws IOException {
    HttpServer server = HttpServer.create(at, 0);
    server.createContext(
        "/ready",
        exchange -> {
          String problem = problem();
          answer(exchange, problem.isEmpty() ? 200 : 503, problem);
        });
    server.createContext("/metrics", exchange -> answer(exchange, 200, metrics()));
    server.start();
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      if (body.length > 0) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  private String metrics() throws IOException {
    StringBuilder text = new StringBuilder();
    shippers.forEach((name, shipper) ->
        shipper
            .last()
            .ifPresent(row ->
                gauge(
                    text,
                    "tanada_backup_logs_timestamp_seconds{cluster=\"" + name + "\"}",
                    row.at())));
    gauge(text, "tanada_backup_saved_timestamp_seconds", pushed);
    BackupAge age = BackupAge.of(home);
    age.made().ifPresent(at -> gauge(text, "tanada_backup_timestamp_seconds", at));
    age.verified().ifPresent(at -> gauge(text, "tanada_backup_verified_timestamp_seconds", at));
    text.append("tanada_backup_verification_failed ")
        .append(age.failure().isEmpty() ? 0 : 1)
        .append('\n');
    return text.toString();
  }

  private static void gauge(StringBuilder text, String name, Instant at) {
    text.append(name).append(' ').append(at.toEpochMilli() / 1000.0).append('\n');
  }

  @Override
  public void close() {
    closed = true;
    shippers.values().forEach(LogShipper::close);
  }
}
