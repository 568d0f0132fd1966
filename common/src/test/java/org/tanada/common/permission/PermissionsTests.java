package org.tanada.common.permission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.tanada.common.permission.testing.Endpoints;

class PermissionsTests {
  private final Permissions table =
      Permissions.parse(
          """
          # comments and empty lines are left out

          GET     /videos/{id}      anyone
          GET     /videos/newest    signed-in   # more specific, whatever comes first
          DELETE  /videos/{id}      owner:video moderator
          GET     /admin/**         administrator
          GET     /actuator/health  probe
          POST    /rows             app auth
          GET     /media/{id}       signed-url:edge
          *       /error            nobody
          """);

  @Test
  void mostSpecificRuleCounts() {
    assertThat(rule("GET", "/videos/7").who()).containsExactly(Who.ANYONE);
    assertThat(rule("HEAD", "/videos/7").who()).containsExactly(Who.ANYONE);
    assertThat(rule("GET", "/videos/newest").who()).containsExactly(Who.SIGNED_IN);
    assertThat(rule("DELETE", "/videos/7").thing()).isEqualTo("video");
    assertThat(rule("DELETE", "/videos/7").who())
        .containsExactlyInAnyOrder(Who.OWNER, Who.MODERATOR);
    assertThat(rule("GET", "/admin/users/7/x").byRole()).isTrue();
    assertThat(rule("PATCH", "/error").admits(Who.NOBODY)).isTrue();
  }

  @Test
  void everyServiceIsLetInWhereATableNamesIt() {
    assertThat(rule("POST", "/rows").services())
        .containsExactlyInAnyOrder(ServiceName.APP, ServiceName.AUTH);
    assertThat(rule("POST", "/rows").admits(ServiceName.EDGE)).isFalse();
    assertThat(rule("POST", "/rows").admits((ServiceName) null)).isFalse();
    assertThat(rule("GET", "/media/7").services()).containsExactly(ServiceName.EDGE);
    assertThat(rule("GET", "/videos/7").services()).containsExactly(ServiceName.LB);
    assertThat(rule("GET", "/actuator/health").admits((ServiceName) null)).isTrue();
    assertThat(rule("GET", "/error").admits(ServiceName.LB)).isFalse();
  }

  @Test
  void whatNoRuleIsAboutIsFoundByNone() {
    assertThat(table.find("POST", "/videos/7")).isNull();
    assertThat(table.find("GET", "/videos")).isNull();
    assertThat(table.find("GET", "/videos/7/")).isNull();
    assertThat(table.methods("/videos/7")).containsExactlyInAnyOrder("GET", "DELETE");
    assertThat(table.methods("/error")).isEmpty();
  }

  @Test
  void probesAreComparedAsTheyWereSent() {
    assertThat(table.probe("GET", "/actuator/health")).isTrue();
    assertThat(table.probe("POST", "/actuator/health")).isFalse();
    assertThat(table.probe("GET", "/actuator/%68ealth")).isFalse();
    assertThat(table.probe("GET", "/videos/newest")).isFalse();
  }

  @Test
  void wrongLinesStopTheStart() {
    for (String line :
        new String[] {
          "GET /x",
          "GET x anyone",
          "GET /x somebody",
          "GET /x owner",
          "GET /x service",
          "GET /x signed-url",
          "GET /x signed-url:x",
          "GET /x anyone\nGET /x probe"
        }) {
      assertThatThrownBy(() -> Permissions.parse(line))
          .as(line)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void tableThatLacksAnEndpointOrHasOneTooManyFailsItsCheck() {
    Permissions two = Permissions.parse("GET /a anyone\nPOST /b app");

    Endpoints.check(two, Set.of("GET /a", "POST /b"));
    assertThatThrownBy(() -> Endpoints.check(two, Set.of("GET /a", "POST /b", "GET /c")))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("GET /c");
    assertThatThrownBy(() -> Endpoints.check(two, Set.of("GET /a")))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("POST /b");
  }

  private Rule rule(String method, String path) {
    Rule found = table.find(method, path);
    assertThat(found).isNotNull();
    return found;
  }
}
