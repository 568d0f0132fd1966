package org.tanada.deploy.nginx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tanada.common.membership.Node;
import org.tanada.common.testing.Ports;
import org.tanada.deploy.ca.LocalAuthority;
import org.tanada.deploy.state.ServiceKeyring.FrontCredentials;

/** A real nginx with a rendered configuration on ports of its own. */
final class FrontDoor implements AutoCloseable {
  static final String CREDENTIAL = "front-door-test-credential-0123456789";
  static final String LB_CREDENTIAL = "front-door-test-of-balancers-0123456789";
  static final Path NGINX = findNginx();

  private static final Pattern LENGTH =
      Pattern.compile("(?si)^HTTP.*?\r\nContent-Length: (\\d+)\r\n(?:.*?\r\n)??\r\n");

  final int httpPort = Ports.free();
  final int httpsPort = Ports.free();
  final int sqlPortBase = Ports.free();
  final Path directory;
  final NginxConfiguration configuration;
  private final HttpClient client;
  private Process process;

  FrontDoor(Path directory, Map<String, List<Node>> tiers) throws IOException {
    this(directory, tiers, directory.resolve("nobody.pem"));
  }

  /** The same before servers that speak TLS, from that authority. */
  FrontDoor(Path directory, Map<String, List<Node>> tiers, Path insideAuthority)
      throws IOException {
    this.directory = directory;
    LocalAuthority authority = new LocalAuthority(directory.resolve("ca"));
    List<String> regions = List.of("tokyo", "virginia");
    authority.ensure(regions, List.of("shop.example.org"));
    this.configuration =
        new NginxConfiguration(
            templates(),
            NginxBinary.detect(NGINX),
            new NginxSettings(
                directory.resolve("nginx"),
                "127.0.0.1",
                httpPort,
                httpsPort,
                Optional.of(
                    new NginxSettings.Certificate(authority.serverChain(), authority.serverKey())),
                regions,
                List.of("shop.example.org"),
                sqlPortBase,
                new FrontCredentials(CREDENTIAL, LB_CREDENTIAL),
                insideAuthority,
                Optional.empty()));
    configuration.render(tiers);
    process =
        new ProcessBuilder(configuration.startCommand())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("out").toFile())
            .start();
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    awaitPort(httpPort);
  }

  /** Takes up another topology and waits until it is in force. */
  void changeTo(Map<String, List<Node>> tiers) throws Exception {
    if (configuration.render(tiers)) {
      int code = new ProcessBuilder(configuration.reloadCommand()).inheritIO().start().waitFor();
      if (code != 0) {
        throw new IllegalStateException("nginx does not reload");
      }
    }
  }

  HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + path))
        .timeout(Duration.ofSeconds(30));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> get(String path) throws Exception {
    return send(to(path));
  }

  /** Sends bytes as they stand, and gives the answer: as long as announced, or until the end. */
  String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), httpPort)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      StringBuilder answer = new StringBuilder();
      byte[] buffer = new byte[8192];
      for (int n; !complete(answer) && (n = socket.getInputStream().read(buffer)) >= 0; ) {
        answer.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
      }
      return answer.toString();
    }
  }

  private static boolean complete(CharSequence answer) {
    Matcher length = LENGTH.matcher(answer);
    return length.find() && answer.length() >= length.end() + Integer.parseInt(length.group(1));
  }

  /** A GET with an exact target and host, beyond what a URI may hold. */
  String rawGet(String target, String host) throws IOException {
    return raw("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
  }

  @Override
  public void close() {
    try {
      process.destroy();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  void awaitPort(int port) {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (System.nanoTime() < end) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
        return;
      } catch (IOException e) {
        if (!process.isAlive()) {
          throw new IllegalStateException("nginx ended: " + output(), e);
        }
        Thread.onSpinWait();
      }
    }
    throw new IllegalStateException("nginx does not listen: " + output());
  }

  String output() {
    try {
      return Files.readString(directory.resolve("out"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path templates() {
    return Path.of(System.getProperty("tanada.nginx.templates", "../nginx")).toAbsolutePath();
  }

  private static Path findNginx() {
    for (String directory : List.of("/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin")) {
      Path candidate = Path.of(directory, "nginx");
      if (Files.isExecutable(candidate)) {
        return candidate;
      }
    }
    throw new IllegalStateException("nginx is not installed");
  }
}
