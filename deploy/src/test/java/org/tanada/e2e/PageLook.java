package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Page;
import java.nio.file.Path;
import java.util.List;

/** How a page looks in a browser: what is kept of it for people, and what is checked. */
final class PageLook {
  private static final Path SCREENSHOTS =
      Path.of(System.getProperty("tanada.screenshots", "target/screenshots"));

  private PageLook() {}

  /** Keeps a screenshot of the whole page, by its name and the width of the window. */
  static void keep(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions()
            .setPath(SCREENSHOTS.resolve(name + "-" + page.viewportSize().width + ".png"))
            .setFullPage(true));
  }

  /** Checks that nothing is wider than the window. */
  static void checkWidth(Page page) {
    int overflow =
        (int)
            page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth");
    assertThat(overflow)
        .as("%s scrolls sideways at %s", page.url(), page.viewportSize().width)
        .isLessThanOrEqualTo(0);
  }

  /** Checks the page against the accessibility rules. */
  static void checkAccessibility(Page page) {
    List<Rule> violations = new AxeBuilder(page).analyze().getViolations();
    assertThat(violations)
        .as("accessibility of %s at %s", page.url(), page.viewportSize().width)
        .extracting(rule ->
            rule.getId() + ": " + rule.getHelp() + " at " + rule.getNodes().getFirst().getHtml())
        .isEmpty();
  }
}
