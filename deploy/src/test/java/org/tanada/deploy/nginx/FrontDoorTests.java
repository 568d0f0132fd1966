package org.tanada.deploy.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tanada.common.membership.Node;
import org.tanada.common.problem.Problem;
import org.tanada.common.testing.Poll;
import tools.jackson.databind.json.JsonMapper;

/** The rendered front door, on a real nginx before small real servers. */
@Tag("servers")
class FrontDoorTests {
  @TempDir static Path directory;

  static FakeTier tokyo;
  static FakeTier virginia;
  static FakeTier lb1;
  static FakeTier lb2;
  static FrontDoor door;

  @BeforeAll
  static void start() throws Exception {
    tokyo = new FakeTier("edge-1", Map.of("region", "tokyo"));
    virginia = new FakeTier("edge-2", Map.of("region", "virginia"));
    lb1 = new FakeTier("lb-1", Map.of());
    lb2 = new FakeTier("lb-2", Map.of());
    door = new FrontDoor(directory, tiers());
  }

  @AfterAll
  static void end() {
    door.close();
    for (FakeTier tier : List.of(tokyo, virginia, lb1, lb2)) {
      tier.close();
    }
  }

  @BeforeEach
  void forget() {
    for (FakeTier tier : List.of(tokyo, virginia, lb1, lb2)) {
      tier.seen.clear();
    }
  }

  static Map<String, List<Node>> tiers() {
    Map<String, List<Node>> tiers = new LinkedHashMap<>();
    tiers.put("edge", List.of(tokyo.node(), virginia.node()));
    tiers.put("lb", List.of(lb1.node(), lb2.node()));
    return tiers;
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/videos/12", "/media/videos/7?expires=1", "/assets/a.css", "/me"})
  void getOfPagesAssetsAndFilesGoesToTheDefaultRegionsEdge(String path) throws Exception {
    assertThat(door.get(path).body()).isEqualTo("edge-1");
    assertThat(tokyo.last().uri()).isEqualTo(path);
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, edge-1",
    "tokyo.localhost:8080, edge-1",
    "virginia.localhost:8080, edge-2",
    "nowhere.localhost, edge-1",
    "127.0.0.1, edge-1",
    "[::1]:8080, edge-1",
    "shop.example.org, edge-1",
    "virginia.shop.example.org, edge-2"
  })
  void theHostNameChoosesTheRegion(String host, String edge) throws Exception {
    assertThat(door.rawGet("/", host)).startsWith("HTTP/1.1 200").endsWith(edge);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /api/v1/videos",
    "HEAD, /api/v1/videos",
    "GET, /.well-known/jwks.json",
    "POST, /api/v1/orders",
    "POST, /sign-in",
    "DELETE, /videos/1",
    "OPTIONS, /",
    "PATCH, /uploads/abc",
    "HEAD, /uploads/abc",
    "GET, /upload",
    "PUT, /api/v1/videos/12/content"
  })
  void theRestGoesToTheBalancersWithItsMethodAndPath(String method, String path) throws Exception {
    HttpResponse<String> response =
        door.send(door.to(path).method(method, HttpRequest.BodyPublishers.noBody()));

    assertThat(response.statusCode()).isEqualTo(200);
    List<FakeTier.Seen> seen = new ArrayList<>(lb1.seen);
    seen.addAll(lb2.seen);
    assertThat(seen)
        .singleElement()
        .satisfies(s -> {
          assertThat(s.method()).isEqualTo(method);
          assertThat(s.uri()).isEqualTo(path);
        });
    assertThat(tokyo.seen).isEmpty();
  }

  @Test
  void aBodySurvivesTheWayToTheBalancer() throws Exception {
    door.send(door.to("/sign-up").POST(HttpRequest.BodyPublishers.ofByteArray(new byte[100_000])));

    assertThat(lb1.seen.size() + lb2.seen.size()).isOne();
    assertThat((lb1.seen.isEmpty() ? lb2 : lb1).last().length()).isEqualTo(100_000);
  }

  @Test
  void theOtherRegionsEdgeTakesOverAndGivesBack() throws Exception {
    tokyo.stop();
    try {
      for (int i = 0; i < 20; i++) {
        assertThat(door.get("/page-" + i).body()).isEqualTo("edge-2");
      }
    } finally {
      tokyo.startAgain();
    }

    Poll.until(() -> door.get("/").body().equals("edge-1"));
  }

  @Test
  void aChangeGoesToTheOtherBalancerWhenOneIsDown() throws Exception {
    lb1.stop();
    try {
      for (int i = 0; i < 20; i++) {
        HttpResponse<String> response =
            door.send(door.to("/api/v1/orders").POST(HttpRequest.BodyPublishers.ofString("{}")));
        assertThat(response.body()).isEqualTo("lb-2");
      }
      assertThat(lb2.seen).hasSize(20);
    } finally {
      lb1.startAgain();
    }
  }

  @Test
  void anAnswerWithAnErrorStatusPassesUnchangedAndTakesNoServerOut() throws Exception {
    for (int i = 0; i < 5; i++) {
      HttpResponse<String> response = door.get("/status/503");
      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(response.body()).isEqualTo("edge-1");
    }
  }

  @Test
  void whatAClientClaimsAboutItsWayIsReplaced() throws Exception {
    door.send(
        door.to("/")
            .header("Tanada-Service-Credential", "guess")
            .header("X-Forwarded-For", "10.9.9.9")
            .header("X-Forwarded-Proto", "gopher")
            .header("X-Forwarded-Host", "evil.example")
            .header("X-Forwarded-Port", "1")
            .header("X-Forwarded-Prefix", "/evil")
            .header("Forwarded", "for=10.9.9.9")
            .header("X-Real-IP", "10.9.9.9")
            .header("Tanada-Cache-Control", "max-age=9")
            .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));

    var headers = tokyo.last().headers();
    assertThat(headers.get("Tanada-Service-Credential")).containsExactly(FrontDoor.CREDENTIAL);
    assertThat(headers.get("X-Forwarded-For")).containsExactly("127.0.0.1");
    assertThat(headers.get("X-Forwarded-Proto")).containsExactly("http");
    assertThat(headers.get("X-Forwarded-Host")).containsExactly("127.0.0.1:" + door.httpPort);
    assertThat(headers.get("X-Forwarded-Port")).containsExactly("" + door.httpPort);
    assertThat(headers.get("Host")).containsExactly("127.0.0.1:" + door.httpPort);
    assertThat(headers.get("traceparent")).singleElement().asString().contains("4bf92f3577b34da6");
    assertThat(headers)
        .doesNotContainKeys("X-forwarded-prefix", "Forwarded", "X-real-ip", "Tanada-cache-control");
  }

  @Test
  void everyServiceIsShownWhatIsMadeForIt() throws Exception {
    for (HttpRequest.Builder request :
        List.of(
            door.to("/api/v1/videos"),
            door.to("/videos/7")
                .POST(HttpRequest.BodyPublishers.ofString("changed by an edge?")))) {
      lb1.seen.clear();
      lb2.seen.clear();

      door.send(request);

      List<FakeTier.Seen> seen = new ArrayList<>(lb1.seen);
      seen.addAll(lb2.seen);
      assertThat(seen)
          .singleElement()
          .extracting(one -> one.headers().get("Tanada-Service-Credential"))
          .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
          .containsExactly(FrontDoor.LB_CREDENTIAL);
    }
    door.send(door.to("/videos/7"));
    assertThat(tokyo.last().headers().get("Tanada-Service-Credential"))
        .containsExactly(FrontDoor.CREDENTIAL);
  }

  @Test
  void theHostOfAnAbsoluteTargetCounts() throws Exception {
    String answer = door.rawGet("http://evil.example/", "localhost");

    assertThat(answer).startsWith("HTTP/1.1 421");
  }

  @Test
  void internalFieldsOfAnswersStayInside() throws Exception {
    HttpResponse<String> response = door.get("/");

    assertThat(response.headers().map()).doesNotContainKeys("tanada-cache-control");
    assertThat(response.headers().firstValue("server")).hasValue("nginx");
    assertThat(response.headers().firstValue("strict-transport-security")).isEmpty();
    assertThat(response.body()).isEqualTo("edge-1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/api/v1/videos", "/status/503", "/actuator"})
  void everyAnswerTellsBrowsersWhatTheyMayDoWithIt(String path) throws Exception {
    HttpResponse<String> response = door.get(path);

    assertThat(response.headers().allValues("x-content-type-options")).containsExactly("nosniff");
    assertThat(response.headers().allValues("x-frame-options")).containsExactly("DENY");
    assertThat(response.headers().allValues("referrer-policy")).containsExactly("same-origin");
    assertThat(response.headers().allValues("permissions-policy"))
        .singleElement()
        .asString()
        .contains("camera=()");
    assertThat(response.headers().allValues("cross-origin-opener-policy"))
        .containsExactly("same-origin");
    assertThat(response.headers().allValues("content-security-policy"))
        .singleElement()
        .asString()
        .startsWith("default-src 'none'")
        .contains("frame-ancestors 'none'")
        .doesNotContain("unsafe");
  }

  @Test
  void whatAServerSaysItselfIsNotSaidTwice() throws Exception {
    HttpResponse<String> response = door.get("/own-policy");

    FakeTier.OWN_POLICY.forEach((name, value) ->
        assertThat(response.headers().allValues(name)).as(name).containsExactly(value));
  }

  @Test
  void whatABrowserKeepsKeepsItsOwnPolicy() throws Exception {
    HttpResponse<String> response = door.get("/unchanged");

    assertThat(response.statusCode()).isEqualTo(304);
    assertThat(response.headers().allValues("content-security-policy")).isEmpty();
  }

  @Test
  void theStyleOfAnErrorPageIsAllowedByItsDigest() throws Exception {
    HttpResponse<String> page = door.send(door.to("/actuator").header("Accept", "text/html"));

    String style = page.body().split("</?style>", 3)[1];
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8));
    assertThat(page.headers().firstValue("content-security-policy"))
        .hasValueSatisfying(policy ->
            assertThat(policy)
                .contains("style-src 'sha256-" + Base64.getEncoder().encodeToString(digest) + "'"));
  }

  @ParameterizedTest
  @CsvSource({
    "shop.example.org, true",
    "virginia.shop.example.org, true",
    "localhost, false",
    "tokyo.localhost, false",
    "127.0.0.1, false"
  })
  void tlsIsDemandedOfNamesThatAreNotThisMachines(String host, boolean demanded) throws Exception {
    for (String path : List.of("/", "/actuator")) {
      assertThat(door.rawGet(path, host)).doesNotContain("Strict-Transport-Security");
      String answer = tlsGet(path, host);
      if (demanded) {
        assertThat(answer)
            .contains("\r\nStrict-Transport-Security: max-age=31536000; includeSubDomains\r\n");
      } else {
        assertThat(answer).doesNotContain("Strict-Transport-Security");
      }
    }
  }

  private static String tlsGet(String path, String host) throws Exception {
    try (Socket socket =
        trustingOurs().getSocketFactory().createSocket("localhost", door.httpsPort)) {
      socket.setSoTimeout(10_000);
      String request =
          "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/actuator", "/actuator/prometheus", "/internal/purge", "/v1/rows", "/v1;a=b"})
  void whatIsInternalIsNotFoundOutside(String path) throws Exception {
    assertProblem(door.rawGet(path, "localhost"), 404, "not-found");
    assertNothingArrived();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//actuator/health",
        "/x/../actuator/health",
        "/x/%2e%2e/actuator/health",
        "/x/%2E./actuator",
        "/./actuator",
        "/%2factuator",
        "/x\\..\\actuator",
        "/x%5c..%5cactuator",
        "/x/..;/actuator",
        "/a%00b",
        "/a%0d%0aSet-Cookie:x",
        "/%252e%252e/actuator"
      })
  void ambiguousPathsAreRefused(String path) throws Exception {
    assertProblem(door.rawGet(path, "localhost"), 400, "malformed-request");
    assertNothingArrived();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/%61ctuator/health", "/%69nternal", "/%76%31/rows"})
  void encodedLettersDoNotHideInternalPaths(String path) throws Exception {
    assertProblem(door.rawGet(path, "localhost"), 404, "not-found");
    assertNothingArrived();
  }

  @Test
  void dotsAndSlashesInAQueryAreAllowed() throws Exception {
    assertThat(door.rawGet("/sign-in?next=//x/../y%2e", "localhost")).startsWith("HTTP/1.1 200");
  }

  @Test
  void unknownHostsAreRefused() throws Exception {
    assertProblem(door.rawGet("/", "evil.example"), 421, "unknown-host");
    assertProblem(door.rawGet("/", "localhost.evil.example"), 421, "unknown-host");
    assertNothingArrived();
  }

  @Test
  void aRequestWithoutAHostIsRefused() throws Exception {
    assertThat(door.raw("GET / HTTP/1.1\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400")
        .contains("\"code\":\"malformed-request\"");
  }

  @Test
  void twoHostsOrTwoLengthsAreRefused() throws Exception {
    assertThat(door.raw("GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n"))
        .startsWith("HTTP/1.1 400");
    assertThat(
            door.raw(
                lines(
                    "POST / HTTP/1.1",
                    "Host: localhost",
                    "Content-Length: 4",
                    "Transfer-Encoding: chunked",
                    "",
                    "0",
                    "")))
        .startsWith("HTTP/1.1 400");
    assertNothingArrived();
  }

  @Test
  void traceIsNotAnswered() throws Exception {
    String answer = door.raw("TRACE / HTTP/1.1\r\nHost: localhost\r\nCookie: a=b\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 405").doesNotContain("Cookie");
    assertNothingArrived();
  }

  @Test
  void aBrowserGetsAPageForAnError() throws Exception {
    HttpResponse<String> response =
        door.send(door.to("/actuator").header("Accept", "text/html,*/*;q=0.8"));

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
    assertThat(response.body()).contains("<h1>There is nothing here</h1>");
  }

  @Test
  void bodiesHaveLimits() throws Exception {
    assertProblem(post("/api/v1/users", 1_048_577), 413, "content-too-large");
    assertProblem(post("/api/v1/me/avatar", 6_300_000), 413, "content-too-large");
    assertNothingArrived();

    assertThat(post("/api/v1/me/avatar", 5_000_000)).startsWith("HTTP/1.1 200");
    assertThat(post("/me/avatar", 5_000_000)).startsWith("HTTP/1.1 200");
    assertThat(post("/upload", 9_000_000)).startsWith("HTTP/1.1 200");
    assertThat(post("/api/v1/videos/1/content", 9_000_000)).startsWith("HTTP/1.1 200");
  }

  @Test
  void anUploadBeyondTheLimitIsRefusedByItsLength() throws Exception {
    String answer =
        door.raw(
            lines(
                "PUT /api/v1/videos/1/content HTTP/1.1",
                "Host: localhost",
                "Connection: close",
                "Content-Length: 5000000000",
                ""));

    assertProblem(answer, 413, "content-too-large");
  }

  @Test
  void headsHaveLimits() throws Exception {
    assertThat(door.rawGet("/" + "a".repeat(20_000), "localhost"))
        .startsWith("HTTP/1.1 414")
        .contains("\"code\":\"uri-too-long\"");
    assertThat(door.rawGet("/", "localhost\r\nX-Long: " + "a".repeat(20_000)))
        .startsWith("HTTP/1.1 431")
        .contains("\"code\":\"headers-too-large\"");
  }

  @Test
  void textIsCompressedAndItsTagStillValidates() throws Exception {
    HttpResponse<String> response =
        door.send(door.to("/big-page").header("Accept-Encoding", "gzip"));

    assertThat(response.headers().firstValue("content-encoding")).hasValue("gzip");
    assertThat(response.headers().firstValue("etag")).hasValue("W/\"v1\"");
    assertThat(response.headers().allValues("vary")).contains("Accept-Encoding");
  }

  @Test
  void tlsSpeaksHttp2AndPassesTheSchemeOn() throws Exception {
    try (HttpClient secure =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_2)
            .sslContext(trustingOurs())
            .build()) {
      HttpResponse<String> response =
          secure.send(
              HttpRequest.newBuilder(URI.create("https://localhost:" + door.httpsPort + "/"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());

      assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(response.body()).isEqualTo("edge-1");
    }
    var headers = tokyo.last().headers();
    assertThat(headers.get("X-Forwarded-Proto")).containsExactly("https");
    assertThat(headers.get("X-Forwarded-Host")).containsExactly("localhost:" + door.httpsPort);
    assertThat(headers.get("X-Forwarded-Port")).containsExactly("" + door.httpsPort);
  }

  @Test
  void theCredentialIsInAFileForTheOwnerAlone() throws Exception {
    Path conf = directory.resolve("nginx/conf").toRealPath();
    List<Path> holders;
    try (var all = Files.walk(conf)) {
      holders =
          all.filter(Files::isRegularFile)
              .filter(file -> read(file).contains(FrontDoor.CREDENTIAL))
              .toList();
    }

    assertThat(holders).containsExactly(conf.resolve("includes/credential.conf"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(holders.getFirst())))
        .isEqualTo("rw-------");
  }

  @Test
  void queriesAreNotLogged() throws Exception {
    door.get("/media/videos/77?signature=very-secret");

    Path log = directory.resolve("nginx/logs/access.log");
    Poll.until(() -> read(log).contains("/media/videos/77"));
    assertThat(read(log)).doesNotContain("very-secret");
    String line = read(log).lines().filter(l -> l.contains("/media/videos/77")).findFirst().get();
    assertThat(JsonMapper.builder().build().readTree(line).get("status").asInt()).isEqualTo(200);
  }

  @Test
  void theSameTopologyChangesNothing() throws Exception {
    assertThat(door.configuration.render(tiers())).isFalse();
  }

  @Test
  void emptyTiersAnswerUnavailableAndComeBack(@TempDir Path other) throws Exception {
    try (FrontDoor lonely = new FrontDoor(other, Map.of())) {
      for (String path : List.of("/", "/api/v1/videos", "/upload")) {
        String answer = lonely.rawGet(path, "localhost");
        assertProblem(answer, 503, "unavailable");
        assertThat(answer).contains("Retry-After: 1");
      }

      lonely.changeTo(tiers());

      Poll.until(() -> lonely.get("/").body().equals("edge-1"));
    }
  }

  @Test
  void aTierOfDeadServersAnswersBadGateway(@TempDir Path other) throws Exception {
    FakeTier dead = new FakeTier("lb-9", Map.of());
    dead.close();
    try (FrontDoor broken = new FrontDoor(other, Map.of("lb", List.of(dead.node())))) {
      assertProblem(broken.rawGet("/api/v1/videos", "localhost"), 502, "upstream-failed");
    }
  }

  @Test
  void readOnlySqlGoesToAReplicaAndToThePrimaryWithoutOne(@TempDir Path other) throws Exception {
    try (Greeter primary = new Greeter("a");
        Greeter replica = new Greeter("b");
        FrontDoor sql =
            new FrontDoor(
                other,
                Map.of("mysql-1", List.of(primary.node("mysql-1-a"), replica.node("mysql-1-b"))))) {
      sql.awaitPort(sql.sqlPortBase + 1);
      assertThat(greeting(sql)).isEqualTo("b");

      replica.hangUp();

      assertThat(greeting(sql)).isEqualTo("a");
    }
  }

  private static String greeting(FrontDoor sql) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), sql.sqlPortBase + 1)) {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String post(String path, int length) throws IOException {
    // All at once: nginx answers before it has read a body that is too large.
    StringBuilder request = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n");
    request.append("Connection: close\r\nContent-Length: ").append(length).append("\r\n\r\n");
    boolean tooLarge = (length > 6_291_456 && path.endsWith("avatar")) || path.endsWith("users");
    request.append(tooLarge ? "" : "x".repeat(length));
    return door.raw(request.toString());
  }

  private static String lines(String... lines) {
    return String.join("\r\n", lines) + "\r\n";
  }

  private static void assertProblem(String answer, int status, String code) {
    assertThat(answer).startsWith("HTTP/1.1 " + status);
    assertThat(answer).contains("Content-Type: " + Problem.MEDIA_TYPE);
    Problem problem =
        JsonMapper.builder()
            .build()
            .readValue(answer.substring(answer.indexOf("\r\n\r\n") + 4), Problem.class);
    assertThat(problem.code()).isEqualTo(code);
    assertThat(problem.status()).isEqualTo(status);
    assertThat(problem.type()).isEqualTo("/problems/" + code);
  }

  private static void assertNothingArrived() {
    for (FakeTier tier : List.of(tokyo, virginia, lb1, lb2)) {
      assertThat(tier.seen).isEmpty();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static SSLContext trustingOurs() throws Exception {
    KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
    anchors.load(null, null);
    try (InputStream ca = Files.newInputStream(directory.resolve("ca/ca.pem"))) {
      anchors.setCertificateEntry(
          "ours", CertificateFactory.getInstance("X.509").generateCertificate(ca));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(anchors);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** A TCP server that says its name and hangs up. */
  private static final class Greeter implements AutoCloseable {
    private final ServerSocket socket;

    Greeter(String greeting) throws IOException {
      socket = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
      // Not virtual: such a one keeps the socket open after close() until it wakes, and takes one
      // more.
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            while (!socket.isClosed()) {
              try (Socket client = socket.accept()) {
                client.getOutputStream().write(greeting.getBytes(StandardCharsets.UTF_8));
              } catch (IOException e) {
                return; // closed
              }
            }
          });
    }

    Node node(String name) {
      URI address = URI.create("mysql://127.0.0.1:" + socket.getLocalPort());
      return new Node(name, address, address, Map.of());
    }

    void hangUp() throws IOException {
      socket.close();
    }

    @Override
    public void close() throws IOException {
      hangUp();
    }
  }
}
