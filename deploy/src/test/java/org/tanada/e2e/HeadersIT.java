package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.shop.ShopClient.Account;
import org.tanada.deploy.shop.ShopClient.Answer;

/**
 * What every page tells a browser about itself, looked at in a browser that complains about all
 * that the page then breaks; and what other answers tell.
 */
@DisabledIf(value = "org.tanada.e2e.TestRun#brief", disabledReason = TestRun.SEEN_NATIVELY)
class HeadersIT {
  private static final List<String> PUBLIC =
      List.of("/", "/sign-in", "/sign-up", "/problems", "/problems/not-found");
  private static final List<String> OWN = List.of("/me", "/me/videos", "/me/orders", "/upload");
  private static final List<String> ADMINISTRATORS = List.of("/admin/users", "/admin/audit");

  /** Nowhere: one is the shop's own answer, the other nginx's. */
  private static final List<String> ERRORS = List.of("/no-such-page", "/actuator");

  private static ShopClient shop;
  private static Account seller;
  private static String video;

  @BeforeAll
  static void publish() throws IOException {
    shop = FrontDoor.client();
    seller = FrontDoor.somebody(shop, "headers");
    video =
        shop.publish(
            seller.accessToken(), "Looked at closely", "", 0, "video/mp4", FrontDoor.clip());
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @Test
  void everyPageSaysWhatItMayDoAndKeepsToIt() throws IOException {
    boolean administers = SystemUnderTest.own();
    Account user = administers ? FrontDoor.administrator(shop) : seller;
    List<String> complaints = new ArrayList<>();
    try (Chromium chromium = new Chromium();
        BrowserContext context =
            chromium
                .browser()
                .newContext(
                    new Browser.NewContextOptions().setBaseURL(FrontDoor.ADDRESS.toString()))) {
      Page page = context.newPage();
      page.setDefaultTimeout(20_000);
      page.onConsoleMessage(message -> {
        if (message.type().equals("error") || message.text().contains("Content Security Policy")) {
          complaints.add(page.url() + ": " + message.text());
        }
      });
      page.onPageError(error -> complaints.add(page.url() + ": " + error));
      for (String path : PUBLIC) {
        visit(page, path, 200);
      }
      visit(page, "/docs", 200);
      page.getByText("/api/v1/videos").first().waitFor(); // drawn by scripts
      visit(page, "/videos/" + video, 200);
      visit(page, "/users/" + seller.id(), 200);
      SignInPages.signIn(page, user.email(), FrontDoor.PASSWORD);
      visit(page, "/videos/" + video + "/watch", 200);
      for (String path : OWN) {
        visit(page, path, 200);
      }
      if (administers) {
        for (String path : ADMINISTRATORS) {
          visit(page, path, 200);
        }
        visit(page, "/admin/users/" + seller.id(), 200);
      }
      assertThat(complaints).isEmpty();
      for (String path : ERRORS) {
        visit(page, path, 404);
      }
    }
    assertThat(complaints).noneMatch(text -> text.contains("Content Security Policy"));
  }

  @Test
  void answersThatAreNoPagesAreNotToBeRun() throws IOException {
    for (Answer answer :
        List.of(
            shop.get("/api/v1/videos", null),
            shop.get("/api/v1/videos/1", null),
            shop.get("/api/v1/me", null),
            shop.get("/favicon.svg", null),
            shop.get("/media/videos/1", null))) {
      assertThat(answer.headers().get("x-content-type-options"))
          .as(answer.request())
          .containsExactly("nosniff");
      assertThat(answer.headers().get("content-security-policy"))
          .as(answer.request())
          .singleElement()
          .asString()
          .contains("frame-ancestors 'none'")
          .doesNotContain("unsafe");
      assertThat(answer.header("referrer-policy")).isEqualTo("same-origin");
      assertThat(answer.header("x-frame-options")).isEqualTo("DENY");
      assertThat(answer.header("server")).isEqualTo("nginx");
      assertThat(answer.header("x-powered-by")).isNull();
      assertThat(answer.header("strict-transport-security")).isNull();
    }
  }

  @Test
  void tlsOnThisVeryMachineDoesNotTakeItsPlainPortAway() {
    assumeTrue(SystemUnderTest.own(), "the port of TLS is known only of our own system");
    try (Chromium chromium = new Chromium();
        BrowserContext context =
            chromium
                .browser()
                .newContext(new Browser.NewContextOptions().setIgnoreHTTPSErrors(true))) {
      APIResponse secure = context.request().get(SystemUnderTest.TLS + "/");

      assertThat(secure.status()).isEqualTo(200);
      check("/ over TLS", secure.headers());
      Page page = context.newPage();
      page.navigate(SystemUnderTest.TLS + "/");
      assertThat(page.url()).startsWith("https:");
      page.navigate(FrontDoor.ADDRESS + "/");
      assertThat(page.url()).startsWith("http:");
    }
  }

  private static void visit(Page page, String path, int status) {
    Response response = page.navigate(path);
    assertThat(response.status()).as(path).isEqualTo(status);
    assertThat(response.headers().get("content-type")).as(path).startsWith("text/html");
    check(path, response.headers());
  }

  private static void check(String path, Map<String, String> headers) {
    assertThat(headers.get("content-security-policy"))
        .as("policy of %s", path)
        .contains("default-src")
        .contains("frame-ancestors 'none'")
        .contains("base-uri 'none'")
        .doesNotContain("unsafe");
    assertThat(headers)
        .as(path)
        .containsEntry("x-content-type-options", "nosniff")
        .containsEntry("x-frame-options", "DENY")
        .containsEntry("referrer-policy", "same-origin")
        .containsEntry("cross-origin-opener-policy", "same-origin")
        .containsEntry("server", "nginx")
        .doesNotContainKeys("strict-transport-security", "x-powered-by");
    assertThat(headers.get("permissions-policy")).as(path).contains("camera=()");
  }
}
