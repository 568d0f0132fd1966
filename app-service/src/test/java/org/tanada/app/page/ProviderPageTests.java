package org.tanada.app.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.tanada.app.session.SessionCookies;
import org.tanada.app.testing.AppTest;
import org.tanada.app.testing.Client;
import org.tanada.app.testing.FakeProviders;

/** Signing in by an outside provider, as a browser sees it. */
@AppTest
class ProviderPageTests {
  private static final AtomicInteger PEOPLE = new AtomicInteger();
  private static final String PASSWORD = "correct horse";

  @LocalServerPort private int port;
  @Autowired private FakeProviders providers;

  private Browser browser;
  private String somebody;

  @BeforeEach
  void openBrowser() {
    browser = browser();
    somebody = "outside-" + PEOPLE.incrementAndGet();
  }

  @AfterEach
  void up() {
    providers.down(false);
  }

  @Test
  void signInPageOffersTheProvidersAndComesBack() {
    HttpResponse<String> page = browser.get("/sign-in?next=/me/orders");

    assertThat(page.body())
        .contains("Sign in with Keycloak")
        .contains("href=\"/sign-in/with/keycloak?next=%2Fme%2Forders\"");
    HttpResponse<String> begun = begin("/sign-in/with/keycloak?next=/me/orders");
    assertThat(Browser.location(begun)).startsWith("https://keycloak.example/authorize");
    assertThat(begun.headers().firstValue("Set-Cookie").orElseThrow())
        .startsWith("tanada-flow=")
        .contains("HttpOnly")
        .contains("SameSite=Lax")
        .contains("Max-Age=600");
    assertThat(begun.headers().firstValue("Cache-Control")).hasValue("private, no-store");

    HttpResponse<String> ended = callback("code=" + somebody);

    assertThat(Browser.location(ended)).isEqualTo("/me/orders");
    assertThat(browser.cookies())
        .containsKeys(SessionCookies.NAME, HintCookie.NAME)
        .doesNotContainKey("tanada-flow");
    assertThat(browser.get("/me").body()).contains(somebody);
  }

  @Test
  void firstSignInWelcomes() {
    begin("/sign-in/with/keycloak");
    assertThat(Browser.location(callback("code=" + somebody))).isEqualTo("/me?notice=welcome");
  }

  @Test
  void addressOfAnotherSiteIsNotReturnedTo() {
    begin("/sign-in/with/keycloak?next=//evil.example");
    assertThat(Browser.location(callback("code=" + somebody))).startsWith("/me");
  }

  @Test
  void flowIsBegunWhereItEnds() {
    HttpResponse<String> answer =
        browser.get("/sign-in/with/keycloak?next=/me", "X-Forwarded-Host", "tokyo.localhost:8080");

    assertThat(Browser.location(answer))
        .isEqualTo("http://localhost:8080/sign-in/with/keycloak?next=/me");
    assertThat(browser.cookies()).isEmpty();
  }

  @Test
  void anotherBrowserCannotEndIt() {
    begin("/sign-in/with/keycloak");
    Browser other = browser();

    HttpResponse<String> answer = callback(other, "code=" + somebody);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("This sign-in cannot go on here");
    assertThat(other.cookies()).doesNotContainKey(SessionCookies.NAME);
  }

  @Test
  void flowEndsOnce() {
    begin("/sign-in/with/keycloak");
    String flow = browser.cookies().get("tanada-flow");
    callback("code=" + somebody);
    browser.cookies().put("tanada-flow", flow);

    assertThat(callback("code=" + somebody).statusCode()).isEqualTo(400);
  }

  @Test
  void silentProviderIsExplained() {
    providers.down(true);

    HttpResponse<String> answer = begin("/sign-in/with/keycloak");

    assertThat(answer.statusCode()).isEqualTo(504);
    assertThat(answer.body()).contains("does not answer");
    assertThat(begin("/sign-in/with/unknown").statusCode()).isEqualTo(404);
  }

  @Test
  void identityIsLinkedAfterThePasswordAndUnlinked() {
    signUp();
    HttpResponse<String> page = browser.get("/me");
    assertThat(page.body()).contains("Ways to sign in").contains("Link Keycloak");

    HttpResponse<String> wrong = link("not it");
    assertThat(wrong.statusCode()).isEqualTo(422);
    assertThat(wrong.body()).contains("Is not your present password");
    assertThat(link("").body()).contains("Give your password first");

    HttpResponse<String> onward = link(PASSWORD);
    assertThat(onward.statusCode()).isEqualTo(200);
    assertThat(onward.body()).contains("url=https://keycloak.example/authorize");
    assertThat(Browser.location(callback("code=" + somebody))).isEqualTo("/me?notice=linked");
    String linked = browser.get("/me").body();
    assertThat(linked)
        .contains("as " + somebody)
        .contains("Unlink")
        .doesNotContain("Link Keycloak");

    String id = linked.replaceAll("(?s).*action=\"/me/ways/([0-9]+)/end\".*", "$1");
    assertThat(Browser.location(browser.post("/me/ways/" + id + "/end")))
        .isEqualTo("/me?notice=unlinked");
    assertThat(browser.get("/me").body()).contains("Link Keycloak");
  }

  @Test
  void lastWayCannotBeUnlinked() {
    begin("/sign-in/with/keycloak");
    callback("code=" + somebody);

    String page = browser.get("/me").body();

    assertThat(page)
        .doesNotContain("Unlink")
        .doesNotContain("New password")
        .contains("/sign-in/with/keycloak?again=true&amp;next=/me");
  }

  @Test
  void formOfAnotherSiteLinksNothing() {
    signUp();
    HttpResponse<String> answer =
        browser.postFrom("cross-site", "/me/ways", "provider", "keycloak", "password", PASSWORD);
    assertThat(answer.statusCode()).isEqualTo(403);
  }

  @Test
  void signedOutHereIsOfferedToSignOutThere() {
    begin("/sign-in/with/keycloak");
    callback("code=" + somebody);

    HttpResponse<String> answer = browser.post("/sign-out");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .contains("href=\"https://keycloak.example/out?back=http://localhost:8080/sign-in\"");
    assertThat(browser.cookies()).doesNotContainKey(SessionCookies.NAME);
    assertThat(Browser.location(browser.get("/me"))).startsWith("/sign-in");
  }

  @Test
  void providerTellsOfASignOutWithoutBeingABrowser() {
    begin("/sign-in/with/keycloak");
    callback("code=" + somebody);
    Browser provider = browser();

    HttpResponse<String> good =
        provider.postFrom(
            "cross-site", "/sign-in/with/keycloak/backchannel-logout", "logout_token", somebody);
    HttpResponse<String> bad =
        provider.postFrom(
            "cross-site", "/sign-in/with/keycloak/backchannel-logout", "logout_token", "forged");

    assertThat(good.statusCode()).isEqualTo(200);
    assertThat(good.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(bad.statusCode()).isEqualTo(400);
  }

  private HttpResponse<String> begin(String path) {
    return browser.get(path);
  }

  private HttpResponse<String> callback(String parameters) {
    return callback(browser, parameters);
  }

  private static HttpResponse<String> callback(Browser of, String parameters) {
    return of.get("/sign-in/with/keycloak/callback?" + parameters);
  }

  private HttpResponse<String> link(String password) {
    return browser.post("/me/ways", "provider", "keycloak", "password", password);
  }

  private void signUp() {
    browser.post(
        "/sign-up",
        "email",
        somebody + "@example.org",
        "username",
        somebody + "-own",
        "displayName",
        "Somebody",
        "password",
        PASSWORD);
  }

  private Browser browser() {
    return new Browser(port, Client.CREDENTIAL).at("localhost:8080");
  }
}
