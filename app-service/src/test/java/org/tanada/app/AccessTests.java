package org.tanada.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.tanada.app.testing.AppTest;
import org.tanada.app.testing.Client;
import org.tanada.app.testing.Client.Answer;
import org.tanada.app.testing.DirectoryBlobs;
import org.tanada.app.testing.FakeAccounts;
import org.tanada.app.testing.TestPictures;
import org.tanada.common.testing.Poll;

/** Sign-up, profiles, cookies, tokens and where requests may come from. */
@AppTest
class AccessTests {
  @LocalServerPort int port;
  @Autowired FakeAccounts accounts;
  @Autowired DirectoryBlobs blobs;
  Client user;
  String email;

  @BeforeEach
  void signUp() {
    user = Client.newUser(port);
    email = user.user().get("email").asString();
  }

  private Answer signIn(Client client) {
    return client.post(
        "/api/v1/sessions", "{\"email\": \"" + email + "\", \"password\": \"correct horse\"}");
  }

  private Client browser() {
    return browser(signIn(new Client(port)).is(201));
  }

  /** One that goes on with the session that the answer has given it. */
  private Client browser(Answer signedIn) {
    return new Client(port)
        .with("Cookie", "tanada-session=" + signedIn.cookie("tanada-session"))
        .with("X-Forwarded-Host", "localhost:8080")
        .with("X-Forwarded-Proto", "http");
  }

  @Test
  void sameNameOrAddressIsTakenInAnyCase() {
    String name = user.user().get("username").asString();
    String body =
        "{\"email\": \"%s\", \"username\": \"%s\", \"displayName\": \"M\", \"password\":"
            + " \"12345678\"}";
    Client visitor = new Client(port);

    visitor
        .post("/api/v1/users", body.formatted(email.toUpperCase(java.util.Locale.ROOT), "other-1"))
        .isProblem(409, "email-taken");
    visitor
        .post(
            "/api/v1/users",
            body.formatted("new-" + email, name.toUpperCase(java.util.Locale.ROOT)))
        .isProblem(409, "username-taken");
    Answer wrong = visitor.post("/api/v1/users", body.formatted("nobody", "a b"));
    wrong.isProblem(422, "validation-failed");
    assertThat(wrong.fields()).containsExactly("email", "username");
  }

  @Test
  void profileIsPublicButTheAddressIsNot() {
    String name = user.user().get("username").asString();
    Client visitor = new Client(port);

    Answer byId = visitor.get("/api/v1/users/" + user.id()).is(200);
    Answer byName =
        visitor.get("/api/v1/users?username=" + name.toUpperCase(java.util.Locale.ROOT));

    assertThat(byName.is(200).text()).isEqualTo(byId.text()).doesNotContain("email", email);
    assertThat(byId.header("Cache-Control")).isEqualTo("no-cache");
    visitor.with("If-None-Match", byId.header("ETag")).get("/api/v1/users/" + user.id()).is(304);
    visitor.get("/api/v1/users?username=nobody-here").isProblem(404, "not-found");
    Answer me = user.get("/api/v1/me").is(200);
    assertThat(me.json().get("email").asString()).isEqualTo(email);
    assertThat(me.header("Cache-Control")).isEqualTo("private, no-store");
  }

  @Test
  void profileIsChangedAndGetsAnAvatar() {
    byte[] png = TestPictures.of("png", 300, 200);

    Answer changed =
        user.with("If-Match", user.get("/api/v1/me").header("ETag"))
            .patch("/api/v1/me", "{\"displayName\": \" Mei \", \"bio\": \"Hello\\nyou\"}")
            .is(200);
    Answer first = user.put("/api/v1/me/avatar", "image/png", png).is(200);
    Answer second = user.put("/api/v1/me/avatar", "image/png", png).is(200);

    assertThat(changed.json().get("displayName").asString()).isEqualTo("Mei");
    assertThat(changed.json().get("bio").asString()).isEqualTo("Hello\nyou");
    String firstUrl = first.json().get("avatarUrl").asString();
    String secondUrl = second.json().get("avatarUrl").asString();
    assertThat(secondUrl).matches("/media/profiles/\\d+").isNotEqualTo(firstUrl);
    assertThat(blobs.files("profiles").stream().map(file -> file.getFileName().toString()))
        .contains(secondUrl.replaceAll(".*/", ""), small(second))
        .doesNotContain(firstUrl.replaceAll(".*/", ""), small(first));
  }

  private static String small(Answer account) {
    return account.json().get("avatarSmallUrl").asString().replaceAll(".*/", "");
  }

  @Test
  void cookieIsSafeAndEndsWithTheSession() {
    Answer opened = signIn(new Client(port).with("X-Forwarded-Proto", "https")).is(201);
    String header =
        opened.headers("Set-Cookie").stream()
            .filter(cookie -> cookie.startsWith("__Host-tanada-session="))
            .findFirst()
            .orElseThrow();
    assertThat(header)
        .contains("HttpOnly", "SameSite=Lax", "Secure", "Path=/")
        .doesNotContain("Domain");
    Client browser = browser();
    browser.get("/api/v1/me").is(200);
    assertThat(browser.get("/api/v1/sessions").is(200).json().get("items")).hasSize(2);

    Answer out =
        browser.with("Sec-Fetch-Site", "same-origin").delete("/api/v1/sessions/current").is(204);

    assertThat(out.cookie("tanada-session")).isEmpty();
    browser.get("/api/v1/me").isProblem(401, "unauthenticated");
    new Client(port)
        .post("/api/v1/sessions", "{\"email\": \"" + email + "\", \"password\": \"wrong\"}")
        .isProblem(401, "invalid-credentials");
  }

  @Test
  void sessionEndedElsewhereIsOverSoon() {
    Client browser = browser();
    browser.get("/api/v1/me").is(200);
    String id = user.get("/api/v1/sessions").json().get("items").get(0).get("id").asString();

    user.delete("/api/v1/sessions/" + id).is(204);

    Poll.until(() -> browser.get("/api/v1/me").response().statusCode() == 401);
    user.delete("/api/v1/sessions/" + id).isProblem(404, "not-found");
  }

  @Test
  void cookieRequestsThatChangeSomethingMustComeFromOurOwnPages() {
    Client browser = browser();
    String path = "/api/v1/videos";
    String video = "{\"title\": \"T\", \"price\": {\"amountMinor\": 1, \"currency\": \"USD\"}}";

    browser.post(path, video).isProblem(403, "foreign-origin");
    browser
        .with("Origin", "https://evil.example")
        .post(path, video)
        .isProblem(403, "foreign-origin");
    browser.with("Origin", "null").post(path, video).isProblem(403, "foreign-origin");
    browser
        .with("Origin", "http://localhost:8081")
        .post(path, video)
        .isProblem(403, "foreign-origin");
    browser
        .with("Sec-Fetch-Site", "cross-site")
        .with("Origin", "http://localhost:8080")
        .post(path, video)
        .isProblem(403, "foreign-origin");
    browser.with("Sec-Fetch-Site", "same-site").post(path, video).isProblem(403, "foreign-origin");
    browser.with("Sec-Fetch-Site", "same-origin").post(path, video).is(201);
    browser.with("Origin", "http://localhost:8080").post(path, video).is(201);
    user.with("Origin", "https://elsewhere.example").post(path, video).is(201);
  }

  @Test
  void oldBrowsersAreToldApartByTheirReferer() {
    Client browser = browser();
    String path = "/api/v1/videos";
    String video = "{\"title\": \"T\", \"price\": {\"amountMinor\": 1, \"currency\": \"USD\"}}";

    browser.with("Referer", "http://localhost:8080/upload?a=b").post(path, video).is(201);
    browser.with("Referer", "http://localhost:8080").post(path, video).is(201);
    for (String foreign :
        List.of(
            "http://evil.example/http://localhost:8080/",
            "http://localhost:8080.evil.example/",
            "http://localhost:8080@evil.example/",
            "https://localhost:8080/",
            "about:blank",
            "localhost:8080",
            "://",
            "")) {
      browser.with("Referer", foreign).post(path, video).isProblem(403, "foreign-origin");
    }
    browser
        .with("Origin", "https://evil.example")
        .with("Referer", "http://localhost:8080/")
        .post(path, video)
        .isProblem(403, "foreign-origin");
  }

  @Test
  void cookieOfPlainHttpIsWorthNothingOverTls() {
    String plain = signIn(new Client(port)).is(201).cookie("tanada-session");
    Client tls = new Client(port).with("X-Forwarded-Proto", "https");
    String host = signIn(tls).is(201).cookie("__Host-tanada-session");

    tls.with("Cookie", "tanada-session=" + plain)
        .get("/api/v1/me")
        .isProblem(401, "unauthenticated");
    tls.with("Cookie", "tanada-session=" + plain + "; __Host-tanada-session=" + host)
        .get("/api/v1/me")
        .is(200);
    new Client(port)
        .with("Cookie", "__Host-tanada-session=" + host)
        .get("/api/v1/me")
        .isProblem(401, "unauthenticated");
  }

  @Test
  void ofTwoCookiesThatDifferNoneIsTaken() {
    String own = signIn(new Client(port)).is(201).cookie("tanada-session");
    String planted = signIn(new Client(port)).is(201).cookie("tanada-session");

    new Client(port)
        .with("Cookie", "tanada-session=" + planted + "; tanada-session=" + own)
        .get("/api/v1/me")
        .isProblem(401, "unauthenticated");
    new Client(port)
        .with("Cookie", "tanada-session=" + own + "; tanada-session=" + own)
        .get("/api/v1/me")
        .is(200);
  }

  @Test
  void signingInEndsTheSessionThatTheBrowserHad() {
    Client browser = browser();
    browser.get("/api/v1/me").is(200);

    String next =
        signIn(browser.with("Sec-Fetch-Site", "same-origin")).is(201).cookie("tanada-session");

    Poll.until(() -> browser.get("/api/v1/me").response().statusCode() == 401);
    new Client(port).with("Cookie", "tanada-session=" + next).get("/api/v1/me").is(200);
  }

  @Test
  void signingOutEverywhereEndsSessionsAndTokensSoon() {
    Client browser = browser();
    Client other = browser();
    browser.get("/api/v1/me").is(200);
    other.get("/api/v1/me").is(200);
    user.get("/api/v1/me").is(200);

    Answer out = browser.with("Sec-Fetch-Site", "same-origin").delete("/api/v1/sessions").is(204);

    assertThat(out.cookie("tanada-session")).isEmpty();
    long begun = System.nanoTime();
    Poll.until(() -> other.get("/api/v1/me").response().statusCode() == 401);
    Poll.until(() -> user.get("/api/v1/me").response().statusCode() == 401);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
    user.get("/api/v1/me").isProblem(401, "invalid-token");
    browser().get("/api/v1/me").is(200);
    new Client(port).delete("/api/v1/sessions").isProblem(401, "unauthenticated");
  }

  @Test
  void tokenOfADeletedAccountIsRefusedSoon() {
    user.with("If-Match", "*").delete("/api/v1/me").is(204);

    Poll.until(() -> user.get("/api/v1/sessions").response().statusCode() == 401);
    user.get("/api/v1/sessions").isProblem(401, "invalid-token");
  }

  @Test
  void warmSessionAsksNobody() {
    Client browser = browser();
    browser.get("/api/v1/me").is(200);
    int before = accounts.verifications();

    long end = System.nanoTime() + Duration.ofMillis(2500).toNanos();
    while (System.nanoTime() < end) { // longer than an answer is believed without the feed
      browser.get("/api/v1/me").is(200);
    }

    assertThat(accounts.verifications()).isEqualTo(before);
  }

  @Test
  void sessionsTellDeviceAndNetwork() {
    signIn(
            new Client(port)
                .with("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
                .with("X-Forwarded-For", "192.0.2.77"))
        .is(201);

    assertThat(user.get("/api/v1/sessions").json().get("items"))
        .anySatisfy(session -> {
          assertThat(session.get("device").asString()).isEqualTo("Firefox on Linux");
          assertThat(session.has("lastUsedAt")).isTrue();
        });
  }

  @Test
  void whatNeedsNobodyWorksWhileAccountsAreDown() {
    Client browser = browser();
    accounts.down(true);
    try {
      browser.get("/api/v1/videos").is(200);
      Answer refused = browser.get("/api/v1/me").isProblem(503, "unavailable");
      assertThat(refused.header("Retry-After")).isEqualTo("1");
      user.get("/api/v1/me").is(200); // a token needs nobody's word
    } finally {
      accounts.down(false);
    }
  }

  @Test
  void tokensAreRefreshedOnceAndRevoked() {
    Client visitor = new Client(port);
    Answer tokens =
        visitor.post(
            "/api/v1/tokens",
            "{\"grantType\": \"password\", \"email\": \""
                + email
                + "\", \"password\": \"correct horse\"}");
    String refresh = tokens.is(201).json().get("refreshToken").asString();
    assertThat(tokens.header("Cache-Control")).isEqualTo("no-store");
    String body = "{\"grantType\": \"refresh\", \"refreshToken\": \"%s\"}";

    String next =
        visitor
            .post("/api/v1/tokens", body.formatted(refresh))
            .is(201)
            .json()
            .get("refreshToken")
            .asString();
    visitor
        .send(
            "DELETE",
            "/api/v1/tokens",
            "application/json",
            ("{\"refreshToken\": \"" + next + "\"}").getBytes(StandardCharsets.UTF_8))
        .is(204);

    visitor.post("/api/v1/tokens", body.formatted(next)).isProblem(401, "invalid-token");
    visitor
        .post("/api/v1/tokens", "{\"grantType\": \"magic\"}")
        .isProblem(422, "validation-failed");
    visitor
        .post("/api/v1/tokens", "{\"grantType\": \"refresh\"}")
        .isProblem(422, "validation-failed");
  }

  @Test
  void keysArePublished() {
    Answer keys = new Client(port).get("/.well-known/jwks.json").is(200);

    assertThat(keys.header("Content-Type")).startsWith("application/json");
    assertThat(keys.json().get("keys").get(0).get("crv").asString()).isEqualTo("Ed25519");
  }

  private static Answer change(Client client, String current, String next) {
    return client.put(
        "/api/v1/me/password",
        "application/json",
        "{\"current\": \"%s\", \"next\": \"%s\"}"
            .formatted(current, next)
            .getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  @Test
  void aChangedPasswordLeavesTheBrowserThatChangedItSignedInAndNobodyElse() {
    Client changing = browser().with("Origin", "http://localhost:8080");
    Client other = browser();
    Client application = user;
    change(changing, "wrong horse", "another horse altogether")
        .isProblem(401, "invalid-credentials");
    change(changing, "correct horse", "short").isProblem(422, "validation-failed");
    changing.get("/api/v1/me").is(200);

    Answer changed = change(changing, "correct horse", "another horse altogether").is(204);

    browser(changed).get("/api/v1/me").is(200);
    changing.get("/api/v1/me").isProblem(401, "unauthenticated");
    other.get("/api/v1/me").isProblem(401, "unauthenticated");
    Poll.until(() -> application.get("/api/v1/me").response().statusCode() == 401);
    signIn(new Client(port)).isProblem(401, "invalid-credentials");
  }

  @Test
  void anApplicationChangesThePasswordAndGetsNoSession() {
    Answer changed = change(user, "correct horse", "another horse altogether").is(204);

    assertThat(changed.header("Set-Cookie")).isNull();
    signIn(new Client(port)).isProblem(401, "invalid-credentials");
  }
}
