package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.tanada.common.id.TanadaId;
import org.tanada.deploy.command.TestCommand;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.shop.ShopClient.Account;
import org.tanada.deploy.shop.ShopClient.Answer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Primaries that hang or stay away, and replicas that are promoted in their place. */
@DisabledIf(value = "org.tanada.e2e.TestRun#brief", disabledReason = TestRun.DRILLED)
class PromotionIT {
  private static final boolean CONTAINERS = TestRun.containers();
  private static final Duration MADE_ANEW = Duration.ofMinutes(3);
  private static final Pattern REFUSED =
      Pattern.compile("(\\d+) acknowledged writes? (?:is|are) not on (mysql-1-[ab]): add --lose");

  @BeforeAll
  static void needOwnSystem() {
    assertThat(FrontDoor.ADDRESS).isNotNull();
    assumeTrue(SystemUnderTest.own(), "only on a system that these tests started themselves");
    FrontDoor.warmUp();
  }

  private static int tanada(String... arguments) throws IOException {
    return SystemUnderTest.tanada(arguments);
  }

  /** What the last command answered to {@code --json}. */
  private static JsonNode json(String... arguments) throws IOException {
    assertThat(tanada(arguments)).as(SystemUnderTest.output()).isZero();
    String answer = SystemUnderTest.output();
    return JsonMapper.builder().build().readTree(answer.substring(answer.indexOf('{')));
  }

  private static String last() throws IOException {
    return SystemUnderTest.output().lines().reduce((first, second) -> second).orElse("");
  }

  private static String role(String node) throws IOException {
    for (JsonNode cluster : json("shards", "--json").get("databases")) {
      for (JsonNode member : cluster.get("members")) {
        if (member.get("node").asString().equals(node)) {
          return member.get("role").asString();
        }
      }
    }
    return "unlisted";
  }

  /** A node that is made anew copies all data first, and starts a database on them. */
  private static void awaitRole(String node, String role) throws Throwable {
    FrontDoor.eventually(MADE_ANEW, () -> assertThat(role(node)).as(node).isEqualTo(role));
  }

  /** Somebody whose rows are in the first cluster. */
  private static Account owner(ShopClient shop) throws IOException {
    Account owner;
    do {
      owner = FrontDoor.somebody(shop, "keeper");
    } while (TanadaId.shard(Long.parseLong(owner.id())) % 2 != 0); // dealt out in turn
    return owner;
  }

  private static Answer draft(ShopClient shop, Account owner, String title) throws IOException {
    return shop.send("POST", "/api/v1/videos", owner.accessToken(), ShopClient.video(title, "", 0));
  }

  @Test
  void aPrimaryThatHangsIsReplacedUnderLoadAndLosesNothing() throws Throwable {
    boolean aLeads = role("mysql-1-a").equals("primary");
    String former = aLeads ? "mysql-1-a" : "mysql-1-b";
    String next = aLeads ? "mysql-1-b" : "mysql-1-a";
    awaitRole(next, "replica");
    try (ShopClient shop = FrontDoor.client()) {
      Account owner = owner(shop);
      AtomicBoolean ended = new AtomicBoolean();
      Queue<String> written = new ConcurrentLinkedQueue<>();
      Thread writer = Thread.ofVirtual().start(() -> write(owner, ended, written));
      FrontDoor.eventually(() -> assertThat(written).hasSizeGreaterThan(5));

      hang(former);
      assertThat(tanada("shards", "promote", "mysql-1", "--yes"))
          .as(SystemUnderTest.output())
          .isZero();

      int before = written.size();
      FrontDoor.eventually(() -> assertThat(written.size()).isGreaterThan(before + 5));
      awaitRole(next, "primary");
      awaitRole(former, "replica");
      ended.set(true);
      writer.join();
      for (String id : written) {
        shop.get("/api/v1/videos/" + id, owner.accessToken()).expect(200);
      }
    }
  }

  private static void hang(String node) throws Exception {
    long pid = 0;
    for (JsonNode seen : json("status", "--json").get("nodes")) {
      pid = seen.get("name").asString().equals(node) ? seen.get("pid").asLong() : pid;
    }
    ProcessBuilder command =
        CONTAINERS
            ? new ProcessBuilder("docker", "pause", TestCommand.PROJECT + "-" + node + "-1")
            : new ProcessBuilder("kill", "-STOP", String.valueOf(pid));
    assertThat(command.start().waitFor()).isZero();
  }

  private static void write(Account owner, AtomicBoolean ended, Queue<String> written) {
    try (ShopClient shop = FrontDoor.client()) {
      while (!ended.get()) {
        try {
          Answer answer = draft(shop, owner, "Draft " + written.size());
          if (answer.status() == 201) { // else it is not known: nobody was told that it is there
            written.add(answer.json().get("id").asString());
          }
        } catch (IOException e) {
          assertThat(e).isNotNull(); // nor by an answer that did not come
        }
      }
    }
  }

  @Test
  void acknowledgedWritesAreLostByTheirNumberAlone() throws Throwable {
    boolean aLeads = role("mysql-1-a").equals("primary");
    String former = aLeads ? "mysql-1-a" : "mysql-1-b";
    String next = aLeads ? "mysql-1-b" : "mysql-1-a";
    awaitRole(next, "replica");
    try (ShopClient shop = FrontDoor.client()) {
      Account owner = owner(shop);
      assertThat(tanada("stop", next)).isZero();
      for (int i = 0; i < 3; i++) {
        draft(shop, owner, "To be lost " + i).expect(201);
      }
      assertThat(tanada("stop", former)).isZero();
      Thread starting = Thread.ofVirtual().start(() -> start(next)); // it waits for its primary
      try {
        FrontDoor.eventually(() -> {
          assertThat(tanada("shards", "promote", "mysql-1", "--yes")).isEqualTo(1);
          assertThat(last()).containsPattern(REFUSED);
        });
        Matcher refused = REFUSED.matcher(last());
        assertThat(refused.find()).isTrue();
        int lost = Integer.parseInt(refused.group(1));
        assertThat(lost).isGreaterThanOrEqualTo(3);
        assertThat(tanada("shards", "promote", "mysql-1", "--yes", "--lose", "" + (lost - 1)))
            .isEqualTo(1);
        assertThat(tanada("shards", "promote", "mysql-1", "--yes", "--lose", "" + lost))
            .as(SystemUnderTest.output())
            .isZero();
      } finally {
        starting.join();
      }
      awaitRole(next, "primary");
      FrontDoor.eventually(() -> draft(shop, owner, "Kept").expect(201));

      // it has what nobody else has: it is made anew
      assertThat(tanada("start", former)).as(SystemUnderTest.output()).isZero();
      awaitRole(former, "replica");
      assertThat(tanada("logs", CONTAINERS ? former : "supervisor", "-n", "100")).isZero();
      assertThat(SystemUnderTest.output())
          .contains(former + ": has transactions that " + next + " lacks");
    }
  }

  /** Neither a new container nor a start of everything makes the former primary one again. */
  @Test
  void whoWasPromotedStaysThePrimary() throws Throwable {
    boolean aLeads = role("mysql-2-a").equals("primary");
    String former = aLeads ? "mysql-2-a" : "mysql-2-b";
    String next = aLeads ? "mysql-2-b" : "mysql-2-a";
    awaitRole(next, "replica");
    assertThat(tanada("shards", "promote", "mysql-2", "--to", next, "--yes"))
        .as(SystemUnderTest.output())
        .isZero();
    awaitRole(former, "replica");

    if (CONTAINERS) {
      for (String node : new String[] {former, next}) {
        assertThat(
                new ProcessBuilder("docker", "rm", "-f", TestCommand.PROJECT + "-" + node + "-1")
                    .start()
                    .waitFor())
            .isZero();
      }
      assertThat(tanada("up", "--no-build")).as(SystemUnderTest.output()).isZero();
    } else {
      assertThat(tanada("restart", next)).as(SystemUnderTest.output()).isZero();
      assertThat(tanada("restart", former)).as(SystemUnderTest.output()).isZero();
    }

    awaitRole(next, "primary");
    awaitRole(former, "replica");
    if (!CONTAINERS) { // no SQL port is published there
      FrontDoor.eventually(
          () -> assertThat(SystemUnderTest.readOnlySql(2, "SELECT @@read_only")).isEqualTo("1"));
    }
  }

  private static void start(String node) {
    try {
      tanada("start", node);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void whatCannotBePromotedIsOneLine() throws IOException {
    assertThat(tanada("shards", "promote", "mysql-9", "--yes")).isEqualTo(1);
    assertThat(last()).contains("there is no cluster \"mysql-9\"");
    assertThat(tanada("shards", "promote", "mysql-1", "--to", "mysql-2-a", "--yes")).isEqualTo(1);
    assertThat(last()).contains("mysql-2-a does not answer as a node of mysql-1");
    assertThat(tanada("shards", "promote", "mysql-1", "--lose", "some", "--yes")).isEqualTo(1);
    assertThat(last()).contains("--lose takes a number of writes, or unknown");
  }
}
