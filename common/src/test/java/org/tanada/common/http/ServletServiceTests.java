package org.tanada.common.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.common.credential.testing.TestCredentials;
import org.tanada.common.permission.Permissions;
import org.tanada.common.permission.ServiceName;
import org.tanada.common.permission.testing.Endpoints;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "tanada.node=test-1",
      "tanada.timing-name=app",
      "tanada.drain-delay=0ms",
      "tanada.membership.file=target/no-such-inventory.yml",
      "tanada.permissions=classpath:org/tanada/common/http/permissions.txt",
      "management.endpoints.web.exposure.include=health,prometheus",
      "management.endpoint.health.probes.enabled=true"
    })
@ContextConfiguration(initializers = TestCredentials.OfApp.class)
class ServletServiceTests {
  static final String CREDENTIAL = TestCredentials.of(ServiceName.LB, ServiceName.APP);

  @LocalServerPort private int port;
  @Autowired private ApplicationContext context;
  @Autowired private Permissions permissions;

  @Test
  void onlyOurOwnServicesAreLetIn() throws Exception {
    for (String shown : new String[] {null, "", "wrong", CREDENTIAL + "x"}) {
      HttpResponse<String> answer = get("/numbers/1", shown);

      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.body()).contains("\"code\":\"unauthenticated\"");
      assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
      assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    }
    assertThat(get("/numbers/1", CREDENTIAL).body()).isEqualTo("1");
  }

  @Test
  void everyServiceMayDoWhatIsItsOwn() throws Exception {
    String operator = TestCredentials.of(ServiceName.OPERATOR, ServiceName.APP);
    assertProblem(get("/numbers/1", operator), 403, "forbidden");
    assertThat(get("/actuator/prometheus", operator).statusCode()).isEqualTo(200);
    String forAnother = TestCredentials.of(ServiceName.LB, ServiceName.AUTH);
    assertProblem(get("/numbers/1", forAnother), 401, "unauthenticated");
    String signed = TestCredentials.issuer(ServiceName.LB).of(ServiceName.APP);
    assertThat(get("/numbers/1", signed).body()).isEqualTo("1");
  }

  @Test
  void onlyHealthIsOpen() throws Exception {
    assertThat(get("/actuator/health/readiness", null).statusCode()).isEqualTo(200);
    assertThat(get("/actuator/health/liveness", null).statusCode()).isEqualTo(200);
    for (String path :
        new String[] {
          "/actuator",
          "/actuator/prometheus",
          "/actuator/health/readiness/..;/../prometheus",
          "/actuator/health/../prometheus",
          "/actuator/health/readiness/",
          "//actuator/prometheus",
          "/actuator/health%2f..%2fprometheus"
        }) {
      assertThat(rawStatus(path)).as(path).isIn(400, 401);
    }
  }

  @Test
  void readinessIsAnsweredUntilTheServiceDrains() throws Exception {
    assertThat(get("/actuator/health/readiness", null).body()).isEqualTo("{\"status\":\"UP\"}");

    AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
    try {
      HttpResponse<String> answer = get("/actuator/health/readiness", null);
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body()).contains("OUT_OF_SERVICE");
    } finally {
      AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
    }
    assertThat(get("/actuator/health/readiness", null).statusCode()).isEqualTo(200);
  }

  @Test
  void everyErrorIsAProblem() throws Exception {
    assertProblem(get("/numbers/13", CREDENTIAL), 409, "conflict");
    assertProblem(get("/numbers/abc", CREDENTIAL), 400, "malformed-request");
    assertProblem(get("/numbers/666", CREDENTIAL), 500, "internal");
    assertProblem(get("/nothing", CREDENTIAL), 404, "not-found");
    assertProblem(post("/numbers/1", "{}", "application/json"), 405, "method-not-allowed");
    assertProblem(post("/numbers", "{", "application/json"), 400, "malformed-request");
    assertProblem(
        post("/numbers", "{\"value\": \"x\"}", "application/json"), 400, "malformed-request");
    assertProblem(post("/numbers", "x", "text/plain"), 415, "unsupported-media-type");
  }

  @Test
  void whatIsNotInTheTableIsRefused() throws Exception {
    assertProblem(get("/forgotten", CREDENTIAL), 404, "not-found");
    assertProblem(get("/error", CREDENTIAL), 404, "not-found");
    HttpResponse<String> wrong = post("/numbers/1", "{}", "application/json");
    assertThat(wrong.headers().firstValue("Allow")).contains("GET");
    assertThatThrownBy(() -> Endpoints.check(permissions, Endpoints.of(context)))
        .hasMessageContaining("GET /forgotten");
  }

  @Test
  void internalsStayInside() throws Exception {
    assertThat(get("/numbers/666", CREDENTIAL).body()).doesNotContain("secret detail");
  }

  @Test
  void everyAnswerTellsItsWay() throws Exception {
    HttpResponse<String> answer = get("/numbers/1", CREDENTIAL);

    assertThat(answer.headers().firstValue("Server-Timing").orElseThrow())
        .matches("app;dur=[0-9.]+;desc=\"test-1\"");
    assertThat(answer.headers().firstValue("traceparent").orElseThrow())
        .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
    assertThat(answer.headers().firstValue("Tanada-Node")).contains("test-1");
    assertThat(get("/nothing", CREDENTIAL).headers().firstValue("Server-Timing")).isPresent();
    assertThat(get("/numbers/1", null).headers().firstValue("Server-Timing")).isPresent();
  }

  @Test
  void aShortAnswerLeavesWholeAndALongOneInParts() throws Exception {
    HttpResponse<String> answer = post("/numbers", "{\"value\": 7}", "application/json");

    assertThat(answer.body()).isEqualTo("{\"value\":7}");
    assertThat(answer.headers().firstValue("Content-Length")).contains("11");
    HttpResponse<String> list = get("/numbers/1/list/20000", CREDENTIAL);
    assertThat(list.body()).startsWith("[1,1,").endsWith(",1]").hasSize(40_001);
    assertThat(list.headers().firstValue("Content-Length")).isEmpty();
  }

  private static void assertProblem(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/problem+json");
    assertThat(answer.body()).contains("\"code\":\"" + code + "\"");
  }

  private HttpResponse<String> get(String path, @Nullable String credential) throws Exception {
    return send(request(path, credential).GET().build());
  }

  private HttpResponse<String> post(String path, String body, String type) throws Exception {
    return send(
        request(path, CREDENTIAL)
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private HttpRequest.Builder request(String path, @Nullable String credential) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    return credential == null
        ? request
        : request.header(TanadaHeaders.SERVICE_CREDENTIAL, credential);
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
  }

  /** Sends a path as it stands, which a client library would tidy up. */
  private int rawStatus(String path) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      byte[] head = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
      return Integer.parseInt(new String(head, StandardCharsets.US_ASCII).substring(9));
    }
  }

  @Configuration
  @EnableAutoConfiguration
  @Import(Numbers.class)
  static class Service {}

  @RestController
  static class Numbers {
    @GetMapping("/numbers/{value}")
    long number(@PathVariable("value") long value) {
      if (value == 13) {
        throw new ProblemException(ProblemCode.CONFLICT, "not that one");
      }
      if (value == 666) {
        throw new IllegalStateException("secret detail");
      }
      return value;
    }

    @GetMapping("/numbers/{value}/list/{count}")
    List<Long> list(@PathVariable("value") long value, @PathVariable("count") int count) {
      return Collections.nCopies(count, value);
    }

    @GetMapping("/forgotten")
    long forgotten() {
      return 1;
    }

    @PostMapping(path = "/numbers", consumes = "application/json")
    Body take(@RequestBody Body body) {
      return body;
    }
  }

  record Body(long value) {}
}
