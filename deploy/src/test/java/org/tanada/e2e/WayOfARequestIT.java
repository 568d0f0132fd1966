package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tanada.common.timing.ServerTiming;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.shop.ShopClient.Account;
import org.tanada.deploy.shop.ShopClient.Answer;

/** Every answer tells its way. */
class WayOfARequestIT {
  private static ShopClient shop;
  private static Account user;

  @BeforeAll
  static void signUp() throws IOException {
    shop = FrontDoor.client();
    user = FrontDoor.somebody(shop, "wanda");
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @Test
  void aPageThatMissesNamesEveryTierItPassed() throws IOException {
    Answer miss = shop.get("/users/" + user.id(), null).expect(200);

    assertThat(tiers(miss)).containsSubsequence("edge", "lb", "app", "db");
    assertThat(miss.header("Cache-Status")).matches("tanada-[a-z0-9-]+; ?fwd=.*");
  }

  @Test
  void aPageThatHitsNamesTheEdgeAlone() throws Throwable {
    String path = "/problems/not-found";
    shop.get(path, null).expect(200);
    FrontDoor.eventually(() -> {
      Answer hit = shop.get(path, null).expect(200);
      assertThat(hit.header("Cache-Status")).contains("; hit");
      assertThat(hit.header("Age")).isNotNull();
      assertThat(tiers(hit)).containsExactly("edge");
    });
  }

  @Test
  void anApiCallNamesGatewayAppAndData() throws IOException {
    // a list that nobody has asked for lately: others come from the app server's RAM
    int limit = ThreadLocalRandom.current().nextInt(20, 100);
    Answer answer = shop.get("/api/v1/videos?limit=" + limit, null).expect(200);

    assertThat(tiers(answer)).containsExactly("lb", "app", "db");
    assertThat(answer.header("Cache-Status")).isNull();
  }

  @Test
  void signingInNamesTheAuthService() throws IOException {
    Answer answer =
        shop.send(
                "POST",
                "/api/v1/tokens",
                null,
                Map.of(
                    "grantType", "password", "email", user.email(), "password", FrontDoor.PASSWORD))
            .expect(201);

    assertThat(tiers(answer)).contains("lb", "app", "auth");
  }

  @Test
  void theAppServersTakeTurns() throws IOException {
    Set<String> nodes = new TreeSet<>();
    for (int i = 0; i < 12; i++) {
      nodes.add(shop.get("/api/v1/videos?limit=1", null).expect(200).header("Tanada-Node"));
    }

    Answer health = shop.get("/api/v1/health", null).expect(200);
    assertThat(health.header("Tanada-Node")).startsWith("app-");
    int expected = Integer.getInteger("tanada.apps", 2);
    assertThat(nodes).hasSize(expected);
  }

  @Test
  void theTraceOfTheClientIsContinued() throws IOException {
    String trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    Answer answer =
        shop.get(
                "/api/v1/videos?limit=1",
                null,
                "traceparent",
                "00-" + trace + "-00f067aa0ba902b7-01")
            .expect(200);

    assertThat(answer.header("traceparent"))
        .startsWith("00-" + trace + "-")
        .doesNotContain("00f067aa0ba902b7");
  }

  @Test
  void internalHeadersNeverLeaveTheFrontDoor() throws IOException {
    for (String path : List.of("/", "/api/v1/videos", "/problems/not-found")) {
      Answer answer = shop.get(path, null, "Tanada-Service-Credential", "guess").expect(200);
      assertThat(answer.headers())
          .doesNotContainKeys("tanada-service-credential", "tanada-cache-control");
    }
  }

  private static List<String> tiers(Answer answer) {
    String header = answer.header("Server-Timing");
    assertThat(header).as("Server-Timing of %s", answer.request()).isNotNull();
    List<ServerTiming.Entry> entries =
        ServerTiming.parse(String.join(", ", answer.headers().get("server-timing")));
    assertThat(entries).allSatisfy(entry -> assertThat(entry.description()).isNotBlank());
    return entries.stream().map(ServerTiming.Entry::name).toList();
  }
}
