package org.tanada.app.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.tanada.app.testing.AppTest;
import org.tanada.app.testing.Client;
import org.tanada.app.testing.Client.Answer;
import org.tanada.app.testing.FakeAccounts;
import org.tanada.app.testing.FakeEmails;

/** Mailed links and the own address, as a browser sees them. */
@AppTest
class EmailPageTests {
  private static final AtomicInteger PEOPLE = new AtomicInteger();
  private static final String PASSWORD = "correct horse";

  @LocalServerPort private int port;
  @Autowired private FakeEmails emails;
  @Autowired private FakeAccounts accounts;

  private Browser browser;
  private String name;
  private String email;

  @BeforeEach
  void signUp() {
    browser = new Browser(port, Client.CREDENTIAL);
    name = "mailed-" + PEOPLE.incrementAndGet();
    email = name + "@example.org";
    browser.post(
        "/sign-up",
        "email",
        email,
        "username",
        name,
        "displayName",
        "Mailed",
        "password",
        PASSWORD,
        "next",
        "",
        "key",
        "");
  }

  @AfterEach
  void calm() {
    emails.tooMany(false);
  }

  @Test
  void aForgottenPasswordIsReplacedByALinkThatWorksOnce() {
    Browser other = new Browser(port, Client.CREDENTIAL);
    assertThat(other.get("/sign-in").body()).contains("href=\"/reset-password\"");

    HttpResponse<String> asked = other.post("/reset-password", "email", email);
    HttpResponse<String> unknown = other.post("/reset-password", "email", "nobody-" + email);

    assertThat(Browser.location(asked)).isEqualTo("/reset-password?notice=reset-asked");
    assertThat(Browser.location(unknown)).isEqualTo(Browser.location(asked));
    assertThat(unknown.statusCode()).isEqualTo(asked.statusCode());
    String token = emails.to(email).getLast().token();
    HttpResponse<String> page = other.get("/reset-password/new?token=" + token);
    assertThat(page.headers().firstValue("Cache-Control")).hasValue("private, no-store");
    assertThat(page.headers().firstValue("Referrer-Policy")).hasValue("same-origin");
    assertThat(Browser.hidden(page, "token")).isEqualTo(token);
    assertThat(other.get("/reset-password/new?token=" + token).statusCode()).isEqualTo(200);

    HttpResponse<String> weak =
        other.post("/reset-password/new", "token", token, "password", "short");
    assertThat(weak.statusCode()).isEqualTo(422);
    assertThat(weak.body()).contains("Must be at least 8 characters.").contains(token);
    HttpResponse<String> set =
        other.post("/reset-password/new", "token", token, "password", "another horse");
    assertThat(Browser.location(set)).isEqualTo("/sign-in?notice=password-reset");
    HttpResponse<String> again =
        other.post("/reset-password/new", "token", token, "password", "a third horse");
    assertThat(again.statusCode()).isEqualTo(400);
    assertThat(again.body()).contains("used before").contains("href=\"/reset-password\"");

    assertThat(signIn(other, PASSWORD).statusCode()).isEqualTo(422);
    assertThat(Browser.location(signIn(other, "another horse"))).isEqualTo("/me");
  }

  @Test
  void anAddressIsShownAndVerified() {
    assertThat(browser.get("/me").body()).contains(email).contains("not verified");

    assertThat(Browser.location(browser.post("/me/email/verification")))
        .isEqualTo("/me?notice=verification-sent");
    String token = emails.to(email).getLast().token();
    assertThat(Browser.hidden(browser.get("/verify-email?token=" + token), "token"))
        .isEqualTo(token);
    assertThat(browser.get("/me").body()).contains("not verified"); // looking is not using

    assertThat(Browser.location(browser.post("/verify-email", "token", token)))
        .isEqualTo("/me?notice=email-verified");

    assertThat(browser.get("/me").body()).contains(">verified<").doesNotContain("not verified");
    HttpResponse<String> again =
        new Browser(port, Client.CREDENTIAL).post("/verify-email", "token", token);
    assertThat(again.statusCode()).isEqualTo(400);
    assertThat(again.body()).contains("used before");
  }

  @Test
  void anAddressIsChangedByThePasswordAndALink() {
    String next = "new-" + email;
    HttpResponse<String> wrong =
        browser.post("/me/email", "email", next, "password", "wrong horse");
    assertThat(wrong.statusCode()).isEqualTo(422);
    assertThat(wrong.body()).contains("Is not your present password.").contains(next);

    HttpResponse<String> asked = browser.post("/me/email", "email", next, "password", PASSWORD);
    assertThat(Browser.location(asked)).isEqualTo("/me?notice=email-asked");
    assertThat(browser.get("/me").body()).contains(next + " takes its place");

    Browser elsewhere = new Browser(port, Client.CREDENTIAL); // the mail is read on a phone
    String token = emails.to(next).getLast().token();
    assertThat(Browser.location(elsewhere.post("/verify-email", "token", token)))
        .isEqualTo("/sign-in?notice=email-changed");
    assertThat(browser.get("/me").body()).contains(next).doesNotContain("takes its place");
  }

  @Test
  void tooManyMailsAreRefusedInWords() {
    emails.tooMany(true);

    assertThat(Browser.location(browser.post("/me/email/verification")))
        .isEqualTo("/me?notice=enough-mails");
    HttpResponse<String> asked = browser.post("/reset-password", "email", email);
    assertThat(asked.statusCode()).isEqualTo(429);
    assertThat(asked.body()).contains("Enough for now.");
  }

  @Test
  void aFormOfAnotherSiteUsesNoLink() {
    browser.post("/reset-password", "email", email);
    String token = emails.to(email).getLast().token();

    assertThat(
            browser
                .postFrom(
                    "cross-site", "/reset-password/new", "token", token, "password", "a horse!")
                .statusCode())
        .isEqualTo(403);
    assertThat(browser.postFrom("cross-site", "/verify-email", "token", token).statusCode())
        .isEqualTo(403);
    assertThat(
            Browser.location(
                browser.post("/reset-password/new", "token", token, "password", "a horse!")))
        .isEqualTo("/sign-in?notice=password-reset");
  }

  @Test
  void whereTakenAddressesAreHiddenASignUpHasTheSameAnswerForAll() {
    accounts.hideTakenAddresses(true);
    try {
      for (String address : List.of(email, "new-" + email)) {
        String username = "hidden-" + PEOPLE.incrementAndGet();
        Browser other = new Browser(port, Client.CREDENTIAL);

        HttpResponse<String> answer =
            other.post(
                "/sign-up",
                "email",
                address,
                "username",
                username,
                "displayName",
                "Hidden",
                "password",
                PASSWORD,
                "next",
                "/upload",
                "key",
                "");

        assertThat(Browser.location(answer)).isEqualTo("/sign-in?notice=sign-up-mailed");
        assertThat(answer.headers().allValues("Set-Cookie"))
            .noneMatch(cookie -> cookie.startsWith("tanada-session"));
        assertThat(other.get("/sign-in?notice=sign-up-mailed").body())
            .contains("A mail is on its way to that address");
        Answer api =
            new Client(port)
                .post(
                    "/api/v1/users",
                    "{\"email\": \"%s\", \"username\": \"%s\", \"displayName\": \"H\", \"password\": \"%s\"}"
                        .formatted(address, username + "-2", PASSWORD))
                .is(201);
        assertThat(api.json().get("email").asString()).isEmpty();
      }
    } finally {
      accounts.hideTakenAddresses(false);
    }
  }

  private HttpResponse<String> signIn(Browser other, String password) {
    return other.post("/sign-in", "email", email, "password", password, "next", "");
  }
}
