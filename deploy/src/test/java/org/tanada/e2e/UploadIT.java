package org.tanada.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * An upload in Chromium, by the published tus client, that meets everything that can come between.
 */
@DisabledIf(value = "org.tanada.e2e.TestRun#brief", disabledReason = TestRun.SEEN_NATIVELY)
class UploadIT {
  private static final int SIZE = 24_000_000;
  private static final int BYTES_PER_SECOND = 800_000;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String PROGRESS = "document.querySelector('progress').value";

  @TempDir private Path directory;
  private final Chromium chromium = new Chromium();
  private BrowserContext context;
  private Page page;
  private CDPSession network;

  @BeforeEach
  void open() {
    context =
        chromium
            .browser()
            .newContext(new Browser.NewContextOptions().setBaseURL(FrontDoor.ADDRESS.toString()));
    page = context.newPage();
    page.setDefaultTimeout(30_000);
    network = context.newCDPSession(page);
    network.send("Network.enable");
  }

  @AfterEach
  void close() {
    UsedSecrets.note(context);
    chromium.close();
  }

  @Test
  void uploadOutlivesALostConnectionAPauseAndAKilledStorageNode() throws Throwable {
    Assumptions.assumeTrue(SystemUnderTest.own(), "it is not ours to break");
    Assumptions.assumeTrue(
        Boolean.getBoolean("tanada.test.nightly"),
        "it takes minutes: give -Dtanada.test.nightly=true");
    Path file = Files.write(directory.resolve("terraces.mp4"), content());
    signUp();
    page.navigate("/upload");
    page.getByLabel("Title").fill("Terraces, interrupted");
    page.getByLabel("Amount").fill("0");
    page.getByLabel("Video file").setInputFiles(file);
    slow();

    press("Upload");
    reaches(5);
    assertThat(SystemUnderTest.tanada("kill", "nginx-1")).isZero(); // all that it had is cut off
    reaches(15);
    press("Pause");
    assertThat(page.getByText("Paused at")).isVisible();
    press("Go on");
    reaches(25);
    assertThat(SystemUnderTest.tanada("kill", "storage-videos-1")).isZero();
    reaches(40);
    // not page.url() in a loop: what the browser tells is heard only within calls of Playwright
    page.waitForURL(
        "**/me/videos/*?notice=uploaded",
        new Page.WaitForURLOptions().setTimeout((double) PATIENCE.toMillis()));

    String video = page.url().replaceAll(".*/me/videos/([0-9]+).*", "$1");
    JsonObject playback =
        JsonParser.parseString(
                context.request().get("/api/v1/videos/" + video + "/playback").text())
            .getAsJsonObject();
    byte[] stored = context.request().get(playback.get("url").getAsString()).body();
    assertThat(stored).hasSize(SIZE);
    assertThat(sha256(stored)).isEqualTo(sha256(Files.readAllBytes(file)));
  }

  private void signUp() {
    String username = "sender-" + UUID.randomUUID().toString().substring(0, 8);
    page.navigate("/sign-up");
    page.getByLabel("E-mail").fill(username + "@example.net");
    page.getByLabel("User name").fill(username);
    page.getByLabel("Name to show").fill("Sender");
    page.getByLabel("Password").fill(FrontDoor.PASSWORD);
    press("Sign up");
    page.navigate("/me");
    assertThat(page.getByLabel("Name to show")).isVisible();
  }

  private void press(String name) {
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true))
        .click();
  }

  /** A slow line. */
  private void slow() {
    JsonObject conditions = new JsonObject();
    conditions.addProperty("offline", false);
    conditions.addProperty("latency", 0);
    conditions.addProperty("downloadThroughput", -1);
    conditions.addProperty("uploadThroughput", BYTES_PER_SECOND);
    network.send("Network.emulateNetworkConditions", conditions);
  }

  private void reaches(int percent) throws Throwable {
    FrontDoor.eventually(
        PATIENCE,
        () ->
            assertThat(((Number) page.evaluate(PROGRESS)).doubleValue())
                .as("the page says: %s", page.locator("[data-upload-say]").textContent())
                .isGreaterThanOrEqualTo(percent));
  }

  /** A real clip with much behind it. */
  private static byte[] content() throws IOException {
    byte[] clip = FrontDoor.clip();
    byte[] content = new byte[SIZE];
    new Random(7).nextBytes(content);
    System.arraycopy(clip, 0, content, 0, Math.min(SIZE, clip.length));
    return content;
  }

  private static String sha256(byte[] content) throws Exception {
    return Arrays.toString(MessageDigest.getInstance("SHA-256").digest(content));
  }
}
