package org.tanada.e2e;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The real browser of the suites: this machine's own. */
final class Chromium implements AutoCloseable {
  private final Playwright playwright =
      Playwright.create(
          new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
  private final Browser browser =
      playwright
          .chromium()
          .launch(
              new BrowserType.LaunchOptions()
                  .setExecutablePath(program())
                  .setArgs(
                      List.of(
                          "--no-sandbox", // as root, which CI is, there is no other way
                          "--disable-gpu",
                          "--disable-background-networking",
                          "--disable-component-update",
                          "--disable-sync",
                          "--no-first-run",
                          "--autoplay-policy=no-user-gesture-required")));

  static {
    // a page of a busy machine is not wrong after the five seconds that this waits by itself
    PlaywrightAssertions.setDefaultAssertionTimeout(60_000);
  }

  Browser browser() {
    return browser;
  }

  /** The one that only draws into memory, where the system has it as a package of its own. */
  private static Path program() {
    Path shell = Path.of("/usr/bin/chromium-headless-shell");
    return Files.exists(shell) ? shell : Path.of("/usr/bin/chromium");
  }

  @Override
  public void close() {
    playwright.close();
  }
}
