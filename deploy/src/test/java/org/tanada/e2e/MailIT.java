package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.tanada.e2e.FrontDoor.assertProblem;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.shop.ShopClient.Account;
import tools.jackson.databind.JsonNode;

/** Mails that are kept, read by command, and followed in a browser. */
@DisabledIf(value = "org.tanada.e2e.TestRun#brief", disabledReason = TestRun.SEEN_NATIVELY)
class MailIT {
  private static final String NEXT = "another horse altogether";
  private static ShopClient shop;

  @BeforeAll
  static void start() {
    shop = FrontDoor.client();
    assumeTrue(SystemUnderTest.own(), "only on a system that these tests started themselves");
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @Test
  void addressIsVerifiedAndAForgottenPasswordReplacedByLinksOfKeptMails() throws Throwable {
    Account user = FrontDoor.somebody(shop, "mailed");
    try (Chromium chromium = new Chromium();
        BrowserContext context =
            chromium
                .browser()
                .newContext(
                    new Browser.NewContextOptions()
                        .setViewportSize(390, 844)
                        .setColorScheme(ColorScheme.DARK))) {
      Page page = context.newPage();
      page.setDefaultTimeout(20_000);

      page.navigate(link(user, "Verify"));
      look(page, "verify-email");
      press(page, "It is mine");
      assertThat(page.getByRole(AriaRole.STATUS).textContent()).contains("verified");
      assertThat(me(user).get("emailVerified").asBoolean()).isTrue();

      page.navigate(FrontDoor.ADDRESS + "/sign-in");
      page.getByText("Forgot your password?").click();
      look(page, "reset-password");
      page.getByLabel("E-mail of your account").fill(user.email());
      press(page, "Mail me a link");
      assertThat(page.getByRole(AriaRole.STATUS).textContent()).contains("on its way");
      String link = link(user, "Set a new password");
      page.navigate(link);
      look(page, "new-password");
      page.getByLabel("New password").fill(NEXT);
      press(page, "Set it");
      assertThat(page.getByRole(AriaRole.STATUS).textContent()).contains("new password is set");
      FrontDoor.eventually(
          () -> assertProblem(shop.get("/api/v1/me", user.accessToken()), 401, "invalid-token"));
      assertProblem(
          shop.send(
              "POST",
              "/api/v1/sessions",
              null,
              Map.of("email", user.email(), "password", FrontDoor.PASSWORD)),
          401,
          "invalid-credentials");
      SignInPages.fillSignIn(page, user.email(), NEXT);
      page.waitForURL("**/me");
      look(page, "me-verified");

      page.navigate(link);
      page.getByLabel("New password").fill(NEXT + " again");
      press(page, "Set it");
      assertThat(page.getByRole(AriaRole.ALERT).textContent()).contains("used before");
    }
  }

  /** The link in the newest mail to the user with these words in its subject. */
  private static String link(Account user, String subject) throws Throwable {
    Pattern line =
        Pattern.compile("(?m)^(\\d+) .*" + Pattern.quote(user.email()) + " .*" + subject + ".*$");
    String[] id = new String[1];
    FrontDoor.eventually(() -> {
      Matcher found = line.matcher(tanada("mail", "--limit", "100"));
      assertThat(found.find()).isTrue();
      id[0] = found.group(1);
    });
    Matcher link =
        Pattern.compile("https?://\\S+token=\\S+").matcher(tanada("mail", "show", id[0]));
    assertThat(link.find()).isTrue();
    assertThat(link.group()).startsWith(FrontDoor.ADDRESS.toString());
    return link.group();
  }

  private static JsonNode me(Account user) throws IOException {
    return shop.get("/api/v1/me", user.accessToken()).expect(200).json();
  }

  private static String tanada(String... arguments) throws IOException {
    assertThat(SystemUnderTest.tanada(arguments)).as(SystemUnderTest.output()).isZero();
    return SystemUnderTest.output();
  }

  private static void press(Page page, String name) {
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true))
        .click();
    page.waitForLoadState();
  }

  /** As on a phone, in the dark, and on a desk. */
  private static void look(Page page, String name) {
    for (int width : new int[] {1440, 390}) {
      page.setViewportSize(width, 844);
      PageLook.keep(page, name);
      PageLook.checkWidth(page);
      PageLook.checkAccessibility(page);
    }
  }
}
