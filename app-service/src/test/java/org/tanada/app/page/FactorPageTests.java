package org.tanada.app.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.tanada.app.session.SessionCookies;
import org.tanada.app.testing.AppTest;
import org.tanada.app.testing.Client;
import org.tanada.app.testing.Client.Answer;
import org.tanada.app.testing.FakeAdministration;
import org.tanada.app.testing.FakeFactors;
import org.tanada.common.account.AdministrationContract.Actor;
import org.tanada.common.account.AdministrationContract.ChangeRole;
import org.tanada.common.account.AdministrationContract.FindUsers;

/** The second step of signing in, and proofs before what is dangerous, in pages and in the API. */
@AppTest
class FactorPageTests {
  private static final String PASSWORD = "correct horse";

  @LocalServerPort private int port;
  @Autowired private FakeFactors factors;
  @Autowired private FakeAdministration administration;

  private final String name = "f" + UUID.randomUUID().toString().substring(0, 12);
  private final String email = name + "@example.org";
  private Browser browser;

  @BeforeEach
  void signUp() {
    browser = new Browser(port, Client.CREDENTIAL);
    browser.post(
        "/sign-up",
        "email",
        email,
        "username",
        name,
        "displayName",
        "Somebody",
        "password",
        PASSWORD,
        "next",
        "/me");
  }

  @Test
  void appIsEnrolledByAPictureAndACode() throws Exception {
    assertThat(browser.get("/me/factors").body()).contains("Set it up");
    HttpResponse<String> begun = browser.post("/me/factors/enrolments");
    assertThat(begun.statusCode()).isEqualTo(200);
    assertThat(begun.headers().firstValue("Cache-Control")).hasValue("private, no-store");
    assertThat(begun.body()).contains("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    String uri = Browser.hidden(begun, "uri");
    assertThat(read(begun.body())).isEqualTo(uri).startsWith("otpauth://totp/Tanada:");

    HttpResponse<String> wrong = confirm(begun, "000000");

    assertThat(wrong.statusCode()).isEqualTo(422);
    assertThat(wrong.body()).contains("The code is wrong.");
    assertThat(read(wrong.body())).isEqualTo(uri);
    HttpResponse<String> done = confirm(wrong, FakeFactors.CODE);
    assertThat(done.statusCode()).isEqualTo(200);
    assertThat(done.body().split("<li><code>", -1)).hasSize(11);
    assertThat(browser.get("/me/factors").body()).contains("10 left").contains("Switch it off");
  }

  @Test
  void foreignAddressIsNotDrawn() {
    HttpResponse<String> begun = browser.post("/me/factors/enrolments");

    HttpResponse<String> answer =
        browser.post(
            "/me/factors/totp",
            "ticket",
            Browser.hidden(begun, "ticket"),
            "uri",
            "https://evil.example/",
            "code",
            "000000");

    assertThat(Browser.location(answer)).isEqualTo("/me/factors?notice=too-late");
  }

  @Test
  void signInAsksForACodeAndGoesWhereItWasAskedTo() {
    enrol();
    Browser other = new Browser(port, Client.CREDENTIAL);

    HttpResponse<String> first = password(other);

    assertThat(Browser.location(first)).isEqualTo("/sign-in/code?next=%2Fme%2Forders");
    assertThat(first.headers().firstValue("Set-Cookie").orElseThrow())
        .startsWith("tanada-step=")
        .contains("HttpOnly")
        .contains("SameSite=Lax");
    assertThat(other.cookies()).doesNotContainKey(SessionCookies.NAME);
    assertThat(other.get("/sign-in/code?next=/me/orders").body()).contains("Your code");
    HttpResponse<String> wrong =
        other.post("/sign-in/code", "code", "000000", "next", "/me/orders");
    assertThat(wrong.statusCode()).isEqualTo(422);
    assertThat(wrong.body()).contains("The code is wrong.").doesNotContain("000000");
    HttpResponse<String> second =
        other.post("/sign-in/code", "code", FakeFactors.CODE, "next", "/me/orders");
    assertThat(Browser.location(second)).isEqualTo("/me/orders");
    assertThat(other.cookies())
        .containsKeys(SessionCookies.NAME, HintCookie.NAME)
        .doesNotContainKey("tanada-step");
  }

  @Test
  void codeWithoutAPasswordBeginsAgain() {
    Browser other = new Browser(port, Client.CREDENTIAL);

    assertThat(Browser.location(other.get("/sign-in/code"))).isEqualTo("/sign-in?notice=too-late");
    other.cookies().put("tanada-step", "forged");
    assertThat(
            Browser.location(other.post("/sign-in/code", "code", FakeFactors.CODE, "next", "/me")))
        .isEqualTo("/sign-in?next=%2Fme&notice=too-late");
    assertThat(
            Browser.location(
                other.post("/sign-in/code", "code", "1", "next", "https://evil.example")))
        .isEqualTo("/sign-in?notice=too-late");
  }

  @Test
  void apiTakesTheTicketAndACode() {
    enrol();
    Client client = new Client(port).with("Sec-Fetch-Site", "same-origin");
    String credentials = "{\"email\": \"%s\", \"password\": \"%s\"}".formatted(email, PASSWORD);

    Answer first = client.post("/api/v1/sessions", credentials);

    first.isProblem(401, "second-factor-required");
    String ticket = first.json().get("ticket").asString();
    client.post("/api/v1/sessions/codes", step(ticket, "000000")).isProblem(401, "wrong-code");
    client.post("/api/v1/sessions/codes", "{}").isProblem(422, "validation-failed");
    client.post("/api/v1/sessions/codes", step("forged", "1")).isProblem(400, "invalid-flow");
    assertThat(
            client
                .post("/api/v1/sessions/codes", step(ticket, FakeFactors.CODE))
                .is(201)
                .response()
                .headers()
                .allValues("Set-Cookie"))
        .anyMatch(cookie -> cookie.startsWith(SessionCookies.NAME));
    Answer tokens =
        client.post("/api/v1/tokens", credentials.replace("{", "{\"grantType\": \"password\", "));
    tokens.isProblem(401, "second-factor-required");
    client
        .post(
            "/api/v1/tokens",
            step(tokens.json().get("ticket").asString(), FakeFactors.CODE)
                .replace("{", "{\"grantType\": \"second-factor\", "))
        .is(201);
  }

  @Test
  void oldSessionShowsFirstWhoItIs() {
    enrol();
    factors.later(id());
    for (String dangerous :
        new String[] {
          "/me/factors/totp/end", "/me/factors/recovery-codes", "/me/factors/enrolments"
        }) {
      assertThat(Browser.location(browser.post(dangerous))).startsWith("/me/proof?next=");
    }
    assertThat(Browser.location(browser.post("/me/deletion", "confirmation", name)))
        .startsWith("/me/proof?next=");
    HttpResponse<String> page = browser.get("/me/proof?next=/me/factors");
    assertThat(page.body()).contains("Your password").contains("Or a code of your app");

    assertThat(browser.post("/me/proof", "password", "wrong one").statusCode()).isEqualTo(422);
    assertThat(browser.post("/me/proof", "next", "/me").statusCode()).isEqualTo(422);
    HttpResponse<String> proved =
        browser.post("/me/proof", "password", PASSWORD, "next", "/me/factors");

    assertThat(Browser.location(proved)).isEqualTo("/me/factors?notice=proved");
    assertThat(Browser.location(browser.post("/me/factors/totp/end")))
        .isEqualTo("/me/factors?notice=factor-off");
    factors.later(id());
    assertThat(
            Browser.location(
                browser.post("/me/proof", "password", PASSWORD, "next", "//evil.example")))
        .isEqualTo("/me?notice=proved");
  }

  @Test
  void administratorShowsFirstWhoTheyAre() {
    long user = id();
    String chief = "a" + UUID.randomUUID().toString().substring(0, 12);
    Browser administrator = new Browser(port, Client.CREDENTIAL);
    administrator.post(
        "/sign-up",
        "email",
        chief + "@example.org",
        "username",
        chief,
        "displayName",
        "Chief",
        "password",
        PASSWORD,
        "next",
        "/me");
    long chiefId = administration.users(new FindUsers(chief, 1, null)).users().getFirst().id();
    administration.changeRole(new ChangeRole(Actor.OPERATOR, chiefId, "administrator", true));
    administrator.post(
        "/sign-in", "email", chief + "@example.org", "password", PASSWORD, "next", "/me");
    factors.later(chiefId);

    String roles = "/admin/users/" + user + "/roles";
    assertThat(Browser.location(administrator.post(roles, "role", "moderator", "give", "true")))
        .startsWith("/me/proof");
    assertThat(
            Browser.location(
                administrator.post("/admin/users/" + user + "/lock", "locked", "true")))
        .startsWith("/me/proof");
    administrator.post("/me/proof", "password", PASSWORD, "next", "/me");
    assertThat(Browser.location(administrator.post(roles, "role", "moderator", "give", "true")))
        .contains("notice=roles-changed");
  }

  @Test
  void tokenOfAnOldSignInEndsNoAccount() {
    Client client = Client.newUser(port);
    factors.later(Long.parseLong(client.id()));

    client.with("If-Match", "*").delete("/api/v1/me").isProblem(403, "proof-required");
    client
        .post("/api/v1/me/proofs", "{\"password\": \"" + PASSWORD + "\"}")
        .isProblem(403, "proof-required");
    client.post("/api/v1/me/proofs", "{}").isProblem(422, "validation-failed");
  }

  @Test
  void passkeyIsMadeSignsInAndIsRemoved() {
    Browser here = browser.at("localhost:8080");
    assertThat(here.get("/me/factors").body()).contains("Make a passkey");
    HttpResponse<String> options = here.post("/me/passkeys/challenge");
    assertThat(options.body()).isEqualTo("{\"rpId\":\"localhost\"}");
    assertThat(options.headers().firstValue("Set-Cookie").orElseThrow())
        .startsWith("tanada-passkey=")
        .contains("HttpOnly")
        .contains("Max-Age=300");
    assertThat(
            Browser.location(
                here.post("/me/passkeys", "name", "Laptop", "credential", "key of " + name)))
        .isEqualTo("/me/factors?notice=passkey-added");
    Browser other = new Browser(port, Client.CREDENTIAL).at("localhost:8080");
    assertThat(other.get("/sign-in").body())
        .contains("autocomplete=\"username webauthn\"")
        .contains("Sign in with a passkey");
    String[] answer = {"credential", "key of " + name, "next", "/me/orders"};
    assertThat(Browser.location(other.post("/sign-in/passkey", answer)))
        .isEqualTo("/sign-in?next=%2Fme%2Forders&notice=too-late");
    other.post("/sign-in/passkey/challenge");
    assertThat(Browser.location(other.post("/sign-in/passkey", "credential", "forged")))
        .isEqualTo("/sign-in?notice=passkey-refused");
    other.post("/sign-in/passkey/challenge");

    assertThat(Browser.location(other.post("/sign-in/passkey", answer))).isEqualTo("/me/orders");

    String page = other.get("/me/factors").body();
    assertThat(page).contains("Laptop");
    Matcher end = Pattern.compile("/me/passkeys/\\d+/end").matcher(page);
    assertThat(end.find()).isTrue();
    factors.later(id());
    assertThat(Browser.location(other.post(end.group()))).startsWith("/me/proof");
    assertThat(Browser.location(other.post("/me/passkeys/challenge"))).startsWith("/me/proof");
    other.post("/me/proof", "password", PASSWORD, "next", "/me");
    assertThat(Browser.location(other.post(end.group())))
        .isEqualTo("/me/factors?notice=passkey-removed");
    assertThat(other.post(end.group()).statusCode()).isEqualTo(404);
  }

  @Test
  void passkeysAreOfferedAtThePublicHostAlone() {
    Browser elsewhere = browser.at("tokyo.localhost:8080");

    assertThat(elsewhere.get("/me/factors").body()).doesNotContain("Make a passkey");
    assertThat(
            new Browser(port, Client.CREDENTIAL).at("tokyo.localhost:8080").get("/sign-in").body())
        .doesNotContain("passkey");
    assertThat(elsewhere.post("/me/passkeys/challenge").statusCode()).isEqualTo(409);
  }

  private long id() {
    return administration.users(new FindUsers(name, 1, null)).users().getFirst().id();
  }

  private void enrol() {
    HttpResponse<String> begun = browser.post("/me/factors/enrolments");
    assertThat(confirm(begun, FakeFactors.CODE).statusCode()).isEqualTo(200);
  }

  private HttpResponse<String> confirm(HttpResponse<String> page, String code) {
    return browser.post(
        "/me/factors/totp",
        "ticket",
        Browser.hidden(page, "ticket"),
        "uri",
        Browser.hidden(page, "uri").replace("&amp;", "&"),
        "code",
        code);
  }

  private HttpResponse<String> password(Browser other) {
    return other.post("/sign-in", "email", email, "password", PASSWORD, "next", "/me/orders");
  }

  private static String step(String ticket, String code) {
    return "{\"ticket\": \"%s\", \"code\": \"%s\"}".formatted(ticket, code);
  }

  /** What a camera reads from the SVG on the page. */
  private static String read(String html) throws Exception {
    Matcher box = Pattern.compile("class=\"qr\" viewBox=\"0 0 (\\d+) ").matcher(html);
    assertThat(box.find()).isTrue();
    int size = Integer.parseInt(box.group(1));
    int scale = 4;
    int[] pixels = new int[size * scale * size * scale];
    Arrays.fill(pixels, 0xffffff);
    Matcher run = Pattern.compile("M(\\d+) (\\d+)h(\\d+)v1h-\\d+z").matcher(html);
    while (run.find()) {
      int left = Integer.parseInt(run.group(1)) * scale;
      int top = Integer.parseInt(run.group(2)) * scale;
      int width = Integer.parseInt(run.group(3)) * scale;
      for (int y = top; y < top + scale; y++) {
        Arrays.fill(pixels, y * size * scale + left, y * size * scale + left + width, 0);
      }
    }
    RGBLuminanceSource picture = new RGBLuminanceSource(size * scale, size * scale, pixels);
    return new QRCodeReader().decode(new BinaryBitmap(new HybridBinarizer(picture))).getText();
  }
}
