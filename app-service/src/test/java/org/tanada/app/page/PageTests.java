package org.tanada.app.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.ContextConfiguration;
import org.tanada.app.testing.Client;
import org.tanada.app.testing.DirectoryBlobs;
import org.tanada.app.testing.OtherTiers;
import org.tanada.app.testing.TestPictures;
import org.tanada.common.credential.testing.TestCredentials;

/** The pages over real HTTP, before tiers in memory. */
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "tanada.node=app-1",
      "tanada.drain-delay=0s",
      "tanada.membership.source=file",
      "tanada.membership.file=target/no-inventory.yaml",
      "tanada.app.session-check-time=1ms",
      "tanada.app.row-cache-time=1ms",
      "tanada.secret.url-signing-key=0123456789abcdef0123456789abcdef",
    })
@ContextConfiguration(initializers = TestCredentials.OfApp.class)
@Import(OtherTiers.class)
class PageTests {
  private static final byte[] MP4 =
      "\0\0\0\u0018ftypmp42....and so on".getBytes(StandardCharsets.ISO_8859_1);
  private static final byte[] PNG = TestPictures.of("png", 64, 64);
  private static final AtomicInteger PEOPLE = new AtomicInteger();

  @LocalServerPort private int port;
  @Autowired private DirectoryBlobs blobs;

  private Browser anyone;

  @BeforeEach
  void openBrowser() {
    anyone = new Browser(port, Client.CREDENTIAL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/problems", "/problems/not-found"})
  void publicPageIsSharedByEverybody(String path) {
    HttpResponse<String> page = anyone.get(path);

    assertThat(page.statusCode()).isEqualTo(200);
    assertShared(page);
    assertSafe(page);
  }

  @Test
  void publicPageIsTheSameForSomebodyWhoIsSignedIn() {
    Browser mio = signUp("Mio");
    String video = publish(mio, "Frogs", "4.50");

    for (String path : new String[] {"/", "/videos/" + video}) {
      HttpResponse<String> theirs = mio.get(path);
      HttpResponse<String> others = anyone.get(path);

      assertThat(theirs.body()).isEqualTo(others.body());
      assertThat(header(theirs, "ETag")).isEqualTo(header(others, "ETag"));
      assertShared(theirs);
    }
  }

  @Test
  void unchangedPublicPageIsNotSentAgain() {
    String tag = header(anyone.get("/"), "ETag");

    HttpResponse<String> again = anyone.get("/", "If-None-Match", tag);

    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(header(again, "ETag")).isEqualTo(tag);
    assertThat(header(again, "Cache-Control")).isEqualTo(PageHeaders.SHARED);
  }

  @Test
  void whatPeopleTypeIsTextAndNeverMarkup() {
    Browser mallory = signUp("<script>alert(1)</script>");
    String video = publish(mallory, "\"><img src=x onerror=alert(2)>", "0");

    for (String path : new String[] {"/", "/videos/" + video, "/videos/" + video + "/watch"}) {
      String html = anyone.get(path).body();

      assertThat(html).doesNotContain("<script>alert").doesNotContain("<img src=x");
      assertThat(html).contains("&lt;script&gt;alert(1)").contains("&gt;&lt;img src=x");
    }
    assertThat(mallory.get("/me").body()).doesNotContain("<script>alert");
  }

  @Test
  void personalPagesAreKeptNowhere() {
    Browser mio = signUp("Mio");

    for (String path : new String[] {"/me", "/me/videos", "/me/orders", "/upload"}) {
      HttpResponse<String> page = mio.get(path);

      assertThat(page.statusCode()).as(path).isEqualTo(200);
      assertThat(header(page, "Cache-Control")).isEqualTo("private, no-store");
      assertThat(page.body()).contains("Mio");
      assertSafe(page);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/me", "/me/videos", "/me/orders", "/upload"})
  void whoIsNotSignedInIsSentToTheSignInPageAndBack(String path) {
    HttpResponse<String> answer = anyone.get(path);

    assertThat(answer.statusCode()).isEqualTo(303);
    assertThat(Browser.location(answer)).isEqualTo("/sign-in?next=" + path.replace("/", "%2F"));
    assertThat(Browser.hidden(anyone.get(Browser.location(answer)), "next")).isEqualTo(path);
  }

  @Test
  void signUpSaysBesideTheFieldsWhatIsWrongAndKeepsThem() {
    HttpResponse<String> page =
        anyone.post(
            "/sign-up",
            "email",
            "mio",
            "username",
            "x",
            "displayName",
            "Mio \"M\"",
            "password",
            "psst");

    assertThat(page.statusCode()).isEqualTo(422);
    assertThat(page.body())
        .contains("value=\"mio\"")
        .contains("value=\"Mio &#34;M&#34;\"")
        .contains("id=\"email-error\"")
        .contains("aria-invalid=\"true\" aria-describedby=\"username-hint username-error\"")
        .contains("id=\"password-error\"")
        .doesNotContain("psst");
    assertThat(anyone.cookies()).isEmpty();
  }

  @Test
  void takenAddressIsSaidBesideIt() {
    anyone.post(
        "/sign-up",
        "email",
        "one@example.org",
        "username",
        "number-one",
        "displayName",
        "One",
        "password",
        "correct horse");

    HttpResponse<String> page =
        new Browser(port, Client.CREDENTIAL)
            .post(
                "/sign-up",
                "email",
                "ONE@example.org",
                "username",
                "number-two",
                "displayName",
                "Two",
                "password",
                "correct horse");

    assertThat(page.statusCode()).isEqualTo(409);
    assertThat(page.body()).contains("id=\"email-error\">The e-mail address is taken.");
  }

  @Test
  void signInLeadsWhereOneWantedToGoButNeverElsewhere() {
    anyone.post(
        "/sign-up",
        "email",
        "next@example.org",
        "username",
        "next",
        "displayName",
        "Next",
        "password",
        "correct horse");
    String[] fields = {"email", "next@example.org", "password", "correct horse", "next", ""};

    fields[5] = "/me/orders";
    assertThat(Browser.location(new Browser(port, Client.CREDENTIAL).post("/sign-in", fields)))
        .isEqualTo("/me/orders");
    fields[5] = "//evil.example/";
    assertThat(Browser.location(new Browser(port, Client.CREDENTIAL).post("/sign-in", fields)))
        .isEqualTo("/me");
  }

  @Test
  void wrongPasswordIsSaidWithoutTellingWhatWasWrong() {
    HttpResponse<String> page =
        anyone.post("/sign-in", "email", "nobody@example.org", "password", "wrong horse");

    assertThat(page.statusCode()).isEqualTo(422);
    assertThat(page.body()).contains("E-mail or password is wrong.").contains("nobody@example.org");
    assertThat(header(page, "Cache-Control")).isEqualTo("private, no-store");
  }

  @Test
  void signingOutEndsTheSessionAndItsCookies() {
    Browser mio = signUp("Mio");
    assertThat(mio.cookies()).containsKeys("tanada-session", "tanada-hint");

    HttpResponse<String> answer = mio.post("/sign-out");

    assertThat(Browser.location(answer)).isEqualTo("/sign-in?notice=signed-out");
    assertThat(mio.cookies()).doesNotContainKeys("tanada-session", "tanada-hint");
    assertThat(mio.get("/me").statusCode()).isEqualTo(303);
  }

  @Test
  void profileIsChangedAndAStaleChangeIsNotLost() {
    Browser mio = signUp("Mio");
    String version = Browser.hidden(mio.get("/me"), "version");

    HttpResponse<String> saved =
        mio.post("/me", "displayName", "Mio T.", "bio", "a\r\nb", "version", version);
    HttpResponse<String> stale =
        mio.post("/me", "displayName", "Other", "bio", "", "version", version);

    assertThat(Browser.location(saved)).isEqualTo("/me?notice=profile-saved");
    assertThat(stale.statusCode()).isEqualTo(412);
    assertThat(stale.body()).contains("value=\"Other\"").contains("changed elsewhere");
    assertThat(mio.get("/me").body()).contains("value=\"Mio T.\"");
  }

  @Test
  void passwordIsChangedOnThePageAndTheBrowserStaysSignedIn() {
    Browser mio = signUp("Mio");

    HttpResponse<String> wrong =
        mio.post("/me/password", "current", "wrong horse", "next", "another horse altogether");
    HttpResponse<String> weak =
        mio.post("/me/password", "current", "correct horse", "next", "short");
    HttpResponse<String> changed =
        mio.post("/me/password", "current", "correct horse", "next", "another horse altogether");

    assertThat(wrong.statusCode()).isEqualTo(422);
    assertThat(wrong.body()).contains("id=\"current-error\"").doesNotContain("another horse");
    assertThat(weak.statusCode()).isEqualTo(422);
    assertThat(weak.body()).contains("id=\"next-error\"");
    assertThat(Browser.location(changed)).isEqualTo("/me?notice=password-changed");
    assertThat(mio.get("/me?notice=password-changed").body()).contains("Your password is changed");
  }

  @Test
  void avatarIsTakenAndWhatIsNoPictureIsNot() {
    Browser mio = signUp("Mio");

    HttpResponse<String> taken = mio.postFile("/me/avatar", "avatar", "image/png", PNG);
    HttpResponse<String> refused = mio.postFile("/me/avatar", "avatar", "image/png", MP4);
    HttpResponse<String> empty = mio.postFile("/me/avatar", "avatar", "image/png", new byte[0]);

    assertThat(Browser.location(taken)).isEqualTo("/me?notice=avatar-saved");
    assertThat(mio.get("/me").body()).contains("src=\"/media/profiles/");
    assertThat(refused.statusCode()).isEqualTo(415);
    assertThat(refused.body()).contains("id=\"avatar-error\"");
    assertThat(empty.statusCode()).isEqualTo(422);
    assertThat(empty.body()).contains("Choose a file first.");
  }

  @Test
  void fileOfAStrangerIsNotEvenSpooled() {
    HttpResponse<String> answer = anyone.postFile("/upload", "content", "video/mp4", MP4);

    assertThat(Browser.location(answer)).isEqualTo("/sign-in?next=%2Fme");
  }

  @Test
  void tooLargeAnAvatarIsRefusedByItsAnnouncedLength() {
    Browser mio = signUp("Mio");

    HttpResponse<String> answer =
        mio.postFile("/me/avatar", "avatar", "image/png", new byte[5_600_000]);

    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body()).contains("<h1>The content is too large</h1>");
  }

  @Test
  void videoIsUploadedPublishedEditedWithdrawnAndDeleted() {
    Browser mio = signUp("Mio");
    String video = upload(mio, "Draft", "0");
    String path = "/me/videos/" + video;

    assertThat(anyone.get("/videos/" + video).statusCode()).isEqualTo(404);
    assertThat(blobs.files("videos"))
        .anySatisfy(file -> assertThat(Files.readAllBytes(file)).isEqualTo(MP4));

    assertThat(Browser.location(mio.post(path + "/publication")))
        .isEqualTo(path + "?notice=published");
    assertThat(anyone.get("/videos/" + video).body()).contains("<h1>Draft</h1>");

    String version = Browser.hidden(mio.get(path), "version");
    HttpResponse<String> wrong =
        mio.post(path, "title", "", "price", "4.505", "currency", "USD", "version", version);
    assertThat(wrong.statusCode()).isEqualTo(422);
    assertThat(wrong.body()).contains("id=\"price-error\"").contains("value=\"4.505\"");
    HttpResponse<String> saved =
        mio.post(path, "title", "Done", "price", "4.50", "currency", "USD", "version", version);
    assertThat(Browser.location(saved)).isEqualTo(path + "?notice=saved");
    assertThat(mio.get(path).body()).contains("<h1>Done</h1>").contains("value=\"4.50\"");

    assertThat(Browser.location(mio.post(path + "/withdrawal")))
        .isEqualTo(path + "?notice=withdrawn");
    version = Browser.hidden(mio.get(path), "version");
    assertThat(Browser.location(mio.post(path + "/deletion", "version", version)))
        .isEqualTo("/me/videos?notice=deleted");
    assertThat(mio.get(path).statusCode()).isEqualTo(404);
  }

  @Test
  void pressingUploadTwiceCreatesOneVideo() {
    Browser mio = signUp("Mio");
    String key = Browser.hidden(mio.get("/upload"), "key");
    String[] fields = {
      "title", "Twice", "description", "", "price", "0", "currency", "USD", "key", key
    };

    String once = Browser.location(mio.postFile("/upload", "content", "video/mp4", MP4, fields));
    String twice = Browser.location(mio.postFile("/upload", "content", "video/mp4", MP4, fields));

    assertThat(once).startsWith("/me/videos/").isEqualTo(twice);
  }

  @Test
  void videoIsBoughtWatchedAndInvoiced() {
    Browser mio = signUp("Mio");
    Browser ken = signUp("Ken");
    String video = publish(mio, "Worth it", "4.50");
    String watch = "/videos/" + video + "/watch";

    assertThat(anyone.get(watch).body()).contains("Sign in to buy").doesNotContain("<video");
    HttpResponse<String> till = ken.get(watch);
    assertThat(till.body()).contains("Buy for $4.50").doesNotContain("<video");
    String key = Browser.hidden(till, "key");

    HttpResponse<String> bought = ken.post("/videos/" + video + "/orders", "key", key);
    HttpResponse<String> again = ken.post("/videos/" + video + "/orders", "key", "another");

    assertThat(Browser.location(bought)).isEqualTo(watch + "?notice=bought");
    assertThat(Browser.location(again)).isEqualTo(watch + "?notice=already-bought");
    assertThat(ken.get(watch).body())
        .containsPattern(
            "<video [^>]*src=\"/media/videos/[0-9]+\\?expires=[0-9]+&amp;signature=[\\w-]+\"");
    assertThat(mio.get(watch).body()).contains("<video");
    assertThat(anyone.get(watch).body()).doesNotContain("/media/videos/");
    assertThat(ken.get("/me/orders").body()).contains("Worth it").contains("/invoice\"");
    assertThat(mio.get("/me/videos").body()).contains("$4.50");
  }

  @Test
  void boughtVideoWithoutASessionLeadsToTheSignInPage() {
    String video = publish(signUp("Mio"), "Later", "4.50");

    HttpResponse<String> answer = anyone.post("/videos/" + video + "/orders", "key", "k");

    assertThat(Browser.location(answer))
        .isEqualTo("/sign-in?next=%2Fvideos%2F" + video + "%2Fwatch");
  }

  @Test
  void accountGoesOnlyAfterItsNameWasTyped() {
    Browser mio = signUp("Mio");

    HttpResponse<String> refused = mio.post("/me/deletion", "confirmation", "somebody");
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(refused.body()).contains("id=\"confirmation-error\"").contains("<details open>");

    String page = mio.get("/me").body();
    String name = page.replaceAll("(?s).*Type your user name, ([\\w-]+), to.*", "$1");
    HttpResponse<String> gone = mio.post("/me/deletion", "confirmation", name);
    assertThat(Browser.location(gone)).isEqualTo("/sign-in?notice=account-deleted");
    assertThat(mio.cookies()).doesNotContainKey("tanada-session");
  }

  @Test
  void ownDataIsDownloadedFromTheProfile() {
    Browser mio = signUp("Mio");
    assertThat(mio.get("/me").body()).contains("action=\"/me/export\"");

    HttpResponse<String> answer = mio.post("/me/export");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/zip");
    assertThat(answer.headers().firstValue("Content-Disposition").orElse(""))
        .startsWith("attachment");
    assertThat(anyone.post("/me/export").statusCode()).isEqualTo(303);
  }

  @Test
  void formOfAForeignSiteIsRefused() {
    Browser mio = signUp("Mio");

    HttpResponse<String> answer = mio.get("/me", "Sec-Fetch-Site", "cross-site");
    assertThat(answer.statusCode()).isEqualTo(200); // looking is allowed

    assertThat(mio.postFrom("cross-site", "/sign-out").statusCode()).isEqualTo(403);
    assertThat(mio.get("/me").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/nothing", "/videos/1", "/videos/abc", "/users/1", "/problems/no-such-problem"})
  void whatDoesNotExistIsAPageForBrowsersAndAProblemForPrograms(String path) {
    HttpResponse<String> page = anyone.get(path);
    HttpResponse<String> problem = anyone.get(path, "Accept", "application/json");

    assertThat(page.statusCode()).isEqualTo(404);
    assertThat(page.body()).contains("<h1>There is nothing here</h1>");
    assertThat(header(page, "Cache-Control")).isEqualTo("no-store");
    assertSafe(page);
    assertThat(problem.statusCode()).isEqualTo(404);
    assertThat(header(problem, "Content-Type")).startsWith("application/problem+json");
    assertThat(problem.body()).contains("\"code\":\"not-found\"");
  }

  @Test
  void wrongMethodIsAPageThatNamesTheRightOnes() {
    HttpResponse<String> answer = anyone.post("/problems/not-found");

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(header(answer, "Allow")).contains("GET");
    assertThat(answer.body()).contains("<h1>");
  }

  @Test
  void staticFilesAreKeptForeverUnderTheNameOfTheirContent() {
    String html = anyone.get("/").body();
    String css = html.replaceAll("(?s).*href=\"(/assets/[0-9a-f]+/app.css)\".*", "$1");

    HttpResponse<String> file = anyone.get(css);
    HttpResponse<String> ofAnotherVersion =
        anyone.get(css.replaceFirst("[0-9a-f]{16}", "0".repeat(16)));

    assertThat(file.statusCode()).isEqualTo(200);
    assertThat(header(file, "Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
    assertThat(header(file, "Content-Type")).startsWith("text/css");
    assertThat(header(ofAnotherVersion, "Cache-Control")).isEqualTo("no-store");
    assertThat(anyone.get(css.replace("app.css", "..%2fapplication.yml")).statusCode())
        .isBetween(400, 499);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/favicon.svg",
        "/posters/81234567890123456.svg",
        "/portraits/7.svg",
        "/robots.txt"
      })
  void smallFilesAreServedForTheEdgesToKeep(String path) {
    HttpResponse<String> file = anyone.get(path);

    assertThat(file.statusCode()).isEqualTo(200);
    assertThat(header(file, "Cache-Control")).startsWith("public, max-age=");
    assertThat(file.headers().allValues("Set-Cookie")).isEmpty();
    assertThat(anyone.get(path, "If-None-Match", header(file, "ETag")).statusCode()).isEqualTo(304);
  }

  @Test
  void listGoesOnWithItsOwnCursorOnly() {
    Browser mio = signUp("Mio");
    for (int i = 0; i < 25; i++) {
      publish(mio, "Number " + i, "0");
    }

    String first = anyone.get("/").body();
    String next = first.replaceAll("(?s).*href=\"(/\\?cursor=[^\"]+)\" rel=\"next\".*", "$1");
    HttpResponse<String> second = anyone.get(next);

    assertThat(first).contains("Number 24<").doesNotContain("Number 0<");
    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(second.body()).contains("Number 0<").doesNotContain("Number 24<");
    assertThat(anyone.get("/?cursor=AAAA").statusCode()).isEqualTo(400);
  }

  private Browser signUp(String name) {
    Browser browser = new Browser(port, Client.CREDENTIAL);
    int number = PEOPLE.incrementAndGet();
    HttpResponse<String> answer =
        browser.post(
            "/sign-up",
            "email",
            "person-" + number + "@example.org",
            "username",
            "person-" + number,
            "displayName",
            name,
            "password",
            "correct horse");
    assertThat(Browser.location(answer)).isEqualTo("/me?notice=welcome");
    return browser;
  }

  private static String upload(Browser owner, String title, String price) {
    HttpResponse<String> answer =
        owner.postFile(
            "/upload",
            "content",
            "video/mp4",
            MP4,
            "title",
            title,
            "description",
            "",
            "price",
            price,
            "currency",
            "USD",
            "key",
            Browser.hidden(owner.get("/upload"), "key"));
    assertThat(Browser.location(answer)).endsWith("?notice=uploaded");
    return Browser.location(answer).replaceAll("/me/videos/([0-9]+)\\?.*", "$1");
  }

  private static String publish(Browser owner, String title, String price) {
    String video = upload(owner, title, price);
    owner.post("/me/videos/" + video + "/publication");
    return video;
  }

  private static void assertShared(HttpResponse<String> page) {
    assertThat(header(page, "Cache-Control")).isEqualTo(PageHeaders.SHARED);
    assertThat(header(page, "ETag")).matches("\"[\\w-]+\"");
    assertThat(page.headers().allValues("Set-Cookie")).isEmpty();
    assertThat(page.headers().allValues("Vary")).isEmpty();
  }

  private static void assertSafe(HttpResponse<String> page) {
    assertThat(header(page, "Content-Security-Policy"))
        .contains("default-src 'self'")
        .contains("frame-ancestors 'none'")
        .contains("base-uri 'none'")
        .doesNotContain("unsafe");
    assertThat(header(page, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(header(page, "X-Frame-Options")).isEqualTo("DENY");
    assertThat(header(page, "Referrer-Policy")).isEqualTo("same-origin");
    assertThat(header(page, "Permissions-Policy")).contains("camera=()", "browsing-topics=()");
    assertThat(header(page, "Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
    assertThat(header(page, "Content-Type")).isEqualTo("text/html;charset=utf-8");
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("no " + name);
  }
}
