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
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.tanada.common.id.TanadaId;
import org.tanada.deploy.database.DatabaseFiles;
import org.tanada.deploy.database.Sql;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.shop.ShopClient.Account;
import org.tanada.deploy.state.Desired;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.StateFiles;

/** Roles by command, the administrator's pages in a browser, and the audit log's check. */
@DisabledIf(value = "org.tanada.e2e.TestRun#brief", disabledReason = TestRun.SEEN_NATIVELY)
class AdministrationIT {
  private static final int CALLS = 6;
  private static final Duration SOON = Duration.ofSeconds(5);
  private static ShopClient shop;
  private static Account administrator;
  private static Account user;

  @BeforeAll
  static void signUp() throws IOException {
    shop = FrontDoor.client();
    assumeTrue(SystemUnderTest.own(), "only on a system that these tests started themselves");
    administrator = FrontDoor.administrator(shop);
    user = FrontDoor.somebody(shop, "locked");
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  /** What a command printed. */
  private static String tanada(int code, String... arguments) throws IOException {
    assertThat(SystemUnderTest.tanada(arguments)).as(SystemUnderTest.output()).isEqualTo(code);
    return SystemUnderTest.output();
  }

  @Test
  void roleByCommandCountsOnEveryServerAndTheLastAdministratorKeepsIt() throws Throwable {
    Account moderator = FrontDoor.somebody(shop, "moderator");
    Account seller = FrontDoor.somebody(shop, "seller");
    String video =
        shop.publish(seller.accessToken(), "To be moderated", "", 0, "video/mp4", FrontDoor.clip());
    String path = "/api/v1/videos/" + video + "/publication";
    assertProblem(shop.send("DELETE", path, moderator.accessToken(), null), 403, "forbidden");

    tanada(0, "users", "grant", moderator.username(), "moderator");

    FrontDoor.eventually(
        SOON,
        () -> {
          for (int call = 0; call < CALLS; call++) { // whatever began before has ended everywhere
            assertProblem(shop.get("/api/v1/me", moderator.accessToken()), 401, "invalid-token");
          }
        });
    String token = shop.token(moderator.email(), FrontDoor.PASSWORD);
    shop.send("DELETE", path, token, null).expect(200);
    assertProblem(shop.send("POST", path, seller.accessToken(), null), 403, "forbidden");
    tanada(1, "users", "take", administrator.username(), "administrator");
    assertThat(tanada(0, "users", "find", moderator.email())).contains("customer,moderator");
    assertThat(tanada(0, "audit", "--user", seller.username()))
        .contains("video-withdrawn")
        .contains("video " + video);
  }

  @Test
  void administratorLocksAUserInTheBrowserAndEveryServerRefusesThem() throws Throwable {
    String cookie = ShopClient.pair(shop.session(user.email(), FrontDoor.PASSWORD));
    for (int call = 0; call < CALLS; call++) { // warm on every server
      shop.get("/api/v1/me", null, "Cookie", cookie).expect(200);
      shop.get("/api/v1/me", user.accessToken()).expect(200);
    }
    try (Chromium chromium = new Chromium();
        BrowserContext context =
            chromium
                .browser()
                .newContext(
                    new Browser.NewContextOptions()
                        .setBaseURL(FrontDoor.ADDRESS.toString())
                        .setViewportSize(390, 844)
                        .setColorScheme(ColorScheme.DARK))) {
      Page page = context.newPage();
      page.setDefaultTimeout(20_000);
      SignInPages.signIn(page, administrator.email(), FrontDoor.PASSWORD);
      page.navigate("/admin");
      look(page, "admin-users", 390, 844);
      page.getByLabel("Find").fill(user.username());
      press(page, "Find");
      page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Locked")).click();
      look(page, "admin-user", 390, 844);
      look(page, "admin-user", 1440, 900);

      press(page, "Lock");

      assertThat(page.getByRole(AriaRole.STATUS).textContent()).contains("locked");
      FrontDoor.eventually(
          SOON,
          () -> {
            for (int call = 0; call < CALLS; call++) {
              assertProblem(shop.get("/api/v1/me", null, "Cookie", cookie), 401, "unauthenticated");
              assertProblem(shop.get("/api/v1/me", user.accessToken()), 401, "invalid-token");
            }
          });
      assertProblem(
          shop.send(
              "POST",
              "/api/v1/sessions",
              null,
              Map.of("email", user.email(), "password", FrontDoor.PASSWORD)),
          403,
          "account-locked");
      page.navigate("/admin/audit?whom=" + user.username());
      assertThat(page.locator("main").textContent())
          .contains("Account locked")
          .contains("@" + administrator.username());
      look(page, "admin-audit", 1440, 900);
      look(page, "admin-audit", 390, 844);
    }
    tanada(0, "users", "unlock", user.username());
    shop.token(user.email(), FrontDoor.PASSWORD);
  }

  @Test
  void pagesOfAdministratorsAreNotThereForOthers() throws IOException {
    String cookie = ShopClient.pair(shop.session(user.email(), FrontDoor.PASSWORD));
    for (String path : List.of("/admin", "/admin/users", "/admin/audit")) {
      assertProblem(shop.get(path, null, "Cookie", cookie), 404, "not-found");
      assertProblem(shop.get(path, null), 404, "not-found");
    }
  }

  @Test
  void entryThatIsAlteredInTheDatabaseIsNamed() throws Throwable {
    assumeTrue(!TestRun.containers(), "the databases' own client runs natively");
    Account altered = FrontDoor.somebody(shop, "altered");
    tanada(0, "users", "grant", altered.username(), "seller");
    assertThat(tanada(0, "audit", "--check")).contains("as they were written");
    int shard = TanadaId.shard(Long.parseLong(altered.id()));
    String table = "tanada_%02d.audit_entries".formatted(shard);
    Sql sql = primaryOf(shard);
    String id =
        sql.run(
                "SELECT id FROM %s WHERE what = 'role-given' AND whom_id = %s"
                    .formatted(table, altered.id()))
            .getFirst();

    String change = "UPDATE %s SET detail = '%s' WHERE id = %s; SELECT ROW_COUNT()";
    assertThat(sql.run(change.formatted(table, "moderator", id))).containsExactly("1");
    String found = tanada(1, "audit", "--check");
    assertThat(sql.run(change.formatted(table, "seller", id))).containsExactly("1");

    assertThat(found).contains("chain " + shard).contains("row " + id).contains("altered");
    tanada(0, "audit", "--check");
  }

  /** The one that holds the shard's tables for writing. */
  private static Sql primaryOf(int shard) throws IOException {
    Home home = new Home(Path.of("..").toAbsolutePath().normalize(), SystemUnderTest.home());
    Desired desired = StateFiles.readJson(home.desired(), Desired.class).orElseThrow();
    for (var wanted : desired.nodes()) {
      if (wanted.node().name().matches("mysql-\\d+-[a-z]")) {
        Sql sql = new Sql(new DatabaseFiles(home, wanted.node()));
        List<String> writable = sql.run("SELECT @@GLOBAL.read_only");
        List<String> tables =
            sql.run(
                "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'tanada_%02d'"
                        .formatted(shard)
                    + " AND table_name = 'audit_entries'");
        if (writable.getFirst().equals("0") && tables.getFirst().equals("1")) {
          return sql;
        }
      }
    }
    throw new AssertionError("no primary has the shard " + shard);
  }

  private static void press(Page page, String name) {
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true))
        .click();
    page.waitForLoadState();
  }

  /** Keeps a screenshot, and checks the page against the accessibility rules. */
  private static void look(Page page, String name, int width, int height) {
    page.setViewportSize(width, height);
    PageLook.keep(page, name);
    PageLook.checkWidth(page);
    PageLook.checkAccessibility(page);
  }
}
