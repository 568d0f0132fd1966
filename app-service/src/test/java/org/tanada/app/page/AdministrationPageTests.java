package org.tanada.app.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.tanada.app.testing.AppTest;
import org.tanada.app.testing.Client;
import org.tanada.app.testing.FakeAdministration;
import org.tanada.common.account.AdministrationContract.Actor;
import org.tanada.common.account.AdministrationContract.ChangeRole;
import org.tanada.common.account.AdministrationContract.FindUsers;
import org.tanada.common.account.AuditContract.Query;
import org.tanada.common.testing.Poll;

/** The administrator's pages over HTTP. */
@AppTest
class AdministrationPageTests {
  @LocalServerPort private int port;
  @Autowired private FakeAdministration administration;

  private String user;
  private Browser browserOfUser;
  private Browser administrator;

  @BeforeEach
  void signUp() {
    user = newName();
    browserOfUser = browser(user);
    String name = newName();
    browser(name);
    administration.changeRole(new ChangeRole(Actor.OPERATOR, id(name), "administrator", true));
    administrator = new Browser(port, Client.CREDENTIAL);
    signIn(administrator, name);
  }

  private static String newName() {
    return "u" + UUID.randomUUID().toString().substring(0, 12);
  }

  private Browser browser(String name) {
    Browser browser = new Browser(port, Client.CREDENTIAL);
    HttpResponse<String> done =
        browser.post(
            "/sign-up",
            "email",
            name + "@example.org",
            "username",
            name,
            "displayName",
            "Somebody",
            "password",
            "correct horse",
            "next",
            "/me");
    assertThat(done.statusCode()).isEqualTo(303);
    return browser;
  }

  private HttpResponse<String> signIn(Browser browser, String name) {
    return browser.post(
        "/sign-in", "email", name + "@example.org", "password", "correct horse", "next", "/me");
  }

  private long id(String name) {
    return administration.users(new FindUsers(name, 1, null)).users().getFirst().id();
  }

  @Test
  void usersAreFoundByNameAddressAndId() {
    String path = "/admin/users/" + id(user);

    for (String name : new String[] {user, user + "@example.org", Long.toString(id(user))}) {
      HttpResponse<String> found = administrator.get("/admin/users?name=" + name);

      assertThat(found.statusCode()).isEqualTo(200);
      assertThat(found.body()).contains("href=\"" + path + "\"").contains(user + "@example.org");
    }
    assertThat(administrator.get("/admin/users?name=nobody-here").body())
        .contains("Nobody is called so");
    assertThat(Browser.location(administrator.get("/admin"))).isEqualTo("/admin/users");
    assertThat(administrator.get("/me").body()).contains("href=\"/admin\"");
    assertThat(browserOfUser.get("/me").body()).doesNotContain("href=\"/admin\"");
  }

  @Test
  void usersAreFoundByAPartOfTheirNamePageByPage() {
    String part = "part" + UUID.randomUUID().toString().substring(0, 8);
    for (int i = 0; i < 26; i++) {
      browser(part + "-" + i);
    }

    String search = "/admin/users?name=" + part.toUpperCase(Locale.ROOT);
    String first = administrator.get(search).body();

    assertThat(first).contains("@" + part + "-25 ").doesNotContain("@" + part + "-0 ");
    String next = first.split("pager-next\" href=\"", 2)[1].split("\"", 2)[0].replace("&amp;", "&");
    String second = administrator.get(next).body();
    assertThat(second).contains("@" + part + "-0 ").doesNotContain("@" + part + "-25 ");
    assertThat(second).contains("href=\"" + search + "\"");
    assertThat(administrator.get(next.replace("PART", "other")).statusCode()).isEqualTo(400);
    assertThat(administrator.get("/admin/users?name=" + "x".repeat(300)).body())
        .contains("Nobody is called so");
  }

  @Test
  void rolesAreGivenAndTakenAndTheAuditLogSaysByWhom() {
    String path = "/admin/users/" + id(user);

    HttpResponse<String> given =
        administrator.post(path + "/roles", "role", "moderator", "give", "true");

    assertThat(Browser.location(given)).isEqualTo(path + "?notice=roles-changed");
    assertThat(administrator.get(path).body()).contains("Take<span class=\"unseen\"> the role mod");
    administrator.post(path + "/roles", "role", "moderator", "give", "false");
    assertThat(administrator.get(path).body()).contains("Give<span class=\"unseen\"> the role mod");
    HttpResponse<String> log = administrator.get("/admin/audit?whom=" + user + "&what=role-given");
    assertThat(log.body()).contains("Role given").contains("@" + user).contains("moderator");
    assertThat(log.body()).doesNotContain("<h2 class=\"line-title\">Role taken");
    assertThat(administrator.get("/admin/audit?whom=nobody-here").body())
        .contains("No such entries");
    Poll.until(() -> browserOfUser.get("/me").statusCode() == 303); // signed out
  }

  @Test
  void lockedAccountIsSignedOutAndCannotSignInUntilItIsUnlocked() {
    String path = "/admin/users/" + id(user);

    assertThat(Browser.location(administrator.post(path + "/lock", "locked", "true")))
        .isEqualTo(path + "?notice=locked");

    Poll.until(() -> browserOfUser.get("/me").statusCode() == 303);
    HttpResponse<String> refused = signIn(browserOfUser, user);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("locked");
    administrator.post(path + "/lock", "locked", "false");
    assertThat(signIn(browserOfUser, user).statusCode()).isEqualTo(303);
  }

  @Test
  void sessionsAreSeenAndEnded() {
    String path = "/admin/users/" + id(user);
    assertThat(administrator.get(path).body()).contains("Firefox on Linux");

    administrator.post(path + "/sessions/end");

    assertThat(administrator.get(path).body()).contains("None is open");
    Poll.until(() -> browserOfUser.get("/me").statusCode() == 303);
  }

  @Test
  void administratorsAreNotLockedAndFormsComeFromOurPagesAlone() {
    String path = "/admin/users/" + id(user);
    administration.changeRole(new ChangeRole(Actor.OPERATOR, id(user), "administrator", true));

    assertThat(Browser.location(administrator.post(path + "/lock", "locked", "true")))
        .isEqualTo(path + "?notice=not-an-administrator");
    assertThat(administrator.postFrom("cross-site", path + "/lock", "locked", "true").statusCode())
        .isEqualTo(403);
  }

  @Test
  void listsGoOnPageByPage() {
    for (int i = 0; i < 60; i++) {
      administration.record(
          new org.tanada.common.account.AdministrationContract.Act(
              Actor.OPERATOR,
              org.tanada.common.account.AuditContract.What.VIDEO_WITHDRAWN,
              id(user),
              "video " + i));
    }
    String next =
        administrator
            .get("/admin/audit?whom=" + user)
            .body()
            .replaceAll("(?s).*class=\"button button-quiet pager-next\" href=\"([^\"]*)\".*", "$1")
            .replace("&amp;", "&");

    assertThat(next).startsWith("/admin/audit?").contains("whom=" + user);
    assertThat(administrator.get(next).body()).contains("video 3").contains("Latest");
    assertThat(administration.entries(new Query(id(user), null, null, 100, null)).entries())
        .hasSizeGreaterThanOrEqualTo(60);
  }
}
