package org.tanada.bench;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Measures servers by the least of clients, and clients by one server, by turns. */
public final class Stacks {
  static final byte[] BODY =
      "{\"keys\":[{\"table\":\"videos\",\"id\":1234567890123456}],\"consistency\":{\"mode\":\"ANY\"}}"
          .getBytes(StandardCharsets.US_ASCII);
  static final byte[] ANSWER =
      ("{\"rows\":[" + "\"0123456789abcdef\",".repeat(24) + "null]}")
          .getBytes(StandardCharsets.US_ASCII);
  static final String TIMING = "db;dur=0.12;desc=\"router-1 cache hit\"";

  private static final List<String> SERVERS =
      List.of("netty", "netty and threads", "jetty", "HttpCore, a thread for each connection", "tomcat", "tomcat, NIO2", "tomcat, virtual threads");
  private static final List<String> CLIENTS =
      List.of("bare socket", "Apache HttpClient 5, classic", "java.net.http");
  private static final int FIRST_PORT = 31000;
  private static final int TURNS = 5;

  private Stacks() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 0) {
      Servers.run(arguments[0], Integer.parseInt(arguments[1]));
      return;
    }
    Map<String, Process> running = new LinkedHashMap<>();
    try {
      for (String kind : SERVERS) {
        running.put(kind, start(kind, port(kind)));
      }
      for (String kind : SERVERS) {
        awaitOpen(port(kind));
      }
      Map<String, List<double[]>> found = new LinkedHashMap<>();
      for (int turn = -1; turn < TURNS; turn++) { // the first warms up
        for (int threads : new int[] {1, 8}) {
          for (String kind : SERVERS) {
            double[] one =
                measure(threads, turn < 0 ? 6 : 2, "bare socket", port(kind), running.get(kind).pid());
            keep(found, turn, "server | " + kind + " | " + threads, one);
          }
          for (String kind : CLIENTS) {
            double[] one =
                measure(
                    threads,
                    turn < 0 ? 6 : 2,
                    kind,
                    port("tomcat"),
                    ProcessHandle.current().pid());
            keep(found, turn, "client | " + kind + " | " + threads, one);
          }
        }
      }
      System.out.println("| side | which | calls at once | p50 µs | p99 µs | its CPU µs a call |");
      System.out.println("|---|---|---|---|---|---|");
      found.forEach((name, all) ->
          System.out.printf(
              Locale.ROOT,
              "| %s | %.0f | %.0f | %.1f |%n",
              name,
              median(all, 0),
              median(all, 1),
              median(all, 2)));
    } finally {
      running.values().forEach(Process::destroyForcibly);
    }
    System.exit(0);
  }

  private static int port(String kind) {
    return FIRST_PORT + SERVERS.indexOf(kind);
  }

  private static void keep(
      Map<String, List<double[]>> found, int turn, String name, double[] one) {
    if (turn >= 0) {
      found.computeIfAbsent(name, n -> new ArrayList<>()).add(one);
    }
  }

  private static double median(List<double[]> all, int figure) {
    double[] sorted = all.stream().mapToDouble(one -> one[figure]).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static Process start(String kind, int port) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Stacks.class.getName(),
            kind,
            Integer.toString(port))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static void awaitOpen(int port) throws Exception {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (true) {
      try (Socket probe = new Socket("127.0.0.1", port)) {
        return;
      } catch (IOException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        Thread.sleep(50);
      }
    }
  }

  /** Median and 99th percentile of a call, and the CPU of the process for each, in microseconds. */
  private static double[] measure(int threads, double seconds, String client, int port, long pid)
      throws Exception {
    double before = cpu(pid);
    long end = System.nanoTime() + (long) (seconds * 1e9);
    List<long[]> times = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<long[]>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        running.add(pool.submit(() -> repeat(Clients.of(client, port), end)));
      }
      for (Future<long[]> one : running) {
        times.add(one.get());
      }
    }
    long[] all = times.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    return new double[] {
      all[all.length / 2] / 1e3,
      all[(int) (all.length * 0.99)] / 1e3,
      (cpu(pid) - before) * 1e6 / all.length
    };
  }

  private static long[] repeat(Clients.Client client, long end) throws Exception {
    long[] times = new long[1024];
    int count = 0;
    for (long now = System.nanoTime(); now < end; ) {
      client.call();
      long then = System.nanoTime();
      if (count == times.length) {
        times = Arrays.copyOf(times, 2 * count);
      }
      times[count++] = then - now;
      now = then;
    }
    return Arrays.copyOf(times, count);
  }

  /** Seconds of processor time so far. */
  private static double cpu(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
  }
}
