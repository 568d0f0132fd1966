package org.tanada.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.tanada.app.testing.AppTest;
import org.tanada.app.testing.Client;
import org.tanada.app.testing.Client.Answer;
import org.tanada.app.testing.DirectoryBlobs;
import org.tanada.app.testing.FakeAccounts;
import org.tanada.common.credential.testing.TestCredentials;
import org.tanada.common.id.TanadaId;
import org.tanada.common.permission.ServiceName;

/** What outsiders send by mistake or on purpose, each with its status and problem code. */
@AppTest
class BadInputTests {
  private static final String GOOD =
      "{\"title\": \"T\", \"price\": {\"amountMinor\": 1, \"currency\": \"USD\"}}";

  @LocalServerPort int port;
  @Autowired DirectoryBlobs blobs;
  @Autowired FakeAccounts accounts;
  Client user;

  @BeforeEach
  void signUp() {
    user = Client.newUser(port);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"title\": ",
        "[]",
        "null",
        "\"text\"",
        "{} {}",
        "{\"title\": 5, \"price\": {\"amountMinor\": 1, \"currency\": \"USD\"}}",
        "{\"title\": \"T\", \"price\": {\"amountMinor\": \"1\", \"currency\": \"USD\"}}",
        "{\"title\": \"T\", \"price\": {\"amountMinor\": 1.5, \"currency\": \"USD\"}}",
        "{\"title\": \"T\", \"price\": 3}",
        "{\"title\": \"T\", \"title\": \"U\"}",
      })
  void malformedJsonIs400(String json) {
    Answer answer = user.post("/api/v1/videos", json).isProblem(400, "malformed-request");

    assertThat(answer.text()).doesNotContain("org.tanada", "java.");
  }

  @Test
  void unknownFieldIs422AndNamed() {
    Answer answer =
        user.post(
            "/api/v1/videos",
            "{\"title\": \"T\", \"price\": {\"amountMinor\": 1, \"cents\": true}}");

    answer.isProblem(422, "validation-failed");
    assertThat(answer.fields()).containsExactly("price.cents");
  }

  @Test
  void everyWrongFieldIsNamed() {
    Answer answer =
        user.post(
            "/api/v1/videos",
            """
            {"title": "  ", "description": "%s",
             "price": {"amountMinor": 1000001, "currency": "XXX"}}\
            """
                .formatted("x".repeat(5001)));

    answer.isProblem(422, "validation-failed");
    assertThat(answer.fields())
        .containsExactly("description", "price.amountMinor", "price.currency", "title");
    assertThat(user.post("/api/v1/videos", "{}").isProblem(422, "validation-failed").fields())
        .containsExactly("price", "title");
    user.post("/api/v1/videos", GOOD.replace("\"T\"", "\"a\\u0000b\""))
        .isProblem(422, "validation-failed");
    user.post("/api/v1/videos", GOOD.replace("\"T\"", "\"a\\ud800b\""))
        .isProblem(422, "validation-failed");
    user.post("/api/v1/videos", GOOD.replace("\"T\"", "\"a\\u202eb\""))
        .isProblem(422, "validation-failed");
    user.post("/api/v1/videos", GOOD.replace("\"T\"", "\"" + "😀".repeat(120) + "\"")).is(201);
    user.post("/api/v1/videos", GOOD.replace("\"T\"", "\"" + "😀".repeat(121) + "\""))
        .isProblem(422, "validation-failed");
  }

  @Test
  void passwordOfAMegabyteReachesNobody() {
    String large =
        "{\"email\": \"a@example.org\", \"password\": \"" + "x".repeat(1_000_000) + "\"}";
    String long257 = "{\"email\": \"a@example.org\", \"password\": \"" + "x".repeat(257) + "\"}";
    Client visitor = new Client(port);

    for (String path : List.of("/api/v1/sessions", "/api/v1/tokens", "/api/v1/users")) {
      visitor.post(path, large).isProblem(413, "content-too-large");
    }
    visitor.post("/api/v1/sessions", long257).isProblem(422, "validation-failed");
  }

  @Test
  void oversizeJsonIs413AlsoWithoutALength() throws IOException {
    String large = GOOD.replace("\"T\"", "\"" + "x".repeat(70_000) + "\"");

    user.post("/api/v1/videos", large).isProblem(413, "content-too-large");

    String chunk = Integer.toHexString(large.length()) + "\r\n" + large + "\r\n0\r\n\r\n";
    assertThat(
            raw(
                "POST /api/v1/tokens HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    + credential()
                    + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                    + chunk))
        .startsWith("HTTP/1.1 413")
        .contains("content-too-large");
  }

  @Test
  void oversizeHeadersAre431() {
    user.with("X-Large", "x".repeat(17_000))
        .get("/api/v1/health")
        .isProblem(431, "headers-too-large");
  }

  @Test
  void otherMediaTypesAndMethodsAreNamedAsSuch() {
    user.send("POST", "/api/v1/videos", "text/plain", GOOD.getBytes(StandardCharsets.UTF_8))
        .isProblem(415, "unsupported-media-type");
    Answer put = user.put("/api/v1/videos", "application/json", new byte[2]);
    put.isProblem(405, "method-not-allowed");
    assertThat(put.header("Allow")).contains("GET", "POST");
    user.get("/api/v1/nothing").isProblem(404, "not-found");
    user.get("/api/v2").isProblem(404, "not-found");
  }

  @Test
  void idsOfNothingAre404() {
    String ofNoShard = Long.toString(TanadaId.of(TanadaId.EPOCH_MILLIS + 5, 1023, 1));
    for (String id :
        new String[] {"1", "abc", "-1", "007", "99999999999999999999", ofNoShard, "1.5"}) {
      user.get("/api/v1/videos/" + id).isProblem(404, "not-found");
      user.get("/api/v1/users/" + id).isProblem(404, "not-found");
      user.get("/api/v1/orders/" + id).isProblem(404, "not-found");
      user.get("/api/v1/videos?owner=" + id).isProblem(404, "not-found");
      user.with("If-Match", "*").delete("/api/v1/videos/" + id).isProblem(404, "not-found");
      user.get("/api/v1/videos/" + id + "/playback").isProblem(404, "not-found");
    }
    user.post("/api/v1/orders", "{\"videoId\": \"abc\"}").isProblem(422, "validation-failed");
    user.post("/api/v1/orders", "{\"videoId\": 5}").isProblem(400, "malformed-request");
    user.post("/api/v1/orders", "{\"videoId\": \"" + ofNoShard + "\"}").isProblem(404, "not-found");
  }

  @Test
  void limitsAndCursorsThatAreNotOursAreRefused() {
    for (int i = 0; i < 3; i++) {
      ShopTests.published(user, 0);
    }
    String mine = "/api/v1/videos?owner=" + user.id();
    Answer first = user.get(mine + "&limit=2").is(200);
    assertThat(first.json().get("items")).hasSize(2);
    String cursor = first.json().get("next").asString();
    Answer second = user.get(mine + "&limit=2&cursor=" + cursor).is(200);
    assertThat(second.json().get("items")).hasSize(1);
    assertThat(second.json().get("next").isNull()).isTrue();

    user.get("/api/v1/videos?limit=101").isProblem(422, "validation-failed");
    user.get("/api/v1/videos?limit=0").isProblem(422, "validation-failed");
    user.get("/api/v1/videos?limit=ten").isProblem(400, "malformed-request");
    char other = cursor.charAt(3) == 'A' ? 'B' : 'A';
    String forged = cursor.substring(0, 3) + other + cursor.substring(4);
    user.get(mine + "&cursor=" + forged).isProblem(400, "invalid-cursor");
    user.get(mine + "&cursor=nonsense!").isProblem(400, "invalid-cursor");
    user.get("/api/v1/videos?cursor=" + cursor).isProblem(400, "invalid-cursor");
    user.get("/api/v1/orders?cursor=" + cursor).isProblem(400, "invalid-cursor");
  }

  @Test
  void tokensThatAreExpiredForgedOrNonsenseAre401() {
    long id = Long.parseLong(user.id());
    Client client = new Client(port);

    client
        .with("Authorization", "Bearer " + accounts.token(id, Duration.ofMinutes(-2), true))
        .get("/api/v1/me")
        .isProblem(401, "expired-token");
    client
        .with("Authorization", "Bearer " + accounts.token(id, Duration.ofMinutes(1), false))
        .get("/api/v1/me")
        .isProblem(401, "invalid-token");
    client
        .with("Authorization", "Bearer x.y.z")
        .get("/api/v1/videos")
        .isProblem(401, "invalid-token");
    client.with("Authorization", "Basic eDp5").get("/api/v1/me").isProblem(401, "invalid-token");
    Answer nobody = client.get("/api/v1/me").isProblem(401, "unauthenticated");
    assertThat(nobody.header("WWW-Authenticate")).isEqualTo("Bearer");
  }

  @Test
  void filesOfAnotherTypeOrTooLargeAreRefusedAndNothingRemains() {
    String path =
        "/api/v1/videos/" + ShopTests.draft(user, 0).json().get("id").asString() + "/content";
    int before = blobs.files("videos").size();

    user.put(path, "video/quicktime", ShopTests.MP4).isProblem(415, "unsupported-media-type");
    user.put(path, "video/mp4", "<html>not a video</html>".getBytes(StandardCharsets.UTF_8))
        .isProblem(415, "unsupported-media-type");
    user.put(path, "video/webm", ShopTests.MP4).isProblem(415, "unsupported-media-type");
    user.put(path, "video/mp4", new byte[0]).isProblem(400, "malformed-request");
    user.put(path, "video/mp4", java.util.Arrays.copyOf(ShopTests.MP4, 1_048_577))
        .isProblem(413, "content-too-large");
    new Client(port).put(path, "video/mp4", ShopTests.MP4).isProblem(401, "unauthenticated");
    Client.newUser(port).put(path, "video/mp4", ShopTests.MP4).isProblem(404, "not-found");
    byte[] drawing =
        "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
            .getBytes(StandardCharsets.UTF_8);
    for (String type : List.of("image/svg+xml", "image/png", "text/html")) {
      user.put("/api/v1/me/avatar", type, drawing).isProblem(415, "unsupported-media-type");
    }

    assertThat(blobs.files("videos")).hasSize(before);
  }

  @Test
  void truncatedUploadLeavesNothing() throws IOException {
    String id = ShopTests.draft(user, 0).json().get("id").asString();
    int before = blobs.files("videos").size();
    String token = accounts.token(Long.parseLong(user.id()), Duration.ofMinutes(5), true);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      OutputStream out = socket.getOutputStream();
      out.write(
          ("PUT /api/v1/videos/"
                  + id
                  + "/content HTTP/1.1\r\nHost: x\r\nContent-Type: video/mp4\r\n"
                  + "Content-Length: 500000\r\nAuthorization: Bearer "
                  + token
                  + "\r\n"
                  + credential()
                  + "\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      out.write(ShopTests.MP4);
      out.flush();
      socket.shutdownOutput();
      socket.getInputStream().readAllBytes(); // returns when the server has given up
    }

    assertThat(user.get("/api/v1/videos/" + id).json().get("content").isNull()).isTrue();
    assertThat(blobs.files("videos")).hasSize(before);
  }

  @Test
  void pathsThatClimbAreRefused() throws IOException {
    for (String path :
        new String[] {
          "/api/v1/../../etc/passwd",
          "/api/v1/..;/actuator/prometheus",
          "/docs/..%2f..%2fapplication.yml",
          "/docs/%2e%2e/application.yml",
          "/api/v1/videos/%00",
        }) {
      String answer =
          raw(
              "GET "
                  + path
                  + " HTTP/1.1\r\nHost: x\r\n"
                  + credential()
                  + "Connection: close\r\n\r\n");
      assertThat(answer).as(path).matches("(?s)HTTP/1.1 (400|404) .*");
      assertThat(answer).as(path).contains("application/problem+json", "\"code\":\"");
      assertThat(answer).as(path).doesNotContain("spring:", "root:", "java.lang");
    }
  }

  @Test
  void innerEndpointsAreClosedToClientsAndToStrangers() throws IOException {
    user.with("X-Forwarded-For", "203.0.113.9").get("/actuator/prometheus").is(404);
    user.with("X-Forwarded-Host", "localhost").get("/actuator/env").is(404);
    new Client(port).get("/actuator/prometheus").is(404);
    as(ServiceName.OPERATOR).get("/actuator/prometheus").is(200);
    as(ServiceName.OPERATOR).get("/api/v1/videos").is(404);
    for (ServiceName stranger : List.of(ServiceName.EDGE, ServiceName.AUTH, ServiceName.STORAGE)) {
      as(stranger).get("/api/v1/videos").is(404);
      as(stranger).get("/actuator/prometheus").is(404);
    }
    assertThat(raw("GET /api/v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 401");
  }

  private Client as(ServiceName caller) {
    return new Client(port)
        .with("Tanada-Service-Credential", TestCredentials.of(caller, ServiceName.APP));
  }

  private static String credential() {
    return "Tanada-Service-Credential: " + Client.CREDENTIAL + "\r\n";
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
