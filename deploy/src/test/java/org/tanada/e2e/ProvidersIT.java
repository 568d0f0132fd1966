package org.tanada.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Signing in by a real Keycloak in a real browser: both know nothing but their addresses. */
@DisabledIf(value = "org.tanada.e2e.TestRun#brief", disabledReason = TestRun.SEEN_NATIVELY)
class ProvidersIT {
  @TempDir private static Path directory;
  private static Keycloak keycloak;
  private static Chromium chromium;

  @BeforeAll
  static void configure() throws Throwable {
    assumeTrue(SystemUnderTest.own(), "only on a system that these tests started themselves");
    Path distribution;
    try {
      distribution = Keycloak.distribution(directory);
    } catch (IOException e) {
      abort("no Keycloak: " + e.getMessage());
      return;
    }
    // containers of auth-service have one way out, which is to this machine as well
    String host = TestRun.containers() ? Engine.gateway("providers") : "localhost";
    keycloak =
        new Keycloak(distribution, Files.createDirectory(directory.resolve("keycloak")), host);
    keycloak.await();
    Path providers = providers();
    Files.createDirectories(providers.getParent()); // none in containers, where volumes have them
    Files.writeString(
        providers,
        """
        tanada:
          auth:
            providers:
              keycloak:
                title: Keycloak
                issuer: %s
                client-id: tanada
                client-secret: %s
        """
            .formatted(keycloak.issuer, keycloak.clientSecret));
    chromium = new Chromium();
    if (TestRun.containers()) {
      Files.setPosixFilePermissions(providers, PosixFilePermissions.fromString("rw-r--r--"));
      takeFiles();
    }
    // app servers ask for providers at most twice a minute, each for itself, and any of them may
    // answer the next page: after a start they ask at once
    for (String node : List.of("auth-1", "auth-2", "app-1", "app-2")) {
      assertThat(SystemUnderTest.tanada("restart", node)).as(SystemUnderTest.output()).isZero();
    }
    FrontDoor.eventually(Duration.ofMinutes(5), ProvidersIT::signInOnce);
  }

  private static Path providers() {
    return SystemUnderTest.home().resolve("secrets/providers.yml");
  }

  /** Has the operator's files copied to where containers read them. */
  private static void takeFiles() throws IOException {
    assertThat(SystemUnderTest.tanada("up", "--no-build")).as(SystemUnderTest.output()).isZero();
  }

  /**
   * A Keycloak that has just started answers its first token requests later than we wait for a
   * provider.
   */
  private static void signInOnce() throws Throwable {
    try (Visit visit = new Visit()) {
      try {
        visit.beginByKeycloak();
        visit.logIn("kai");
        assertThat(visit.page.getByText("as kai").count()).as(visit.shown()).isEqualTo(1);
      } catch (PlaywrightException e) {
        throw new AssertionError("signing in by Keycloak ended with " + visit.shown(), e);
      }
    }
  }

  @AfterAll
  static void close() throws IOException {
    if (keycloak != null) {
      keycloak.close();
    }
    if (chromium != null) { // then it was configured
      chromium.close();
      Files.deleteIfExists(providers());
      if (TestRun.containers()) {
        takeFiles();
      }
      SystemUnderTest.tanada("restart", "auth-1");
      SystemUnderTest.tanada("restart", "auth-2");
    }
  }

  @Test
  void firstSignInMakesAnAccountAndComesBackToWhatWasAskedFor() throws Throwable {
    try (Visit visit = new Visit()) {
      visit.open("/sign-in?next=/me/orders");
      visit.look();
      visit.follow("Sign in with Keycloak");
      visit.logIn("mei");
      assertThat(visit.page).hasURL(FrontDoor.ADDRESS + "/me/orders");

      visit.open("/me");

      assertThat(visit.page.getByLabel("Name to show")).hasValue("Mei Sato");
      assertThat(visit.page.getByText("as mei")).isVisible();
      assertThat(visit.button("Unlink Keycloak")).hasCount(0); // the only way in
      visit.look();
    }
  }

  @Test
  void identityIsLinkedWithAnAccountSignsInToItAndIsUnlinked() throws Throwable {
    try (Visit visit = new Visit()) {
      String name = visit.signUp();
      visit.open("/me");
      visit.look();
      visit.page.getByLabel("Your password, to link another way").fill(FrontDoor.PASSWORD);
      visit.button("Link Keycloak").click();
      visit.logIn("ren");
      assertThat(visit.page).hasURL(FrontDoor.ADDRESS + "/me?notice=linked");
      assertThat(visit.page.getByText("as ren")).isVisible();
      visit.button("Sign out").first().click();
      visit.page.waitForURL("**/sign-in?notice=signed-out");

      visit.follow("Sign in with Keycloak"); // which still knows this browser

      assertThat(visit.page).hasURL(FrontDoor.ADDRESS + "/me");
      assertThat(visit.page.getByText("as ren")).isVisible();
      assertThat(visit.page.locator("a[href^='/users/']").first()).isVisible();
      assertThat(visit.page.content()).contains(name);

      visit.button("Unlink Keycloak").click();

      visit.isSignedOut(); // that session was opened by it
      visit.beginByKeycloak();
      visit.open("/me");
      assertThat(visit.page.content()).doesNotContain(name); // a stranger again
    }
  }

  @Test
  void signingOutAtTheProviderMakesItAskAgain() throws Throwable {
    try (Visit visit = new Visit()) {
      visit.beginByKeycloak();
      visit.logIn("aoi");
      visit.page.waitForURL("**/me**");
      visit.button("Sign out").first().click();
      assertThat(visit.link("Sign out at Keycloak, too")).isVisible();
      visit.look();

      visit.follow("Sign out at Keycloak, too");

      assertThat(visit.page).hasURL(FrontDoor.ADDRESS + "/sign-in"); // it did not ask whether
      visit.follow("Sign in with Keycloak");
      assertThat(visit.page.locator("#username")).isVisible();
    }
  }

  @Test
  void signingOutAtTheProviderSignsOutHere() throws Throwable {
    try (Visit visit = new Visit()) {
      visit.beginByKeycloak();
      visit.logIn("sora");
      visit.page.waitForURL("**/me**");

      visit.page.navigate(keycloak.issuer + "/protocol/openid-connect/logout");
      visit.page.locator("#kc-logout").click();
      visit.page.waitForLoadState();

      visit.isSignedOut();
    }
  }

  /** One browser of one person. */
  private static final class Visit implements AutoCloseable {
    private final BrowserContext context =
        chromium
            .browser()
            .newContext(new Browser.NewContextOptions().setBaseURL(FrontDoor.ADDRESS.toString()));
    private final Page page = context.newPage();

    Visit() {
      page.setDefaultTimeout(60_000);
    }

    /** Where the browser is, and what it says there. */
    String shown() {
      return page.url() + ": " + page.locator("body").innerText();
    }

    void open(String path) {
      page.navigate(path);
    }

    /** A server that has not heard of the sign-out yet shows no sign-in page, but the profile. */
    void beginByKeycloak() throws Throwable {
      FrontDoor.eventually(() -> {
        open("/sign-in");
        assertThat(link("Sign in with Keycloak").count()).as(shown()).isEqualTo(1);
      });
      follow("Sign in with Keycloak");
    }

    /** Whatever server answers: all have heard of it within two seconds. */
    void isSignedOut() throws Throwable {
      FrontDoor.eventually(() -> {
        open("/me");
        assertThat(page.url()).contains("/sign-in");
      });
    }

    Locator button(String name) {
      return page.getByRole(
          AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    Locator link(String name) {
      return page.getByRole(
          AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    void follow(String name) {
      link(name).click();
      page.waitForLoadState();
    }

    void logIn(String username) {
      page.waitForURL(Pattern.compile(Pattern.quote(keycloak.issuer) + ".*"));
      page.locator("#username").fill(username);
      page.locator("#password").fill(keycloak.userPassword);
      page.locator("#kc-login").click();
      page.waitForURL(FrontDoor.ADDRESS + "/**");
    }

    String signUp() {
      String username = "linked-" + UUID.randomUUID().toString().substring(0, 8);
      SignInPages.signUp(page, username, username);
      page.waitForURL("**/me**");
      return username;
    }

    /** Checks the page against the accessibility rules. */
    void look() {
      PageLook.checkAccessibility(page);
    }

    @Override
    public void close() {
      context.close();
    }
  }
}
