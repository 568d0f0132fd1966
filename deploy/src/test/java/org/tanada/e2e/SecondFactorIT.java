package org.tanada.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;

/** Codes of an app, and passkeys of Chromium's virtual authenticator, through the front door. */
@DisabledIf(value = "org.tanada.e2e.TestRun#brief", disabledReason = TestRun.SEEN_NATIVELY)
class SecondFactorIT {
  private static final int STEP_SECONDS = 30;
  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  private static Chromium chromium;

  @BeforeAll
  static void open() {
    chromium = new Chromium();
  }

  @AfterAll
  static void close() {
    chromium.close();
  }

  @Test
  void appIsEnrolledAsksAtTheNextSignInAndIsSwitchedOff() throws Throwable {
    try (Visit visit = new Visit()) {
      visit.signUp();
      visit.open("/me/factors");
      visit.look("factors");
      visit.button("Set it up").click();
      assertThat(visit.page.locator("svg.qr")).isVisible();
      visit.look("enrolment");
      String secret = visit.page.locator(".secret").textContent().replace(" ", "");
      long step = step();
      visit.page.getByLabel("The code that it shows now").fill(code(secret, step));
      visit.button("Switch it on").click();
      Locator codes = visit.page.locator(".codes code");
      assertThat(codes).hasCount(10);
      String recovery = codes.first().textContent();
      visit.look("recovery-codes");

      visit.signOut();
      visit.password();
      visit.page.waitForURL("**/sign-in/code**");
      visit.look("sign-in-code");
      visit.page.getByLabel("Code").fill(code(secret, step)); // used by the enrolment
      visit.button("Go on").click();
      assertThat(visit.page.getByText("The code is wrong.")).isVisible();
      visit.page.getByLabel("Code").fill(code(secret, step + 1)); // the app's clock is fast
      visit.button("Go on").click();
      visit.page.waitForURL("**/me**");

      visit.signOut();
      visit.password();
      visit.page.waitForURL("**/sign-in/code**");
      visit.page.getByLabel("Code").fill(recovery);
      visit.button("Go on").click();
      visit.page.waitForURL("**/me**");
      visit.open("/me/factors");
      assertThat(visit.page.getByText("9 left.")).isVisible();
      visit.button("Switch it off").click();
      visit.page.waitForURL("**/me/factors?notice=factor-off");
      visit.signOut();
      visit.password();
      visit.page.waitForURL("**/me**");
    }
  }

  @Test
  void passkeyIsMadeFilledInAndRemoved() throws Throwable {
    try (Visit visit = new Visit()) {
      String authenticator = visit.authenticator();
      visit.signUp();
      visit.open("/me/factors");
      visit.page.getByLabel("What to call it").fill("Virtual");
      visit.button("Make a passkey").click();
      visit.page.waitForURL("**/me/factors?notice=passkey-added");
      assertThat(visit.page.locator(".line-title")).containsText("Virtual");
      visit.look("passkeys");
      boolean fillsIn = visit.fillsIn();
      visit.forget();

      visit.open("/sign-in?next=/me/orders");
      if (!fillsIn) { // a Chromium that only draws into memory has no fields to offer it at
        visit.button("Sign in with a passkey").click();
      }

      // not by a pattern, which the address of the sign-in page fits as well
      visit.page.waitForURL(FrontDoor.ADDRESS + "/me/orders");
      visit.open("/me/factors");
      visit.lose(authenticator);
      visit.button("Remove Virtual").click();
      visit.isSignedOut(); // that session was opened by it
    }
  }

  @Test
  void passkeyIsAskedForByAButton() throws Throwable {
    try (Visit visit = new Visit()) {
      visit.authenticator();
      visit.signUp();
      visit.open("/me/factors");
      visit.button("Make a passkey").click();
      visit.page.waitForURL("**/me/factors?notice=passkey-added");
      visit.open("/me/proof?next=/me/factors");
      visit.look("proof");

      visit.button("Use a passkey").click();

      visit.page.waitForURL("**/me/factors?notice=proved");
    }
  }

  @Test
  void wrongFingerSignsNobodyIn() throws Throwable {
    try (Visit visit = new Visit()) {
      String authenticator = visit.authenticator();
      visit.signUp();
      visit.open("/me/factors");
      visit.button("Make a passkey").click();
      visit.page.waitForURL("**/me/factors?notice=passkey-added");
      visit.verifies(authenticator, false);
      visit.forget();
      visit.open("/sign-in");

      visit.button("Sign in with a passkey").click();

      assertThat(visit.page.locator("[data-said]"))
          .containsText(
              "No passkey was given",
              new LocatorAssertions.ContainsTextOptions().setTimeout(30_000));
      assertThat(visit.page.url()).contains("/sign-in");
      visit.look("sign-in-passkey");
    }
  }

  private static long step() {
    return Instant.now().getEpochSecond() / STEP_SECONDS;
  }

  /** RFC 6238, written a second time. */
  private static String code(String secret, long step) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA1");
    mac.init(new SecretKeySpec(decoded(secret), "HmacSHA1"));
    byte[] hash = mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(step).array());
    int number = ByteBuffer.wrap(hash, hash[19] & 0xf, 4).getInt() & Integer.MAX_VALUE;
    return "%06d".formatted(number % 1_000_000);
  }

  private static byte[] decoded(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int buffer = 0;
    int bits = 0;
    for (int i = 0; i < text.length(); i++) {
      buffer = (buffer << 5) | BASE32.indexOf(text.charAt(i));
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes.write(buffer >> bits);
        buffer &= (1 << bits) - 1;
      }
    }
    return bytes.toByteArray();
  }

  /** A browser of its own, with an account. */
  private static final class Visit implements AutoCloseable {
    private final BrowserContext context =
        chromium
            .browser()
            .newContext(new Browser.NewContextOptions().setBaseURL(FrontDoor.ADDRESS.toString()));
    private final Page page = context.newPage();
    private final CDPSession devTools = context.newCDPSession(page);
    private final String name = "factor-" + UUID.randomUUID().toString().substring(0, 8);

    Visit() {
      page.setDefaultTimeout(60_000);
    }

    void open(String path) {
      page.navigate(path);
    }

    /** A built-in authenticator whose owner touches it at once. */
    String authenticator() {
      JsonObject enable = new JsonObject();
      enable.addProperty("enableUI", false);
      devTools.send("WebAuthn.enable", enable);
      JsonObject options = new JsonObject();
      options.addProperty("protocol", "ctap2");
      options.addProperty("transport", "internal");
      options.addProperty("hasResidentKey", true);
      options.addProperty("hasUserVerification", true);
      options.addProperty("isUserVerified", true);
      options.addProperty("automaticPresenceSimulation", true);
      JsonObject wanted = new JsonObject();
      wanted.add("options", options);
      return devTools
          .send("WebAuthn.addVirtualAuthenticator", wanted)
          .get("authenticatorId")
          .getAsString();
    }

    void verifies(String authenticator, boolean verified) {
      JsonObject wanted = new JsonObject();
      wanted.addProperty("authenticatorId", authenticator);
      wanted.addProperty("isUserVerified", verified);
      devTools.send("WebAuthn.setUserVerified", wanted);
    }

    void lose(String authenticator) {
      JsonObject wanted = new JsonObject();
      wanted.addProperty("authenticatorId", authenticator);
      devTools.send("WebAuthn.removeVirtualAuthenticator", wanted);
    }

    /** Whether this browser offers passkeys in the fields of a form. */
    boolean fillsIn() {
      return (boolean) page.evaluate("PublicKeyCredential.isConditionalMediationAvailable()");
    }

    /** Whatever server answers: all have heard of it within two seconds. */
    void isSignedOut() throws Throwable {
      FrontDoor.eventually(() -> {
        open("/me");
        assertThat(page.url()).contains("/sign-in");
      });
    }

    void signUp() {
      SignInPages.signUp(page, name, name);
      page.waitForURL("**/me**");
    }

    void signOut() {
      open("/me");
      button("Sign out").first().click();
      page.waitForURL("**/sign-in?notice=signed-out");
    }

    /** As signing out, but without the page that fills in the passkey at once. */
    void forget() {
      open("/robots.txt");
      context.clearCookies();
    }

    void password() {
      SignInPages.fillSignIn(page, SignInPages.email(name), FrontDoor.PASSWORD);
    }

    Locator button(String title) {
      return page.getByRole(
          AriaRole.BUTTON, new Page.GetByRoleOptions().setName(title).setExact(true));
    }

    /** Keeps a screenshot and checks width and accessibility. */
    void look(String title) {
      PageLook.keep(page, title);
      PageLook.checkWidth(page);
      PageLook.checkAccessibility(page);
    }

    @Override
    public void close() {
      context.close();
    }
  }
}
