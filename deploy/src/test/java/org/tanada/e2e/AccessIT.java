package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.tanada.e2e.FrontDoor.assertProblem;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.shop.ShopClient.Account;
import org.tanada.deploy.shop.ShopClient.Answer;
import tools.jackson.databind.JsonNode;

/** The two ways in: cookie sessions and signed tokens. */
@DisabledIf(value = "org.tanada.e2e.TestRun#brief", disabledReason = TestRun.SEEN_NATIVELY)
class AccessIT {
  private static final int CALLS = 6;
  private static final int CALLS_UNDER_LOAD = 50;
  private static ShopClient shop;
  private static Account user;

  @BeforeAll
  static void signUp() throws IOException {
    shop = FrontDoor.client();
    user = FrontDoor.somebody(shop, "kim");
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @Test
  void aSessionOpensIsListedAndEnds() throws Throwable {
    String set = shop.session(user.email(), FrontDoor.PASSWORD);
    String cookie = ShopClient.pair(set);
    assertThat(set).contains("HttpOnly").contains("SameSite=Lax").contains("Path=/");

    JsonNode me = shop.get("/api/v1/me", null, "Cookie", cookie).expect(200).json();
    assertThat(me.get("username").asString()).isEqualTo(user.username());
    assertThat(shop.get("/api/v1/sessions", null, "Cookie", cookie).expect(200).json().get("items"))
        .isNotEmpty();

    shop.send(
            "DELETE",
            "/api/v1/sessions/current",
            null,
            null,
            "Cookie",
            cookie,
            "Origin",
            FrontDoor.ADDRESS.toString())
        .expect(204);
    FrontDoor.eventually(() ->
        assertProblem(shop.get("/api/v1/me", null, "Cookie", cookie), 401, "unauthenticated"));
  }

  @Test
  void anAccessTokenIsSignedWithAPublishedKey() throws IOException {
    String[] parts = shop.token(user.email(), FrontDoor.PASSWORD).split("\\.", -1);
    JsonNode header = json(parts[0]);
    JsonNode claims = json(parts[1]);
    JsonNode keys = shop.get("/.well-known/jwks.json", null).expect(200).json().get("keys");

    assertThat(header.get("alg").asString()).isIn("EdDSA", "Ed25519", "ES256");
    assertThat(keys)
        .extracting(key -> key.get("kid").asString())
        .contains(header.get("kid").asString());
    assertThat(keys).allSatisfy(key -> assertThat(key.has("d")).isFalse());
    assertThat(claims.get("sub").asString()).isEqualTo(user.id());
    assertThat(claims.get("exp").asLong() - claims.get("iat").asLong()).isLessThanOrEqualTo(900);
  }

  @Test
  void aRefreshTokenRotatesAndCanBeRevoked() throws IOException {
    JsonNode first =
        shop.send(
                "POST",
                "/api/v1/tokens",
                null,
                Map.of(
                    "grantType", "password", "email", user.email(), "password", FrontDoor.PASSWORD))
            .expect(201)
            .json();
    JsonNode second = refresh(first).expect(201).json();

    assertThat(second.get("refreshToken")).isNotEqualTo(first.get("refreshToken"));
    shop.get("/api/v1/me", second.get("accessToken").asString()).expect(200);
    shop.send(
            "DELETE",
            "/api/v1/tokens",
            null,
            Map.of("refreshToken", second.get("refreshToken").asString()))
        .expect(204);
    assertProblem(refresh(second), 401, "invalid-token");
  }

  @Test
  void aDeletedAccountIsGone() throws Throwable {
    Account leaver = FrontDoor.somebody(shop, "leaver");
    String video =
        shop.publish(
            leaver.accessToken(), "Left behind", "Mine.", 100, "video/mp4", FrontDoor.clip());
    shop.send("POST", "/api/v1/orders", user.accessToken(), Map.of("videoId", video)).expect(201);
    Answer me = shop.get("/api/v1/me", leaver.accessToken()).expect(200);

    shop.send(
            "DELETE",
            "/api/v1/me",
            leaver.accessToken(),
            null,
            "If-Match",
            String.valueOf(me.header("ETag")))
        .expect(204);

    FrontDoor.eventually(
        Duration.ofSeconds(5),
        () -> {
          for (int call = 0;
              call < CALLS;
              call++) { // the gateways deal them out to all app servers
            assertProblem(shop.get("/api/v1/sessions", leaver.accessToken()), 401, "invalid-token");
          }
        });
    FrontDoor.eventually(
        () -> assertProblem(shop.get("/api/v1/users/" + leaver.id(), null), 404, "not-found"));
    assertProblem(
        shop.send(
            "POST",
            "/api/v1/tokens",
            null,
            Map.of(
                "grantType", "password", "email", leaver.email(), "password", FrontDoor.PASSWORD)),
        401,
        "invalid-credentials");
    shop.signUp(leaver.username(), "Again", FrontDoor.PASSWORD);
    FrontDoor.eventually(
        () -> assertProblem(shop.get("/api/v1/videos/" + video, null), 404, "not-found"));
    shop.get("/api/v1/videos/" + video + "/playback", user.accessToken()).expect(200);
  }

  @Test
  void aUserTakesAllOfTheirDataAway() throws Exception {
    Account owner = FrontDoor.somebody(shop, "taker");
    byte[] clip = FrontDoor.clip();
    String video = shop.publish(owner.accessToken(), "Taken along", "Mine.", 0, "video/mp4", clip);
    HttpRequest request =
        HttpRequest.newBuilder(FrontDoor.ADDRESS.resolve("/api/v1/me/export"))
            .header("Authorization", "Bearer " + owner.accessToken())
            .build();
    LinkedHashMap<String, byte[]> entries = new LinkedHashMap<>();

    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<InputStream> answer =
          http.send(request, HttpResponse.BodyHandlers.ofInputStream());
      assertThat(answer.statusCode()).isEqualTo(200);
      try (ZipInputStream zip = new ZipInputStream(answer.body())) {
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
          entries.put(entry.getName(), zip.readAllBytes());
        }
      }
    }

    assertThat(entries.get("files/videos/" + video + ".mp4")).isEqualTo(clip);
    assertThat(new String(entries.get("profile.json"), StandardCharsets.UTF_8))
        .contains(owner.email());
    assertThat(entries.get("sessions.json")).isNotEmpty();
    assertThat(entries.lastEntry().getKey()).isEqualTo("manifest.json");
  }

  @Test
  void signingOutEverywhereHoldsOnEveryServerWithinTwoSeconds() throws Throwable {
    Account owner = FrontDoor.somebody(shop, "everywhere");
    String here = ShopClient.pair(shop.session(owner.email(), FrontDoor.PASSWORD));
    String there = ShopClient.pair(shop.session(owner.email(), FrontDoor.PASSWORD));
    for (int call = 0; call < CALLS; call++) { // warm on every server
      shop.get("/api/v1/me", null, "Cookie", there).expect(200);
      shop.get("/api/v1/me", owner.accessToken()).expect(200);
    }

    shop.send(
            "DELETE",
            "/api/v1/sessions",
            null,
            null,
            "Cookie",
            here,
            "Origin",
            FrontDoor.ADDRESS.toString())
        .expect(204);

    FrontDoor.eventually(
        Duration.ofSeconds(2),
        () -> {
          for (int call = 0; call < CALLS; call++) {
            assertProblem(shop.get("/api/v1/me", null, "Cookie", there), 401, "unauthenticated");
            assertProblem(shop.get("/api/v1/me", owner.accessToken()), 401, "invalid-token");
          }
        });
    String again = ShopClient.pair(shop.session(owner.email(), FrontDoor.PASSWORD));
    shop.get("/api/v1/me", null, "Cookie", again).expect(200);
  }

  @Test
  void keysRotateWithoutAFailedRequestAndARevokedOneIsRefused() throws Throwable {
    assumeTrue(SystemUnderTest.own(), "only on a system that these tests started themselves");
    Account owner = FrontDoor.somebody(shop, "rotated");
    String before = keys().get(0).get("kid").asString();
    Instant known = Instant.parse(keys().get(1).get("since").asString()).plusSeconds(121);
    FrontDoor.eventually(
        Duration.ofMinutes(3), () -> assertThat(Instant.now()).isAfter(known)); // on every server

    try (Callers callers =
        Callers.start(() -> shop.get("/api/v1/me", owner.accessToken()).expect(200))) {
      assertThat(SystemUnderTest.tanada("keys", "rotate")).isZero();
      callers.await(CALLS_UNDER_LOAD);
    }

    assertThat(keys().get(0).get("kid").asString()).isNotEqualTo(before);
    for (int call = 0; call < 2 * CALLS; call++) {
      shop.get("/api/v1/me", owner.accessToken()).expect(200); // signed by the one before
      shop.get("/api/v1/me", shop.token(owner.email(), FrontDoor.PASSWORD)).expect(200);
    }
    assertThat(SystemUnderTest.tanada("keys", "rotate")).as("so soon again").isEqualTo(1);

    String token = shop.token(owner.email(), FrontDoor.PASSWORD);
    try (Callers callers = Callers.start(() -> shop.get("/api/v1/me", token).expect(200))) {
      assertThat(SystemUnderTest.tanada("keys", "revoke", before)).isZero();
      FrontDoor.eventually(
          Duration.ofSeconds(5),
          () -> {
            for (int call = 0; call < CALLS; call++) {
              assertProblem(shop.get("/api/v1/me", owner.accessToken()), 401, "invalid-token");
            }
          });
      callers.await(CALLS_UNDER_LOAD);
    }
    shop.get("/api/v1/me", shop.token(owner.email(), FrontDoor.PASSWORD)).expect(200);
  }

  @Test
  void aRevokedUserIsOutEverywhereAndNobodyElseNotices() throws Throwable {
    assumeTrue(SystemUnderTest.own(), "only on a system that these tests started themselves");
    Account owner = FrontDoor.somebody(shop, "revoked");
    Account other = FrontDoor.somebody(shop, "other");
    String cookie = ShopClient.pair(shop.session(owner.email(), FrontDoor.PASSWORD));
    for (int call = 0; call < CALLS; call++) { // warm on every server
      shop.get("/api/v1/me", null, "Cookie", cookie).expect(200);
      shop.get("/api/v1/me", owner.accessToken()).expect(200);
    }

    try (Callers callers =
        Callers.start(() -> shop.get("/api/v1/me", other.accessToken()).expect(200))) {
      assertThat(SystemUnderTest.tanada("revoke", "--user", owner.id()))
          .as(SystemUnderTest.output())
          .isZero();
      FrontDoor.eventually(
          Duration.ofSeconds(5),
          () -> {
            for (int call = 0; call < CALLS; call++) {
              assertProblem(shop.get("/api/v1/me", null, "Cookie", cookie), 401, "unauthenticated");
              assertProblem(shop.get("/api/v1/me", owner.accessToken()), 401, "invalid-token");
            }
          });
      callers.await(CALLS_UNDER_LOAD);
    }
    shop.get("/api/v1/me", shop.token(owner.email(), FrontDoor.PASSWORD)).expect(200);
  }

  @Test
  void tokensAreVerifiedWhileAllAuthServersAreDown() throws Throwable {
    assumeTrue(SystemUnderTest.own(), "only on a system that these tests started themselves");
    Account owner = FrontDoor.somebody(shop, "alone");
    shop.get("/api/v1/me", owner.accessToken()).expect(200);
    try {
      assertThat(SystemUnderTest.tanada("stop", "auth-1")).isZero();
      assertThat(SystemUnderTest.tanada("stop", "auth-2")).isZero();

      for (int call = 0; call < 2 * CALLS; call++) {
        shop.get("/api/v1/me", owner.accessToken()).expect(200);
      }
    } finally {
      assertThat(SystemUnderTest.tanada("start", "auth-1")).isZero();
      assertThat(SystemUnderTest.tanada("start", "auth-2")).isZero();
    }
    FrontDoor.eventually(
        Duration.ofMinutes(1),
        () ->
            assertThat(
                    shop.send(
                            "POST",
                            "/api/v1/sessions",
                            null,
                            Map.of("email", owner.email(), "password", FrontDoor.PASSWORD))
                        .status())
                .isEqualTo(201));
  }

  private static JsonNode keys() throws IOException {
    assertThat(SystemUnderTest.tanada("keys", "--json")).isZero();
    String output = SystemUnderTest.output();
    return tools.jackson.databind.json.JsonMapper.builder()
        .build()
        .readTree(output.substring(output.indexOf('{')))
        .get("keys");
  }

  private static Answer refresh(JsonNode tokens) throws IOException {
    return shop.send(
        "POST",
        "/api/v1/tokens",
        null,
        Map.of("grantType", "refresh", "refreshToken", tokens.get("refreshToken").asString()));
  }

  private static JsonNode json(String part) {
    return tools.jackson.databind.json.JsonMapper.builder()
        .build()
        .readTree(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
  }
}
