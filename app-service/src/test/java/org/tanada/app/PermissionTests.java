package org.tanada.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.tanada.app.testing.AppTest;
import org.tanada.app.testing.Client;
import org.tanada.app.testing.Client.Answer;
import org.tanada.app.testing.FakeAccounts;
import org.tanada.app.testing.FakeAdministration;
import org.tanada.common.account.AdministrationContract.Actor;
import org.tanada.common.account.AdministrationContract.ChangeRole;
import org.tanada.common.account.AuditContract.Query;
import org.tanada.common.permission.Permissions;
import org.tanada.common.permission.Rule;
import org.tanada.common.permission.Who;
import org.tanada.common.permission.testing.Endpoints;
import org.tanada.common.testing.Poll;

/** The table of permissions: that it is complete, and that each of its rules is held. */
@AppTest
class PermissionTests {
  @LocalServerPort int port;
  @Autowired ApplicationContext context;
  @Autowired Permissions permissions;
  @Autowired FakeAccounts accounts;
  @Autowired FakeAdministration administration;
  Client owner;
  Client other;
  Client visitor;

  @BeforeEach
  void signUp() {
    owner = Client.newUser(port);
    other = Client.newUser(port);
    visitor = new Client(port);
  }

  @Test
  void everyEndpointIsInTheTableAndNothingElse() {
    Endpoints.check(permissions, Endpoints.of(context));
  }

  /** One who has signed in anew with the role. */
  private Client withRole(String role) {
    Client user = Client.newUser(port);
    give(user, role, true);
    return again(user);
  }

  private void give(Client user, String role, boolean give) {
    administration.changeRole(
        new ChangeRole(Actor.OPERATOR, Long.parseLong(user.id()), role, give));
  }

  /** The same user with a token of now. */
  private Client again(Client user) {
    String email = user.user().get("email").asString();
    Answer tokens =
        visitor.post(
            "/api/v1/tokens",
            "{\"grantType\": \"password\", \"email\": \"%s\", \"password\": \"correct horse\"}"
                .formatted(email));
    return visitor.with(
        "Authorization", "Bearer " + tokens.is(201).json().get("accessToken").asString());
  }

  /** A request to an endpoint, as complete as a refusal needs. */
  private static Answer call(Client client, Rule rule, String id) {
    String path = rule.pattern().replaceAll("\\{[a-z]+}", id);
    boolean form = !path.startsWith("/api/");
    boolean body = Set.of("POST", "PUT", "PATCH").contains(rule.method());
    Client asking = client.with("If-Match", "*").with("Tus-Resumable", "1.0.0");
    if (form) {
      asking = asking.with("Sec-Fetch-Site", "same-origin");
    }
    String type =
        rule.pattern().endsWith("/content")
            ? "video/mp4"
            : form ? "application/x-www-form-urlencoded" : "application/json";
    return body
        ? asking.send(
            rule.method(), path, type, "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8))
        : asking.send(rule.method(), path, null, new byte[0]);
  }

  @Test
  void nobodyGetsThroughWhereTheTableWantsAUser() {
    for (Rule rule : permissions.rules()) {
      if (rule.admits(Who.SIGNED_IN) || rule.admits(Who.OWNER)) {
        call(visitor, rule, "1").isProblem(401, "unauthenticated");
      }
    }
  }

  @Test
  void whatIsForARoleDoesNotExistForOthers() {
    Client moderator = withRole("moderator");
    int rules = 0;
    for (Rule rule : permissions.rules()) {
      if (rule.byRole()) {
        rules++;
        call(visitor, rule, "1").isProblem(404, "not-found");
        call(owner, rule, owner.id()).isProblem(404, "not-found");
        if (!rule.admits(Who.MODERATOR)) {
          call(moderator, rule, owner.id()).isProblem(404, "not-found");
        }
      }
    }
    assertThat(rules).isGreaterThan(5);
  }

  @Test
  void whatIsForItsOwnerRefusesEverybodyElse() {
    String video = ShopTests.published(owner, 450);
    String bought = ShopTests.order(owner, ShopTests.published(other, 450));
    String session =
        visitor
            .post(
                "/api/v1/sessions",
                "{\"email\": \"%s\", \"password\": \"correct horse\"}"
                    .formatted(owner.user().get("email").asString()))
            .is(201)
            .json()
            .get("id")
            .asString();
    Map<String, String> things =
        Map.of("video", video, "order", bought, "session", session, "upload", upload(owner, video));
    Client moderator = withRole("moderator");
    Client administrator = withRole("administrator");
    for (Rule rule : permissions.rules()) {
      if (!rule.admits(Who.OWNER)) {
        continue;
      }
      String thing = things.get(rule.thing());
      assertThat(thing).as(rule.endpoint()).isNotNull();
      assertThat(call(other, rule, thing).response().statusCode())
          .as(rule.endpoint())
          .isIn(403, 404);
      assertThat(call(administrator, rule, thing).response().statusCode())
          .as(rule.endpoint())
          .isIn(403, 404);
      if (!rule.admits(Who.MODERATOR)) {
        assertThat(call(moderator, rule, thing).response().statusCode())
            .as(rule.endpoint())
            .isIn(403, 404);
      }
    }
    visitor.get("/api/v1/videos/" + video).is(200); // none of them has done anything to it
    owner.get("/api/v1/orders/" + bought).is(200);
    owner.delete("/api/v1/sessions/" + session).is(204);
  }

  private static String upload(Client owner, String video) {
    String id =
        java.util.Base64.getEncoder()
            .encodeToString(video.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    String address =
        owner
            .with("Tus-Resumable", "1.0.0")
            .with("Upload-Length", "1000")
            .with("Upload-Metadata", "video " + id)
            .send("POST", "/uploads", null, new byte[0])
            .is(201)
            .header("Location");
    return String.valueOf(address).substring("/uploads/".length());
  }

  @Test
  void moderatorTakesAVideoOutOfTheShopAndItsOwnerCannotPutItBack() {
    String video = ShopTests.published(owner, 450);
    String path = "/api/v1/videos/" + video + "/publication";
    Client moderator = withRole("moderator");

    moderator.delete(path).is(200);

    visitor.get("/api/v1/videos/" + video).isProblem(404, "not-found");
    owner.post(path, "").isProblem(403, "forbidden");
    moderator.delete(path).isProblem(404, "not-found");
    moderator.post(path, "").is(200);
    visitor.get("/api/v1/videos/" + video).is(200);
    moderator.post(path, "").isProblem(403, "forbidden"); // nothing to take back any more
    assertThat(
            administration
                .entries(new Query(Long.valueOf(owner.id()), null, null, 10, null))
                .entries())
        .extracting(entry -> entry.what() + " " + entry.detail())
        .contains("video-restored video " + video, "video-withdrawn video " + video);
  }

  @Test
  void withoutTheAuditLogNothingIsModerated() {
    String video = ShopTests.published(owner, 450);
    Client moderator = withRole("moderator");
    administration.down(true);
    try {
      moderator.delete("/api/v1/videos/" + video + "/publication").isProblem(503, "unavailable");
    } finally {
      administration.down(false);
    }
    visitor.get("/api/v1/videos/" + video).is(200);
  }

  @Test
  void firstVideoMakesACustomerASeller() {
    assertThat(roles(owner)).containsExactly("customer");

    ShopTests.draft(owner, 450);

    assertThat(roles(owner)).containsExactly("customer", "seller");
    assertThat(roles(other)).containsExactly("customer");
  }

  @Test
  void whoeverLostTheRoleSellerSellsNothingMore() {
    String video = ShopTests.published(owner, 450);
    owner.delete("/api/v1/videos/" + video + "/publication").is(200);
    give(owner, "seller", false);
    Client former = again(owner);

    assertThat(roles(former)).containsExactly("customer");
    former.post("/api/v1/videos/" + video + "/publication", "").isProblem(403, "forbidden");
    former
        .post(
            "/api/v1/videos",
            "{\"title\": \"Again\", \"price\": {\"amountMinor\": 1, \"currency\": \"USD\"}}")
        .isProblem(403, "forbidden");
    former.get("/api/v1/sales").is(200); // what was sold stays
  }

  @Test
  void changeOfRolesEndsWhatHasBegunBefore() throws Exception {
    owner.get("/api/v1/me").is(200);

    give(owner, "moderator", true);

    Poll.until(() -> owner.get("/api/v1/me").response().statusCode() == 401);
    assertThat(roles(again(owner))).containsExactly("customer", "moderator");
  }

  @Test
  void administratorDoesNotLeaveBeforeGivingUpTheRole() {
    Client administrator = withRole("administrator");

    administrator.with("If-Match", "*").delete("/api/v1/me").isProblem(409, "conflict");
  }

  @Test
  void wrongMethodsAndAddressesAreToldApart() {
    Answer wrong = visitor.send("PATCH", "/videos/1", null, new byte[0]);
    wrong.is(403); // from no page of ours
    Answer method =
        visitor
            .with("Sec-Fetch-Site", "same-origin")
            .send("PATCH", "/videos/1", null, new byte[0])
            .isProblem(405, "method-not-allowed");
    assertThat(method.header("Allow")).isEqualTo("GET");
    visitor.get("/webjars/swagger-ui/index.html").isProblem(404, "not-found");
    visitor.get("/error").isProblem(404, "not-found");
  }

  private static List<String> roles(Client user) {
    return user.get("/api/v1/me")
        .is(200)
        .json()
        .get("roles")
        .valueStream()
        .map(role -> role.asString())
        .toList();
  }
}
