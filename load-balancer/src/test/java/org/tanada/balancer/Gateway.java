package org.tanada.balancer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.tanada.common.credential.testing.TestCredentials;
import org.tanada.common.membership.Membership;
import org.tanada.common.membership.Node;
import org.tanada.common.permission.ServiceName;
import org.tanada.common.testing.Ports;

/** The real application on random ports, with a membership that a test sets. */
final class Gateway implements AutoCloseable {
  static final String CREDENTIAL = TestCredentials.of(ServiceName.FRONT, ServiceName.LB);

  final int port;
  final int controlPort;
  final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ConfigurableApplicationContext context;
  private volatile List<Node> nodes;

  Gateway(List<Node> nodes, String... properties) {
    this.nodes = List.copyOf(nodes);
    this.controlPort = Ports.free();
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--tanada.node=lb-1",
                "--server.port=0",
                "--management.server.port=" + controlPort,
                "--tanada.credential.directory=" + TestCredentials.directory(ServiceName.LB),
                "--tanada.membership.probe-interval=100ms",
                "--tanada.drain-delay=300ms"));
    for (String property : properties) {
      arguments.add("--" + property);
    }
    ApplicationContextInitializer<GenericApplicationContext> membership =
        c -> c.registerBean("testMembership", Membership.class, Fixed::new);
    context =
        new SpringApplicationBuilder(LoadBalancerApplication.class)
            .initializers(membership)
            .run(arguments.toArray(String[]::new));
    port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
  }

  ConfigurableApplicationContext context() {
    return context;
  }

  void changeTo(Node... to) {
    nodes = List.of(to);
  }

  HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .header("Tanada-Service-Credential", CREDENTIAL)
        .timeout(Duration.ofSeconds(30));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> get(String path) throws Exception {
    return send(to(path));
  }

  /** Asks the control side, as the operator does or as nobody. */
  HttpResponse<String> control(String path, boolean withCredential) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + controlPort + path));
    if (withCredential) {
      request.header(
          "Tanada-Service-Credential", TestCredentials.of(ServiceName.OPERATOR, ServiceName.LB));
    }
    return send(request);
  }

  /** Sends bytes as they stand, the credential added after the first line. */
  String raw(String request) throws IOException {
    int line = request.indexOf("\r\n") + 2;
    String whole =
        request.substring(0, line)
            + "Tanada-Service-Credential: "
            + CREDENTIAL
            + "\r\nConnection: close\r\n"
            + request.substring(line);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(whole.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  /** Ends the application; requests in progress are finished first. */
  void stop() {
    context.close();
  }

  /** Whether it says that it is not ready, or no longer says anything. */
  boolean isLeaving() throws Exception {
    try {
      return control("/actuator/health/readiness", false).statusCode() == 503;
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public void close() {
    stop();
    client.close();
  }

  /** What the test says, for the tier app. */
  private final class Fixed implements Membership {
    @Override
    public List<Node> nodes(String tier) {
      return tier.equals("app") ? nodes : List.of();
    }

    @Override
    public Set<String> tiers() {
      return Map.of("app", nodes).keySet();
    }
  }
}
