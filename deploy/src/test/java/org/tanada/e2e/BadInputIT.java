package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tanada.e2e.FrontDoor.assertProblem;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.shop.ShopClient.Account;
import org.tanada.deploy.shop.ShopClient.Answer;

/** Each kind of bad input has its status and its code, and leaves nothing half-written. */
@DisabledIf(value = "org.tanada.e2e.TestRun#brief", disabledReason = TestRun.SEEN_NATIVELY)
class BadInputIT {
  private static ShopClient shop;
  private static Account user;

  @BeforeAll
  static void signUp() throws IOException {
    shop = FrontDoor.client();
    user = FrontDoor.somebody(shop, "mallory");
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @Test
  void malformedJson() throws IOException {
    String answer = post("/api/v1/videos", "{\"title\": ");

    assertThat(answer).startsWith("HTTP/1.1 400").contains("\"malformed-request\"");
  }

  @Test
  void wrongTypes() throws IOException {
    assertProblem(
        shop.send(
            "POST",
            "/api/v1/videos",
            user.accessToken(),
            Map.of("title", List.of(1), "price", "free")),
        400,
        "malformed-request");
  }

  @Test
  void unknownFieldsAreRefusedByName() throws IOException {
    Answer answer =
        shop.send(
            "POST",
            "/api/v1/videos",
            user.accessToken(),
            Map.of(
                "title",
                "t",
                "description",
                "",
                "price",
                Map.of("amountMinor", 0, "currency", "USD"),
                "colour",
                "red"));

    assertProblem(answer, 422, "validation-failed");
    assertThat(answer.json().get("errors").get(0).get("field").asString()).isEqualTo("colour");
  }

  @Test
  void fieldsOutOfRangeAreNamed() throws IOException {
    Answer answer =
        shop.send("POST", "/api/v1/videos", user.accessToken(), ShopClient.video("", "", -1));

    assertProblem(answer, 422, "validation-failed");
    assertThat(answer.json().get("errors"))
        .extracting(e -> e.get("field").asString())
        .contains("title", "price.amountMinor");
  }

  @Test
  void anOversizeBody() throws IOException {
    assertProblem(
        shop.send(
            "POST",
            "/api/v1/videos",
            user.accessToken(),
            ShopClient.video("t", "x".repeat(2_000_000), 0)),
        413,
        "content-too-large");
  }

  @Test
  void oversizeHeaders() throws IOException {
    String answer =
        FrontDoor.raw(
            "GET /api/v1/videos HTTP/1.1\r\nHost: localhost\r\nX-Large: "
                + "x".repeat(60_000)
                + "\r\nConnection: close\r\n\r\n");

    assertThat(answer).matches("(?s)HTTP/1.1 (431|400|494).*").contains("headers-too-large");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1", "0", "-1", "abc", "9223372036854775807", "9223372036854775808", "4095"})
  void idsOfNoRow(String id) throws IOException {
    assertProblem(shop.get("/api/v1/videos/" + id, null), 404, "not-found");
    assertProblem(shop.get("/api/v1/users/" + id, null), 404, "not-found");
    assertProblem(shop.get("/api/v1/orders/" + id, user.accessToken()), 404, "not-found");
  }

  @Test
  void tamperedCursors() throws IOException {
    for (int i = 0; i < 3; i++) {
      shop.send(
              "POST", "/api/v1/videos", user.accessToken(), ShopClient.video("Cursor " + i, "", 0))
          .expect(201);
    }
    String list = "/api/v1/videos?limit=1&owner=" + user.id();
    String cursor = shop.get(list, user.accessToken()).expect(200).json().get("next").asString();
    char last = cursor.charAt(cursor.length() / 2);
    String tampered = cursor.replace(last, last == 'A' ? 'B' : 'A');

    shop.get(list + "&cursor=" + cursor, user.accessToken()).expect(200);
    assertProblem(
        shop.get(list + "&cursor=" + tampered, user.accessToken()), 400, "invalid-cursor");
    assertProblem(shop.get("/api/v1/videos?limit=1&cursor=" + cursor, null), 400, "invalid-cursor");
    assertProblem(shop.get("/api/v1/videos?limit=101", null), 422, "validation-failed");
  }

  @Test
  void ofManyEqualSignUpsExactlyOneWins() throws Exception {
    String name = "racer-" + UUID.randomUUID().toString().substring(0, 8);
    Map<String, Object> body =
        Map.of(
            "email",
            name + "@example.net",
            "username",
            name,
            "displayName",
            "R",
            "password",
            FrontDoor.PASSWORD);
    Callable<Answer> signUp = () -> shop.send("POST", "/api/v1/users", null, body);

    try (ExecutorService racers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Answer> answers =
          racers.invokeAll(java.util.Collections.nCopies(8, signUp)).stream()
              .map(Future::resultNow)
              .toList();
      assertThat(answers).extracting(Answer::status).containsOnly(201, 409).containsOnlyOnce(201);
    }
    shop.token(name + "@example.net", FrontDoor.PASSWORD);
  }

  @Test
  void wrongPasswordAndUnknownAddressAnswerTheSame() throws IOException {
    Answer wrong = token(user.email(), "not it at all");
    Answer unknown = token("nobody-" + UUID.randomUUID() + "@example.net", "not it at all");

    assertProblem(wrong, 401, "invalid-credentials");
    assertProblem(unknown, 401, "invalid-credentials");
    assertThat(wrong.json().get("detail")).isEqualTo(unknown.json().get("detail"));
  }

  @Test
  void forgedTokens() throws IOException {
    String token = user.accessToken();
    int dot = token.lastIndexOf('.');
    String forged = token.substring(0, dot + 1) + "A".repeat(token.length() - dot - 1);
    String none = "eyJhbGciOiJub25lIn0." + token.split("\\.", -1)[1] + ".";

    assertProblem(shop.get("/api/v1/me", forged), 401, "invalid-token");
    assertProblem(shop.get("/api/v1/me", none), 401, "invalid-token");
    assertProblem(shop.get("/api/v1/me", null), 401, "unauthenticated");
  }

  @Test
  void foreignOriginsWithTheCookie() throws IOException {
    String set = shop.session(user.email(), FrontDoor.PASSWORD);
    String pair = ShopClient.pair(set);

    assertProblem(
        shop.send(
            "POST",
            "/api/v1/videos",
            null,
            ShopClient.video("t", "", 0),
            "Cookie",
            pair,
            "Origin",
            "https://evil.example"),
        403,
        "foreign-origin");
    shop.send(
            "POST",
            "/api/v1/videos",
            null,
            ShopClient.video("Ours", "", 0),
            "Cookie",
            pair,
            "Origin",
            FrontDoor.ADDRESS.toString())
        .expect(201);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/media/profiles/../../etc/passwd",
        "/media/profiles/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/assets/../../application.yml",
        "/media/profiles/..%5c..%5cetc%5cpasswd",
        "/actuator/env",
        "//actuator/health",
        "/%61ctuator/health",
        "/internal/purges"
      })
  void pathsThatClimbOrReachInside(String path) throws IOException {
    String answer =
        FrontDoor.raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

    assertThat(answer)
        .matches("(?s)HTTP/1.1 (400|403|404).*")
        .doesNotContain("root:")
        .doesNotContain("\"UP\"");
  }

  @Test
  void aTruncatedUploadLeavesNothing() throws IOException {
    String id =
        shop.send("POST", "/api/v1/videos", user.accessToken(), ShopClient.video("Cut", "", 0))
            .expect(201)
            .json()
            .get("id")
            .asString();
    try (java.net.Socket socket =
        new java.net.Socket(FrontDoor.ADDRESS.getHost(), FrontDoor.ADDRESS.getPort())) {
      socket
          .getOutputStream()
          .write(
              ("PUT /api/v1/videos/"
                      + id
                      + "/content HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                      + user.accessToken()
                      + "\r\nContent-Type: video/mp4\r\nContent-Length: 94217\r\n\r\n")
                  .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      socket.getOutputStream().write(FrontDoor.clip(), 0, 40_000);
      socket.getOutputStream().flush();
    }

    assertProblem(
        shop.send("POST", "/api/v1/videos/" + id + "/publication", user.accessToken(), null),
        409,
        "conflict");
    shop.upload(
            "/api/v1/videos/" + id + "/content", user.accessToken(), "video/mp4", FrontDoor.clip())
        .expect(201);
  }

  @Test
  void contentOfTheWrongKind() throws IOException {
    String id =
        shop.send("POST", "/api/v1/videos", user.accessToken(), ShopClient.video("Kind", "", 0))
            .expect(201)
            .json()
            .get("id")
            .asString();

    assertProblem(
        shop.upload(
            "/api/v1/videos/" + id + "/content",
            user.accessToken(),
            "text/html",
            "<script>".getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
        415,
        "unsupported-media-type");
    assertProblem(
        shop.upload(
            "/api/v1/videos/" + id + "/content",
            user.accessToken(),
            "video/mp4",
            "not a video, though it says so".getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
        415,
        "unsupported-media-type");
  }

  @Test
  void unknownHosts() throws IOException {
    String answer =
        FrontDoor.raw("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 421").contains("unknown-host");
  }

  @Test
  void conditionsOnChanges() throws IOException {
    Answer video =
        shop.send("POST", "/api/v1/videos", user.accessToken(), ShopClient.video("Old", "", 0))
            .expect(201);
    String path = "/api/v1/videos/" + video.json().get("id").asString();

    assertProblem(
        shop.send("PATCH", path, user.accessToken(), Map.of("title", "New")),
        428,
        "precondition-required");
    assertProblem(
        shop.send("PATCH", path, user.accessToken(), Map.of("title", "New"), "If-Match", "\"999\""),
        412,
        "version-mismatch");
    shop.send(
            "PATCH",
            path,
            user.accessToken(),
            Map.of("title", "New"),
            "If-Match",
            String.valueOf(video.header("ETag")))
        .expect(200);
  }

  @Test
  void anIdempotencyKeyStandsForOneBody() throws IOException {
    String key = UUID.randomUUID().toString();
    shop.send(
            "POST",
            "/api/v1/videos",
            user.accessToken(),
            ShopClient.video("One", "", 0),
            "Idempotency-Key",
            key)
        .expect(201);

    assertProblem(
        shop.send(
            "POST",
            "/api/v1/videos",
            user.accessToken(),
            ShopClient.video("Two", "", 0),
            "Idempotency-Key",
            key),
        422,
        "idempotency-key-reused");
  }

  @Test
  void unknownRoutesAndMethods() throws IOException {
    assertProblem(shop.get("/api/v1/nothing", null), 404, "not-found");
    assertProblem(
        shop.send("DELETE", "/api/v1/videos", user.accessToken(), null), 405, "method-not-allowed");
  }

  private static Answer token(String email, String password) throws IOException {
    return shop.send(
        "POST",
        "/api/v1/tokens",
        null,
        Map.of("grantType", "password", "email", email, "password", password));
  }

  private static String post(String path, String body) throws IOException {
    return FrontDoor.raw(
        "POST "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
            + user.accessToken()
            + "\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\nConnection: close\r\n\r\n"
            + body);
  }
}
