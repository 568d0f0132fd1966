package org.tanada.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.tanada.cdn.server.EdgeServer;
import org.tanada.common.credential.testing.TestCredentials;
import org.tanada.common.permission.Permissions;
import org.tanada.common.permission.ServiceName;
import org.tanada.common.permission.testing.Endpoints;

/** The whole application: data path and control side together. */
class EdgeApplicationTests {
  @TempDir private Path directory;

  private ConfigurableApplicationContext start(String... more) throws Exception {
    Path inventory = directory.resolve("inventory.yml");
    if (!Files.exists(inventory)) {
      Files.writeString(inventory, "{}");
    }
    String[] common = {
      "--tanada.node=edge-1",
      "--tanada.drain-delay=0ms",
      "--tanada.credential.directory=" + TestCredentials.directory(ServiceName.EDGE),
      "--tanada.secret.url-signing-key=a-signing-key-of-more-than-32-characters",
      "--tanada.membership.file=" + inventory,
      "--tanada.edge.directory=" + directory.resolve("cache"),
      "--tanada.edge.port=0",
      "--server.port=0",
    };
    String[] all = new String[common.length + more.length];
    System.arraycopy(common, 0, all, 0, common.length);
    System.arraycopy(more, 0, all, common.length, more.length);
    return SpringApplication.run(EdgeApplication.class, all);
  }

  @Test
  void everyEndpointIsInTheTableAndNothingElse() throws Exception {
    try (ConfigurableApplicationContext context = start()) {
      Set<String> endpoints = Endpoints.of(context);
      endpoints.addAll(EdgeServer.ENDPOINTS);

      Endpoints.check(context.getBean(Permissions.class), endpoints);
    }
  }

  @Test
  void servesCountsAndPurges() throws Exception {
    HttpServer origin =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    origin.createContext(
        "/",
        exchange -> {
          byte[] body = "page".getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Cache-Control", "s-maxage=60");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    origin.start();
    Files.writeString(
        directory.resolve("inventory.yml"),
        "lb:\n  - {name: lb-1, address: \"http://127.0.0.1:%d\"}\n"
            .formatted(origin.getAddress().getPort()));

    try (ConfigurableApplicationContext context = start();
        HttpClient http = HttpClient.newHttpClient()) {
      String data = "http://127.0.0.1:" + context.getBean(EdgeServer.class).port();
      String control =
          "http://127.0.0.1:"
              + ((ServletWebServerApplicationContext) context).getWebServer().getPort();

      assertThat(status(http, get(control + "/actuator/health/readiness"))).isEqualTo(200);
      assertThat(status(http, get(control + "/actuator/prometheus"))).isEqualTo(401);
      assertThat(status(http, get(data + "/videos/1"))).isEqualTo(401);
      for (ServiceName stranger :
          List.of(ServiceName.LB, ServiceName.APP, ServiceName.STORAGE, ServiceName.OPERATOR)) {
        assertThat(status(http, as(stranger, data + "/videos/1"))).isEqualTo(403);
      }
      assertThat(status(http, as(ServiceName.FRONT, control + "/actuator/prometheus")))
          .isEqualTo(403);
      assertThat(cacheStatus(http, data)).contains("fwd=uri-miss");
      assertThat(cacheStatus(http, data)).contains("hit");

      HttpResponse<String> purged = purge(http, control, "{\"paths\": [\"/videos/1\"]}");
      assertThat(purged.statusCode()).isEqualTo(200);
      assertThat(purged.body()).isEqualTo("{\"objects\":1}");
      assertThat(cacheStatus(http, data)).contains("fwd=uri-miss");
      assertThat(purge(http, control, "{\"paths\": []}").statusCode()).isEqualTo(422);
      assertThat(purge(http, control, "{\"paths\": [\"http://x/\"]}").statusCode()).isEqualTo(422);
      assertThat(purge(http, control, "{\"paths\": ").statusCode()).isEqualTo(400);

      String metrics =
          http.send(
                  authorized(get(control + "/actuator/prometheus")).build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
      assertThat(metrics)
          .contains("tanada_edge_requests_total{outcome=\"hit\"} 1.0")
          .contains("tanada_edge_origin_requests_total 2.0")
          .contains("tanada_edge_ram_bytes ");
    } finally {
      origin.stop(0);
    }
  }

  private static HttpRequest.Builder get(String url) {
    return HttpRequest.newBuilder(URI.create(url));
  }

  private static HttpRequest.Builder as(ServiceName caller, String url) {
    return get(url)
        .header("Tanada-Service-Credential", TestCredentials.of(caller, ServiceName.EDGE));
  }

  private static HttpRequest.Builder authorized(HttpRequest.Builder request) {
    String path = request.build().uri().getPath();
    boolean control = path.startsWith("/actuator") || path.startsWith("/internal");
    return request.header(
        "Tanada-Service-Credential",
        TestCredentials.of(control ? ServiceName.OPERATOR : ServiceName.FRONT, ServiceName.EDGE));
  }

  private static int status(HttpClient http, HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private static String cacheStatus(HttpClient http, String data) throws Exception {
    return http.send(
            authorized(get(data + "/videos/1")).build(), HttpResponse.BodyHandlers.discarding())
        .headers()
        .firstValue("Cache-Status")
        .orElseThrow();
  }

  private static HttpResponse<String> purge(HttpClient http, String control, String body)
      throws Exception {
    return http.send(
        authorized(get(control + "/internal/purges"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void badSettingsStopTheStart() {
    assertThatThrownBy(() -> start("--tanada.edge.origin.connect-timeout=0ms"))
        .hasStackTraceContaining("connectTimeout");
    assertThatThrownBy(() -> start("--tanada.edge.ram=1KB"))
        .hasStackTraceContaining("tanada.edge.ram");
  }
}
