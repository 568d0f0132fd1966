package org.tanada.storage;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.tanada.common.blob.BlobPlacement;
import org.tanada.common.membership.FileMembership;
import org.tanada.common.membership.Node;
import org.tanada.common.testing.Poll;

/**
 * What files cost beside NGINX's static ones and beside {@code cp} and {@code sync}: {@code
 * bench/files.sh}. Reads are counted by the CPU time of the process that serves them, so that the
 * reader's does not matter; writes by the time that passes. By turns, the table has the medians.
 * The nodes have the memory that they are shipped with; how much more of it many uploads at once
 * take is the most that a node had resident, but for files, while they ran.
 */
final class FileBench implements AutoCloseable {
  private static final int TURNS = Integer.getInteger("turns", 5);
  private static final int SECONDS = Integer.getInteger("seconds", 4);
  private static final int WARM_UP = Integer.getInteger("warmUp", 90);
  private static final int CLIENTS = Integer.getInteger("clients", 4);
  private static final int LARGE_MB = Integer.getInteger("large", 1024);
  private static final int WRITTEN_MB = Integer.getInteger("written", 100);
  private static final int UPLOADERS = Integer.getInteger("uploaders", 50);
  private static final int UPLOAD_MB = Integer.getInteger("upload", 64);
  private static final List<String> PARTS =
      List.of(System.getProperty("parts", "reads,writes,memory").split(","));

  /** Relative to the clone, where the program is started. */
  private static final String OPTIONS = "@deploy/src/main/resources/jvm/storage-service.options";

  private static final int MB = 1 << 20;
  private static final long SMALL_ID = 1;
  private static final long LARGE_ID = 2;

  private final Path root;
  private final int port;
  private final StorageCluster cluster;
  private final List<Process> nodes = new ArrayList<>();
  private final Process nginx;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private long nextId = 100;

  private FileBench(Path root, int port, String nginx) throws IOException {
    this.root = root;
    this.port = port;
    this.cluster = new StorageCluster(root, "profiles").list(1, 2);
    Files.createDirectories(root.resolve("www"));
    for (int n = 1; n <= 2; n++) {
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  OPTIONS,
                  "-XX:+UseSerialGC",
                  "-XX:MaxDirectMemorySize=64m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  StorageApplication.class.getName()));
      command.addAll(cluster.arguments(n));
      nodes.add(logged(new ProcessBuilder(command), "node-" + n + ".log"));
    }
    Path conf =
        Files.writeString(
            root.resolve("nginx.conf"),
            """
            user root; daemon off; pid %1$s/nginx.pid; error_log %1$s/nginx.log; worker_processes 1;
            events { worker_connections 256; }
            http { client_body_temp_path %1$s/temp1; proxy_temp_path %1$s/temp2; fastcgi_temp_path %1$s/temp3;
              uwsgi_temp_path %1$s/temp4; scgi_temp_path %1$s/temp5; access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
              server { listen 127.0.0.1:%2$d; root %1$s/www; } }
            """
                .formatted(root, port));
    this.nginx =
        logged(
            new ProcessBuilder(nginx, "-p", root.toString(), "-c", conf.toString()), "nginx.out");
  }

  /** Prints a Markdown table; the arguments are a directory, a free port and NGINX's program. */
  public static void main(String[] args) throws Exception {
    try (FileBench bench = new FileBench(Path.of(args[0]), Integer.parseInt(args[1]), args[2])) {
      bench.run();
    }
  }

  @Override
  public void close() {
    nodes.forEach(Process::destroyForcibly);
    nginx.descendants().forEach(ProcessHandle::destroy);
    nginx.destroy();
    cluster.close();
    http.close();
  }

  private void run() throws Exception {
    for (int n = 1; n <= 2; n++) {
      int node = n;
      Poll.until("node " + n + " is ready", () -> ready(node));
    }
    System.out.println("| work | against | ours | theirs | ratio | goal |");
    System.out.println("|---|---|---|---|---|---|");
    if (PARTS.contains("reads")) {
      fill(SMALL_ID, MB, "small");
      fill(LARGE_ID, (long) LARGE_MB * MB, "large");
      warmUp();
      reads("GET 1 MB, a second of CPU", SMALL_ID, "small", 1);
      reads("range 1 MB of " + LARGE_MB + " MB, a second of CPU", LARGE_ID, "large", LARGE_MB);
    }
    if (PARTS.contains("writes")) {
      writes();
    }
    if (PARTS.contains("memory")) {
      memory();
    }
  }

  private boolean ready(int n) {
    try {
      return cluster.send(cluster.request(n, "/actuator/health/readiness")).statusCode() == 200;
    } catch (java.io.UncheckedIOException e) {
      return false; // it does not listen yet
    }
  }

  /** The same bytes as a file here and there. */
  private void fill(long id, long size, String name) throws Exception {
    Path file = root.resolve("www").resolve(name);
    byte[] part = new byte[MB];
    Random random = new Random(id);
    try (var out = Files.newOutputStream(file)) {
      for (long at = 0; at < size; at += MB) {
        random.nextBytes(part);
        out.write(part);
      }
    }
    put(id, file);
  }

  private void put(long id, Path file) throws Exception {
    put(id, HttpRequest.BodyPublishers.ofFile(file));
  }

  private void put(long id, HttpRequest.BodyPublisher content) throws Exception {
    HttpResponse<Void> answer =
        http.send(
            cluster
                .request(first(id), "/v1/blobs/" + id)
                .timeout(Duration.ofHours(1))
                .header("Content-Type", "image/png")
                .PUT(content)
                .build(),
            HttpResponse.BodyHandlers.discarding());
    if (answer.statusCode() != 201) {
      throw new IOException("a file was not taken: " + answer.statusCode());
    }
  }

  /** The node that an app server sends a file to. */
  private int first(long id) throws IOException {
    List<Node> all =
        FileMembership.read(cluster.inventory()).getOrDefault("storage-profiles", List.of());
    return 1 + all.indexOf(BlobPlacement.order(id, all).getFirst());
  }

  /** Until then compilers take most of what a node is charged with. */
  private void warmUp() throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(WARM_UP).toNanos();
    while (System.nanoTime() < end) {
      ours(SMALL_ID, 1);
      ours(LARGE_ID, LARGE_MB);
    }
  }

  private double ours(long id, int megabytes) throws Exception {
    return perCpu(
        () -> cpu(nodes.getFirst().toHandle()),
        () -> cluster.request(1, cluster.path(id)),
        megabytes);
  }

  private void reads(String work, long id, String name, int megabytes) throws Exception {
    double[] ours = new double[TURNS];
    double[] theirs = new double[TURNS];
    URI there = URI.create("http://127.0.0.1:" + port + "/" + name);
    for (int turn = -2; turn < TURNS; turn++) { // the first two warm up
      double here = ours(id, megabytes);
      double other =
          perCpu(
              () -> nginx.descendants().map(FileBench::cpu).reduce(Duration.ZERO, Duration::plus),
              () -> HttpRequest.newBuilder(there),
              megabytes);
      if (turn >= 0) {
        ours[turn] = here;
        theirs[turn] = other;
      }
    }
    row(work, "NGINX static", median(ours), median(theirs), "≥ 0.8");
  }

  /** Requests for a megabyte that a process answers in a second of its CPU time. */
  private double perCpu(
      Callable<Duration> cpu, Callable<HttpRequest.Builder> request, int megabytes)
      throws Exception {
    Duration before = cpu.call();
    long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
    long answered = 0;
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<Long>> all = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Random random = new Random(i);
        all.add(clients.submit(() -> read(request, megabytes, random, end)));
      }
      for (Future<Long> one : all) {
        answered += one.get();
      }
    }
    return answered / (cpu.call().minus(before).toNanos() / 1e9);
  }

  private long read(Callable<HttpRequest.Builder> request, int megabytes, Random random, long end)
      throws Exception {
    byte[] buffer = new byte[64 * 1024];
    long answered = 0;
    for (; System.nanoTime() - end < 0; answered++) {
      HttpRequest.Builder asked = request.call();
      if (megabytes > 1) {
        long from = random.nextLong((long) (megabytes - 1) * MB);
        asked.header("Range", "bytes=" + from + "-" + (from + MB - 1));
      }
      HttpResponse<InputStream> answer =
          http.send(asked.build(), HttpResponse.BodyHandlers.ofInputStream());
      long left = MB;
      try (InputStream body = answer.body()) {
        for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
          left -= count;
        }
      }
      if (left != 0) {
        throw new IOException("answered " + answer.statusCode() + ", not a megabyte");
      }
    }
    return answered;
  }

  private void writes() throws Exception {
    Path source = root.resolve("written");
    byte[] content = new byte[WRITTEN_MB * MB];
    new Random(3).nextBytes(content);
    Files.write(source, content);
    long warm = System.nanoTime() + Duration.ofSeconds(WARM_UP).toNanos() / 3;
    while (System.nanoTime() < warm) {
      put(++nextId, source);
      cluster.delete(1, nextId);
    }
    double[] ours = new double[TURNS];
    double[] theirs = new double[TURNS];
    for (int turn = -2; turn < TURNS; turn++) {
      long id = ++nextId;
      double here = seconds(() -> put(id, source));
      double other =
          seconds(() -> {
            copy(source, "copy-1");
            copy(source, "copy-2");
          });
      cluster.delete(1, id);
      if (turn >= 0) {
        ours[turn] = WRITTEN_MB / here;
        theirs[turn] = WRITTEN_MB / other;
      }
    }
    row(
        "PUT " + WRITTEN_MB + " MB, two copies, synced, MB a second",
        "`cp` and `sync` of the file twice",
        median(ours),
        median(theirs),
        "≥ 0.7");
  }

  private void memory() throws Exception {
    long size = (long) UPLOAD_MB * MB;
    long needed = 2L * UPLOADERS * size; // each on both nodes
    if (Files.getFileStore(root).getUsableSpace() < needed + (2L << 30)) {
      throw new IOException("the uploads need " + needed / MB + " MB of disk, and 2048 more");
    }
    for (int i = 0; i < UPLOADERS; i++) {
      put(++nextId, generated(MB)); // what a node sets up once is not what uploads take
      cluster.delete(1, nextId);
    }
    long[] before = resident();
    long[] most = before.clone();
    try (ExecutorService clients = Executors.newFixedThreadPool(UPLOADERS)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < UPLOADERS; i++) {
        long id = ++nextId;
        all.add(
            clients.submit(() -> {
              put(id, generated(size));
              return null;
            }));
      }
      while (!all.stream().allMatch(Future::isDone)) {
        long[] now = resident();
        Arrays.setAll(most, n -> Math.max(most[n], now[n]));
        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    long more = 0;
    for (int n = 0; n < most.length; n++) {
      more = Math.max(more, most[n] - before[n]);
    }
    System.out.printf(
        "| memory of a node while %d clients upload %d MB each, MB more | – | %d | – | – | ≤ 64 |%n",
        UPLOADERS, UPLOAD_MB, more / 1024);
  }

  /** Kilobytes that each node has in memory, without those of files. */
  private long[] resident() throws IOException {
    long[] all = new long[nodes.size()];
    for (int n = 0; n < all.length; n++) {
      for (String line : Files.readAllLines(Path.of("/proc", nodes.get(n).pid() + "", "status"))) {
        if (line.startsWith("RssAnon:")) {
          all[n] = Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
    }
    return all;
  }

  /** A content that takes no memory here, and is another one each time. */
  private HttpRequest.BodyPublisher generated(long size) {
    return HttpRequest.BodyPublishers.fromPublisher(
        HttpRequest.BodyPublishers.ofInputStream(() -> new Generated(size, nextId)), size);
  }

  /** Bytes that depend on a seed. */
  private static final class Generated extends InputStream {
    private final byte[] pattern = new byte[64 * 1024];
    private long left;

    Generated(long size, long seed) {
      new Random(seed).nextBytes(pattern);
      left = size;
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException("read in bulk");
    }

    @Override
    public int read(byte[] bytes, int from, int length) {
      if (left == 0) {
        return -1;
      }
      int count = (int) Math.min(Math.min(left, length), pattern.length);
      System.arraycopy(pattern, 0, bytes, from, count);
      left -= count;
      return count;
    }
  }

  private void copy(Path source, String name) throws Exception {
    Path to = root.resolve(name);
    Process process =
        logged(
            new ProcessBuilder("sh", "-c", "cp \"$0\" \"$1\" && sync \"$1\"", source + "", to + ""),
            "cp.log");
    if (process.waitFor() != 0) {
      throw new IOException("cp failed: " + Files.readString(root.resolve("cp.log")));
    }
    Files.delete(to);
  }

  private Process logged(ProcessBuilder process, String log) throws IOException {
    return process.redirectErrorStream(true).redirectOutput(root.resolve(log).toFile()).start();
  }

  /** Something to be timed. */
  private interface Work {
    void run() throws Exception;
  }

  private static double seconds(Work work) throws Exception {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private static void row(String work, String against, double ours, double theirs, String goal) {
    System.out.printf(
        "| %s | %s | %.0f | %.0f | %.2f | %s |%n",
        work, against, ours, theirs, ours / theirs, goal);
  }

  private static Duration cpu(ProcessHandle process) {
    return process.info().totalCpuDuration().orElseThrow();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
