package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tanada.e2e.FrontDoor.assertProblem;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.shop.ShopClient.Account;
import org.tanada.deploy.shop.ShopClient.Answer;
import tools.jackson.databind.JsonNode;

/** The two ways in: cookie sessions and signed tokens. */
class AccessIT {
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
    String[] parts = user.accessToken().split("\\.", -1);
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
