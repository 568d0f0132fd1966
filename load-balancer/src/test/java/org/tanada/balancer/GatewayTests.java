package org.tanada.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tanada.common.credential.testing.TestCredentials;
import org.tanada.common.permission.ServiceName;
import org.tanada.common.problem.Problem;
import org.tanada.common.testing.Zeros;
import org.tanada.common.timing.ServerTiming;
import tools.jackson.databind.json.JsonMapper;

/** What passes the gateway while all app servers are well. */
@Timeout(60)
class GatewayTests {
  static FakeApp app1;
  static FakeApp app2;
  static FakeApp app3;
  static Gateway gateway;

  @BeforeAll
  static void start() throws Exception {
    app1 = new FakeApp("app-1");
    app2 = new FakeApp("app-2");
    app3 = new FakeApp("app-3");
    gateway = new Gateway(List.of(app1.node(), app2.node(), app3.node()));
  }

  @AfterAll
  static void end() {
    gateway.close();
    List.of(app1, app2, app3).forEach(FakeApp::close);
  }

  @BeforeEach
  void forget() {
    List.of(app1, app2, app3).forEach(app -> app.seen.clear());
  }

  static List<FakeApp.Seen> seen() {
    List<FakeApp.Seen> all = new ArrayList<>();
    List.of(app1, app2, app3).forEach(app -> all.addAll(app.seen));
    return all;
  }

  @Test
  void workIsSpreadEvenly() throws Exception {
    Map<String, Integer> shares = new HashMap<>();
    for (int i = 0; i < 300; i++) {
      shares.merge(gateway.get("/api/v1/videos").body(), 1, Integer::sum);
    }

    assertThat(shares).containsOnlyKeys("app-1", "app-2", "app-3");
    assertThat(shares.values()).allSatisfy(share -> assertThat(share).isBetween(90, 110));
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "DELETE", "POST", "PUT", "PATCH"})
  void everyMethodPassesWithTargetAndWithoutAnInventedBody(String method) throws Exception {
    String target = "/videos/a%20b;x=1?q=%2F..%2F&next=//a&plus=+&empty";

    HttpResponse<String> response =
        gateway.send(gateway.to(target).method(method, HttpRequest.BodyPublishers.noBody()));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(seen())
        .singleElement()
        .satisfies(s -> {
          assertThat(s.method()).isEqualTo(method);
          assertThat(s.target()).isEqualTo(target);
          assertThat(s.headers()).doesNotContainKey("Transfer-encoding");
          assertThat(s.length()).isZero();
        });
  }

  @Test
  void bodiesPassWithTheirLength() throws Exception {
    gateway.send(
        gateway.to("/api/v1/users").POST(HttpRequest.BodyPublishers.ofByteArray(new byte[70_000])));

    assertThat(seen())
        .singleElement()
        .satisfies(s -> {
          assertThat(s.length()).isEqualTo(70_000);
          assertThat(s.headers().get("Content-length")).containsExactly("70000");
        });
  }

  @Test
  void theAnswerTellsTheWay() throws Exception {
    HttpResponse<String> response =
        gateway.send(
            gateway
                .to("/")
                .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));

    List<ServerTiming.Entry> entries =
        ServerTiming.parse(response.headers().firstValue("server-timing").orElseThrow());
    assertThat(entries).extracting(ServerTiming.Entry::name).containsExactly("lb", "app", "db");
    assertThat(entries.getFirst().description()).isEqualTo("lb-1");
    assertThat(response.headers().allValues("server-timing")).hasSize(1);
    assertThat(response.headers().firstValue("tanada-node")).isPresent();
    assertThat(response.headers().firstValue("etag")).hasValue("\"v1\"");
    assertThat(seen().getFirst().headers().getFirst("traceparent"))
        .contains("4bf92f3577b34da6a3ce929d0e0e4736")
        .doesNotContain("00f067aa0ba902b7");
  }

  @Test
  void whatTheFrontDoorSaysPassesUnchangedAndHopByHopFieldsEnd() throws Exception {
    gateway.raw(
        lines(
            "GET / HTTP/1.1",
            "Host: tokyo.localhost:8080",
            "X-Forwarded-For: 192.0.2.7",
            "X-Forwarded-Proto: https",
            "X-Forwarded-Host: tokyo.localhost:8080",
            "X-Forwarded-Port: 8080",
            "Forwarded: for=10.0.0.1",
            "Connection: X-Private, keep-alive",
            "X-Private: 1",
            "Keep-Alive: timeout=5",
            "Proxy-Connection: keep-alive",
            "Proxy-Authorization: Basic eDp5",
            "TE: trailers",
            "Upgrade: h2c",
            "HTTP2-Settings: AAMAAABkAAQAAP__",
            "Expect: nothing",
            "Tanada-Cache-Control: max-age=1",
            "Cookie: a=b",
            ""));

    var headers = seen().getFirst().headers();
    assertThat(headers.get("Host")).containsExactly("tokyo.localhost:8080");
    assertThat(headers.get("X-forwarded-for")).containsExactly("192.0.2.7");
    assertThat(headers.get("X-forwarded-proto")).containsExactly("https");
    assertThat(headers.get("X-forwarded-host")).containsExactly("tokyo.localhost:8080");
    assertThat(headers.get("X-forwarded-port")).containsExactly("8080");
    assertThat(headers.get("Cookie")).containsExactly("a=b");
    assertThat(headers.get("Tanada-service-credential"))
        .singleElement()
        .extracting(TestCredentials.verifier(ServiceName.APP)::caller)
        .isEqualTo(ServiceName.LB);
    assertThat(headers)
        .doesNotContainKeys(
            "X-private",
            "Keep-alive",
            "Proxy-connection",
            "Proxy-authorization",
            "Te",
            "Upgrade",
            "Http2-settings",
            "Forwarded",
            "Expect",
            "Tanada-cache-control");
  }

  @Test
  void everyServiceMayDoWhatIsItsOwn() throws Exception {
    assertThat(as(ServiceName.EDGE, "GET", "/").statusCode()).isEqualTo(200);
    assertThat(as(ServiceName.FRONT, "POST", "/").statusCode()).isEqualTo(200);
    for (ServiceName stranger :
        List.of(ServiceName.APP, ServiceName.STORAGE, ServiceName.ROUTER, ServiceName.OPERATOR)) {
      assertProblem(as(stranger, "GET", "/"), 403, "forbidden");
    }
    assertProblem(as(ServiceName.EDGE, "POST", "/"), 403, "forbidden");
    assertProblem(as(ServiceName.EDGE, "DELETE", "/api/v1/me"), 403, "forbidden");
    assertProblem(as(ServiceName.FRONT, "GET", "/actuator/prometheus"), 404, "not-found");
  }

  private HttpResponse<String> as(ServiceName caller, String method, String path) throws Exception {
    return gateway.send(
        gateway
            .to(path)
            .setHeader("Tanada-Service-Credential", TestCredentials.of(caller, ServiceName.LB))
            .method(method, HttpRequest.BodyPublishers.noBody()));
  }

  @Test
  void withoutTheCredentialNothingPasses() throws Exception {
    HttpRequest.Builder request = gateway.to("/");
    request.setHeader("Tanada-Service-Credential", "another-credential");

    HttpResponse<String> response = gateway.send(request);

    assertProblem(response, 401, "unauthenticated");
    assertThat(response.headers().firstValue("www-authenticate")).isPresent();
    assertThat(seen()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/actuator", "/actuator/health", "/actuator/health/readiness", "/internal/purge",
        "/v1/rows", "/%61ctuator/health", "/actuator;x/health", "/%69nternal"
      })
  void internalAddressesAreNotRouted(String target) throws Exception {
    assertThat(rawGet(target)).startsWith("HTTP/1.1 404").contains("\"code\":\"not-found\"");
    assertThat(seen()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//actuator",
        "/a//b",
        "/a/../actuator",
        "/a/./b",
        "/..",
        "/a/..;/b",
        "/%2e%2e/actuator",
        "/a/%2E%2E/b",
        "/%2factuator",
        "/a%5cb",
        "/a%00b",
        "/a%0ab",
        "/%252e%252e/x",
        "/a%zz",
        "/a%2",
        "http://127.0.0.1/",
        "*"
      })
  void ambiguousTargetsAreRefused(String target) throws Exception {
    assertThat(rawGet(target)).startsWith("HTTP/1.1 400");
    assertThat(seen()).isEmpty();
  }

  @Test
  void refusalsAreProblems() throws Exception {
    assertThat(rawGet("/a//b"))
        .containsIgnoringCase("content-type: application/problem+json")
        .contains("\"code\":\"malformed-request\"")
        .containsIgnoringCase("server-timing: lb;");
  }

  @Test
  void aBackslashIsRefused() throws Exception {
    assertThat(rawGet("/a\\..\\b")).startsWith("HTTP/1.1 400");
    assertThat(seen()).isEmpty();
  }

  @Test
  void exactlyOneHostIsNeeded() throws Exception {
    assertThat(gateway.raw("GET / HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400");
    assertThat(gateway.raw("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"))
        .startsWith("HTTP/1.1 400");
    assertThat(gateway.raw("GET / HTTP/1.1\r\nHost: a b\r\n\r\n")).startsWith("HTTP/1.1 400");
    assertThat(seen()).isEmpty();
  }

  @Test
  void aRequestCannotHideAnotherOne() throws Exception {
    String smuggled =
        gateway.raw(
            lines(
                "POST /a HTTP/1.1",
                "Host: a",
                "Content-Length: 6",
                "Transfer-Encoding: chunked",
                "",
                "0",
                "",
                "GET /smuggled HTTP/1.1",
                "Host: a",
                ""));
    gateway.raw("POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc");

    assertThat(smuggled).startsWith("HTTP/1.1 ");
    assertThat(seen())
        .allSatisfy(s -> {
          assertThat(s.target()).isEqualTo("/a");
          assertThat(s.length()).isZero();
        });
  }

  @Test
  void bodiesHaveLimitsWithAndWithoutALength() throws Exception {
    byte[] large = new byte[1_100_000];
    assertProblem(
        gateway.send(
            gateway.to("/api/v1/users").POST(HttpRequest.BodyPublishers.ofByteArray(large))),
        413,
        "content-too-large");
    HttpRequest.BodyPublisher chunked =
        HttpRequest.BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(large));
    assertProblem(
        gateway.send(gateway.to("/api/v1/users").POST(chunked)), 413, "content-too-large");
    assertThat(gateway.send(gateway.to("/upload").POST(chunked)).statusCode()).isEqualTo(200);
    assertThat(gateway.send(gateway.to("/me/avatar").POST(chunked)).statusCode()).isEqualTo(200);
  }

  @Test
  void anUploadOf200MegabytesStreamsThrough() throws Exception {
    long size = 200L << 20;
    HttpRequest.BodyPublisher body =
        HttpRequest.BodyPublishers.fromPublisher(
            HttpRequest.BodyPublishers.ofInputStream(() -> new Zeros(size)), size);
    gateway.get("/"); // the pools are there
    long before = io.netty.buffer.PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();

    HttpResponse<String> response = gateway.send(gateway.to("/api/v1/videos/1/content").PUT(body));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(seen()).last().satisfies(s -> assertThat(s.length()).isEqualTo(size));
    long after = io.netty.buffer.PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    assertThat(after - before).as("direct memory").isLessThan(64L << 20);
  }

  @Test
  void theControlSideShowsHealthToAllAndMetricsToOurs() throws Exception {
    assertThat(gateway.control("/actuator/health/readiness", false).statusCode()).isEqualTo(200);
    assertThat(gateway.control("/actuator/health/liveness", false).statusCode()).isEqualTo(200);
    assertThat(gateway.control("/actuator/prometheus", false).statusCode()).isEqualTo(401);
    gateway.get("/");
    assertThat(gateway.control("/actuator/prometheus", true).body())
        .contains("tanada_balancer_requests_total{node=\"app-1\"");
    assertThat(gateway.control("/api/v1/videos", true).statusCode()).isEqualTo(403);
  }

  private static String rawGet(String target) throws Exception {
    return gateway.raw("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }

  static String lines(String... lines) {
    return String.join("\r\n", lines) + "\r\n";
  }

  static void assertProblem(HttpResponse<String> response, int status, String code) {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("content-type")).hasValue(Problem.MEDIA_TYPE);
    Problem problem = JsonMapper.builder().build().readValue(response.body(), Problem.class);
    assertThat(problem.code()).isEqualTo(code);
    assertThat(problem.status()).isEqualTo(status);
  }
}
