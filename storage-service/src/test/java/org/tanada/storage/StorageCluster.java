package org.tanada.storage;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.tanada.common.blob.HttpBlobs;
import org.tanada.common.blob.SignedUrls;
import org.tanada.common.credential.testing.TestCredentials;
import org.tanada.common.http.TierClientProperties;
import org.tanada.common.http.TierClients;
import org.tanada.common.membership.LiveTiers;
import org.tanada.common.permission.ServiceName;
import org.tanada.common.testing.Poll;
import org.tanada.storage.blob.Disk;
import tools.jackson.databind.json.JsonMapper;

/** Real storage nodes of one purpose in this JVM, each with its port and directory. */
public final class StorageCluster implements AutoCloseable {
  public static final String SIGNING_KEY = "signing-key-of-the-tests-0123456789abcdef";

  private final Path root;
  private final String purpose;
  private final Map<Integer, Integer> ports = new TreeMap<>();
  private final Map<Integer, ConfigurableApplicationContext> running = new LinkedHashMap<>();
  private final Map<Integer, Process> processes = new LinkedHashMap<>();
  private final Map<Integer, String> labels = new TreeMap<>();
  private final Map<Integer, Disk> disks = new TreeMap<>();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** A cluster without nodes. */
  public StorageCluster(Path root, String purpose) {
    this.root = root;
    this.purpose = purpose;
  }

  /** Lists the nodes 1 to n in the inventory, running or not. */
  public StorageCluster list(int... numbers) throws IOException {
    StringBuilder yaml = new StringBuilder("storage-" + purpose + ":\n");
    for (int n : numbers) {
      yaml.append(
          "  - {name: storage-%s-%d, address: \"http://127.0.0.1:%d\", labels: {%s}}\n"
              .formatted(purpose, n, port(n), labels.getOrDefault(n, "")));
    }
    Path next = Files.writeString(root.resolve("inventory.next"), yaml);
    Files.move(
        next, inventory(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return this;
  }

  /** Labels of a node in the next inventory, for example {@code board: a}. */
  public StorageCluster label(int n, String text) {
    labels.put(n, text);
    return this;
  }

  /** What the node writes to when it is started next. */
  public StorageCluster disk(int n, Disk disk) {
    disks.put(n, disk);
    return this;
  }

  /** Starts a node. */
  public StorageCluster start(int n, String... more) {
    Disk disk = disks.getOrDefault(n, Disk.REAL);
    running.put(
        n,
        new SpringApplicationBuilder(StorageApplication.class)
            .initializers(context ->
                ((GenericApplicationContext) context).registerBean(Disk.class, () -> disk))
            .run(arguments(n, more).toArray(String[]::new)));
    return this;
  }

  /** Starts a node as a process of its own; returns when it is ready. */
  public StorageCluster startProcess(int n, String... more) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                StorageApplication.class.getName()));
    command.addAll(arguments(n, more));
    processes.put(
        n,
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(root.resolve("process-" + n + ".log").toFile())
            .start());
    Poll.until(
        "process " + n + " is ready",
        () -> {
          try {
            return send(request(n, "/actuator/health/readiness")).statusCode() == 200;
          } catch (java.io.UncheckedIOException e) {
            return false; // it does not listen yet
          }
        });
    return this;
  }

  /** Lets a process end in order. */
  public void end(int n) {
    Process process = processes.remove(n);
    process.destroy();
    process.onExit().join();
  }

  /** Ends a process by {@code kill -9}. */
  public void kill(int n) {
    Process process = processes.remove(n);
    process.destroyForcibly().onExit().join();
  }

  /** The arguments of a node's command line. */
  public List<String> arguments(int n, String... more) {
    List<String> properties =
        new ArrayList<>(
            List.of(
                "server.address=127.0.0.1",
                "server.port=" + port(n),
                "tanada.node=storage-" + purpose + "-" + n,
                "tanada.drain-delay=0ms",
                "tanada.storage.purpose=" + purpose,
                "tanada.storage.directory=" + directory(n),
                "tanada.membership.file=" + inventory(),
                "tanada.membership.refresh=100ms",
                "tanada.membership.probe-interval=100ms",
                "tanada.credential.directory=" + TestCredentials.directory(ServiceName.STORAGE),
                "tanada.secret.url-signing-key=" + SIGNING_KEY,
                "logging.structured.format.console="));
    for (String property : more) {
      properties.removeIf(p -> p.startsWith(property.substring(0, property.indexOf('=') + 1)));
      properties.add(property);
    }
    return properties.stream().map(p -> "--" + p).toList();
  }

  /** Whether the node runs. */
  public boolean runs(int n) {
    return running.containsKey(n);
  }

  /** Waits until every running node knows which ones run. */
  public StorageCluster together() {
    running.forEach((n, node) ->
        Poll.until(
            "node " + n + " knows the others",
            () ->
                node.getBean(LiveTiers.class).tier("storage-" + purpose).up().size()
                    == running.size() + processes.size()));
    return this;
  }

  /** Stops a node. */
  public void stop(int n) {
    running.remove(n).close();
  }

  /** A bean of a running node. */
  public <T> T bean(int n, Class<T> type) {
    return running.get(n).getBean(type);
  }

  public ConfigurableApplicationContext context(int n) {
    return running.get(n);
  }

  public Path inventory() {
    return root.resolve("inventory.yml");
  }

  public Path directory(int n) {
    return root.resolve("node-" + n);
  }

  /** The files as an app server sees them, by the list of nodes that the given one has. */
  HttpBlobs blobs(int node) {
    return new HttpBlobs(
        new TierClients(
            bean(node, LiveTiers.class),
            TestCredentials.issuer(ServiceName.APP),
            bean(node, TierClientProperties.class),
            JsonMapper.builder().build()));
  }

  /** The port of a node, free when first asked for. */
  public int port(int n) {
    return ports.computeIfAbsent(
        n,
        k -> {
          try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  /** What the service shows that asks for such paths. */
  public static String credential(String path) {
    ServiceName caller =
        path.startsWith("/media")
            ? ServiceName.EDGE
            : path.startsWith("/internal")
                ? ServiceName.STORAGE
                : path.startsWith("/actuator") || path.startsWith("/v1/move")
                    ? ServiceName.OPERATOR
                    : ServiceName.APP;
    return TestCredentials.of(caller, ServiceName.STORAGE);
  }

  /** A request with the credential of the service that asks for such paths. */
  public HttpRequest.Builder request(int n, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(n) + path))
        .header("Tanada-Service-Credential", credential(path))
        .timeout(Duration.ofSeconds(60));
  }

  public HttpResponse<byte[]> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public HttpResponse<byte[]> put(int n, long id, String type, byte[] content) {
    return send(
        request(n, "/v1/blobs/" + id)
            .header("Content-Type", type)
            .PUT(HttpRequest.BodyPublishers.ofByteArray(content)));
  }

  public HttpResponse<byte[]> get(int n, long id, String... headers) {
    HttpRequest.Builder request = request(n, path(id));
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  /** This node's own copy. */
  public HttpResponse<byte[]> copy(int n, long id) {
    return send(request(n, "/internal/replicas/" + id));
  }

  public HttpResponse<byte[]> delete(int n, long id) {
    return send(request(n, "/v1/blobs/" + id).DELETE());
  }

  /** Where the file is read, signed if it must be. */
  public String path(long id) {
    String path = "/media/" + purpose + "/" + id;
    return purpose.equals("profiles")
        ? path
        : new SignedUrls(SIGNING_KEY, Instant::now).sign(path, Instant.now().plusSeconds(600));
  }

  /** All files of a node beneath a directory of its own. */
  public List<Path> files(int n, String beneath) {
    try (Stream<Path> all = Files.walk(directory(n).resolve(beneath))) {
      return all.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    processes.values().forEach(Process::destroyForcibly);
    running.values().forEach(ConfigurableApplicationContext::close);
    http.close();
  }
}
