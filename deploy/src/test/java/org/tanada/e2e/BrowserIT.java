package org.tanada.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The shop in a real Chromium: phone and desktop, light and dark, with scripts and without. No page
 * may write an error to the console or break an accessibility rule; a screenshot of each is kept
 * under {@code target/screenshots}.
 */
@DisabledIf(
    value = "org.tanada.e2e.TestRun#brief",
    disabledReason = "the same pages as natively: give -Dtanada.test.nightly=true")
class BrowserIT {

  @TempDir private static Path directory;
  private static Chromium chromium;
  private static Browser browser;
  private static Path clip;

  /** How somebody looks at it. */
  enum Viewer {
    PHONE(390, 844, ColorScheme.DARK),
    DESKTOP(1440, 900, ColorScheme.LIGHT);

    private final int width;
    private final int height;
    private final ColorScheme scheme;

    Viewer(int width, int height, ColorScheme scheme) {
      this.width = width;
      this.height = height;
      this.scheme = scheme;
    }
  }

  @BeforeAll
  static void open() throws IOException {
    chromium = new Chromium();
    browser = chromium.browser();
    clip = Files.write(directory.resolve("clip.mp4"), FrontDoor.clip());
  }

  @AfterAll
  static void close() {
    chromium.close();
  }

  @ParameterizedTest
  @EnumSource(Viewer.class)
  void somebodyUploadsSomebodyElseBuysAndWatches(Viewer viewer) throws Throwable {
    String title = "Browser " + viewer + " " + UUID.randomUUID().toString().substring(0, 8);
    try (Visit seller = new Visit(viewer, true);
        Visit buyer = new Visit(viewer, true)) {
      seller.signUp("seller");
      seller.look("me");
      seller.page.getByLabel("New picture").setInputFiles(avatar());
      seller.press("Use it");
      seller.open("/upload");
      seller.look("upload");
      seller.fillVideo(title, "4.50");
      seller.press("Upload");
      seller.page.waitForURL("**/me/videos**");
      seller.open("/me/videos");
      seller.look("my-videos");
      seller.press("Publish " + title);

      FrontDoor.eventually(() -> {
        buyer.open("/");
        assertThat(
                buyer
                    .page
                    .getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(title))
                    .count())
            .isEqualTo(1);
      });
      buyer.look("home");
      buyer.page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(title)).click();
      buyer.look("video");
      buyer.page.getByText("Buy and watch").click();
      buyer.look("buy-signed-out");
      buyer.signUp("buyer");
      String watch = seller.watchPath(title);
      buyer.open(watch);
      buyer.look("buy");
      buyer.page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Buy for")).click();
      buyer.open(watch);
      buyer.look("watch");
      buyer.seek();
      buyer.open("/me/orders");
      buyer.look("orders");
      buyer.invoice();
      buyer.open("/me");
      buyer.press("Sign out");
      buyer.open("/me");
      assertThat(buyer.page.url()).contains("/sign-in");
      buyer.look("sign-in");

      seller.open("/me/videos");
      assertThat(
              seller
                  .page
                  .getByRole(
                      AriaRole.LINK, new Page.GetByRoleOptions().setName(title).setExact(true))
                  .last())
          .isVisible();
      seller.look("sales");
      seller.checkConsole();
      buyer.checkConsole();
    }
  }

  @Test
  void everythingWorksWithoutScripts() throws Throwable {
    String title = "No scripts " + UUID.randomUUID().toString().substring(0, 8);
    try (Visit visit = new Visit(Viewer.DESKTOP, false)) {
      visit.signUp("plain");
      visit.open("/upload");
      visit.fillVideo(title, "0");
      visit.press("Upload");
      visit.open("/me/videos");
      visit.press("Publish " + title);
      FrontDoor.eventually(() -> {
        visit.open("/");
        assertThat(visit.page.content()).contains(title);
      });
      visit.open("/me");
      visit.press("Sign out");
      visit.open("/me");
      assertThat(visit.page.url()).contains("/sign-in");
    }
  }

  @Test
  void aWrongPasswordIsExplainedBesideTheForm() {
    try (Visit visit = new Visit(Viewer.PHONE, true)) {
      SignInPages.signIn(visit.page, "nobody@example.net", "wrong password");

      assertThat(visit.page.content()).contains("wrong");
      assertThat(visit.page.getByLabel("E-mail").inputValue()).isEqualTo("nobody@example.net");
      visit.look("sign-in-wrong");
    }
  }

  @Test
  void theWayOfThePageIsDrawn() {
    try (Visit visit = new Visit(Viewer.DESKTOP, true)) {
      visit.open("/problems/not-found");
      visit.page.getByText("The way of this page").click();

      assertThat(visit.page.locator(".way-tiers li[data-tier=edge]")).containsText("edge-");
      assertThat(visit.page.locator(".way-tiers li[data-tier=edge] .way-ms")).containsText("ms");
      visit.look("way");
      visit.checkConsole();
    }
  }

  @Test
  void theApiCanBeTriedInTheBrowser() {
    try (Visit visit = new Visit(Viewer.DESKTOP, true)) {
      visit.open("/docs");
      visit.page.getByText("/api/v1/videos").first().waitFor();
      visit.screenshot("docs");
      visit.checkConsole();
    }
  }

  private static Path avatar() throws IOException {
    java.awt.image.BufferedImage image =
        new java.awt.image.BufferedImage(64, 64, java.awt.image.BufferedImage.TYPE_INT_RGB);
    Path file = directory.resolve("avatar.png");
    javax.imageio.ImageIO.write(image, "png", file.toFile());
    return file;
  }

  /** One browser of one person. */
  private static final class Visit implements AutoCloseable {
    private final BrowserContext context;
    private final Page page;
    private final List<String> complaints = new ArrayList<>();

    Visit(Viewer viewer, boolean scripts) {
      this.context =
          browser.newContext(
              new Browser.NewContextOptions()
                  .setBaseURL(FrontDoor.ADDRESS.toString())
                  .setViewportSize(viewer.width, viewer.height)
                  .setColorScheme(viewer.scheme)
                  .setJavaScriptEnabled(scripts));
      this.page = context.newPage();
      page.setDefaultTimeout(20_000);
      page.onConsoleMessage(message -> {
        if (message.type().equals("error")) {
          complaints.add(page.url() + ": " + message.text());
        }
      });
      page.onPageError(error -> complaints.add(page.url() + ": " + error));
    }

    void open(String path) {
      page.navigate(path);
    }

    void press(String name) {
      page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true))
          .click();
      page.waitForLoadState();
    }

    void signUp(String name) {
      String username = name + "-" + UUID.randomUUID().toString().substring(0, 8);
      open("/sign-up");
      if (name.equals("seller")) {
        look("sign-up");
      }
      SignInPages.fillSignUp(
          page, username, Character.toUpperCase(name.charAt(0)) + name.substring(1));
      open("/me");
      assertThat(page.getByLabel("Name to show")).isVisible();
    }

    void fillVideo(String title, String price) {
      page.getByLabel("Title").fill(title);
      page.getByLabel("Description").fill("Twelve seconds of water.");
      page.getByLabel("Amount").fill(price);
      page.getByLabel("Video file").setInputFiles(clip);
    }

    String watchPath(String title) {
      open("/");
      String href =
          page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(title))
              .getAttribute("href");
      return href + "/watch";
    }

    /** Plays from the middle: the browser has to fetch by ranges. */
    void seek() throws Throwable {
      FrontDoor.eventually(() -> assertThat(video("v.readyState >= 1")).isTrue());
      page.evaluate("document.querySelector('video').currentTime = 9");
      FrontDoor.eventually(() ->
          assertThat(video("!v.seeking && v.currentTime >= 9 && v.readyState >= 2")).isTrue());
    }

    /**
     * Evaluated from outside: the page's own policy forbids it to evaluate strings, and so
     * Playwright's waiting for them.
     */
    private boolean video(String condition) {
      return (boolean)
          page.evaluate(
              "(() => { const v = document.querySelector('video'); return " + condition + "; })()");
    }

    void invoice() throws Throwable {
      String href =
          page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Invoice"))
              .first()
              .getAttribute("href");
      FrontDoor.eventually(() -> {
        APIResponse pdf = context.request().get(href);
        assertThat(pdf.headers().get("content-type")).startsWith("application/pdf");
      });
    }

    /** Keeps a screenshot, and checks the page against the accessibility rules. */
    void look(String name) {
      screenshot(name);
      PageLook.checkWidth(page);
      PageLook.checkAccessibility(page);
    }

    void screenshot(String name) {
      PageLook.keep(page, name);
    }

    void checkConsole() {
      assertThat(complaints).isEmpty();
    }

    @Override
    public void close() {
      UsedSecrets.note(context);
      context.close();
    }
  }
}
