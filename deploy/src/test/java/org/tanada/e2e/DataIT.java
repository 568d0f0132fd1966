package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.id.TanadaId;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.shop.ShopClient.Account;

/** What operators do with the data tier, while its owners write and read. */
@DisabledIf(value = "org.tanada.e2e.TestRun#brief", disabledReason = TestRun.DRILLED)
class DataIT {
  private static final boolean CONTAINERS = TestRun.containers();

  @BeforeAll
  static void needOwnSystem() {
    assertThat(FrontDoor.ADDRESS).isNotNull();
    assumeTrue(
        SystemUnderTest.own(),
        "shards are moved only on a system that these tests started themselves");
  }

  private static void tanada(String... arguments) throws IOException {
    assertThat(SystemUnderTest.tanada(arguments)).as(SystemUnderTest.output()).isZero();
  }

  private static void refused(String why, String... arguments) throws IOException {
    assertThat(SystemUnderTest.tanada(arguments)).isEqualTo(1);
    assertThat(SystemUnderTest.output()).contains(why);
  }

  /**
   * A cluster comes, holds a shard for a while, and goes: its owner's requests and token say
   * nothing of it.
   */
  @Test
  void aShardMovesToANewClusterAndBackAndTheClusterGoesWhileItsOwnerWrites() throws Exception {
    FrontDoor.warmUp();
    tanada("shards", "add");
    try (ShopClient shop = FrontDoor.client()) {
      Account owner = FrontDoor.somebody(shop, "mover");
      int shard = TanadaId.shard(Long.parseLong(owner.id()));
      String home = "mysql-" + (shard % 2 + 1); // dealt out in turn
      String goal = "mysql-3";
      AtomicBoolean ended = new AtomicBoolean();
      AtomicInteger written = new AtomicInteger();
      Queue<String> failed = new ConcurrentLinkedQueue<>();
      Thread writer = Thread.ofVirtual().start(() -> write(owner, ended, written, failed));
      try {
        tanada("shards", "move", String.valueOf(shard), "--to", goal);
        assertThat(SystemUnderTest.output()).contains("is in " + goal);
        int there = written.get();
        FrontDoor.eventually(() -> assertThat(written.get()).isGreaterThan(there + 3));
        refused(
            "mysql-3 holds 1 shard: ./tanada shards drain mysql-3 first",
            "shards",
            "remove",
            goal,
            "--yes");
        tanada("shards", "move", String.valueOf(shard), "--to", home);
        int back = written.get();
        FrontDoor.eventually(() -> assertThat(written.get()).isGreaterThan(back + 3));
        tanada("shards", "remove", goal, "--yes");
        int gone = written.get();
        FrontDoor.eventually(() -> assertThat(written.get()).isGreaterThan(gone + 10));
      } catch (Throwable e) {
        throw new AssertionError("after " + written + " writes, of which failed: " + failed, e);
      } finally {
        ended.set(true);
        writer.join();
      }

      assertThat(failed).isEmpty();
      tanada("shards");
      assertThat(SystemUnderTest.output()).containsPattern("mysql-1 has [0-9]+ shards");
      refused("there is no cluster \"mysql-3\"", "shards", "remove", goal, "--yes");
    }
    tanada("shards", "add"); // it finds its data again, and what it says it had is not believed
    tanada("shards", "remove", "mysql-3", "--yes", "--purge");
    assertThat(SystemUnderTest.output()).contains("mysql-3 is gone, and so are its data");
  }

  /** Makes drafts, and looks whether each is there for who made it. */
  private static void write(
      Account owner, AtomicBoolean ended, AtomicInteger written, Queue<String> failed) {
    try (ShopClient shop = FrontDoor.client()) {
      String[] seen = {}; // where the owner's writes have been, from cluster to cluster
      while (!ended.get()) {
        String title = "Draft " + written.get();
        ShopClient.Answer made = draft(shop, owner, title, seen).expect(201);
        String token = made.header(TanadaHeaders.CONSISTENCY);
        seen = token == null ? seen : new String[] {TanadaHeaders.CONSISTENCY, token};
        String id = made.json().get("id").asString();
        String list =
            shop.get("/api/v1/videos?limit=1&owner=" + owner.id(), owner.accessToken(), seen)
                .expect(200)
                .body();
        if (!list.contains("\"" + id + "\"")) {
          failed.add(id + " is not the newest of its owner: " + list);
        }
        written.incrementAndGet();
      }
    } catch (IOException | RuntimeException | AssertionError e) {
      failed.add(e.toString());
    }
  }

  /**
   * Clusters that come and go have nginx read its files anew, which closes connections that nothing
   * is asked on at that moment. Whoever asks just then has to ask again (RFC 9112, 9.3.1), as
   * browsers do; a draft more does no harm.
   */
  private static ShopClient.Answer draft(
      ShopClient shop, Account owner, String title, String... seen) throws IOException {
    Map<String, Object> video = ShopClient.video(title, "", 0);
    try {
      return shop.send("POST", "/api/v1/videos", owner.accessToken(), video, seen);
    } catch (IOException closed) {
      return shop.send("POST", "/api/v1/videos", owner.accessToken(), video, seen);
    }
  }

  /** The very lines of docs/operations.md, with the ports and the directory of this system. */
  @Test
  void questionsInSqlAreAnsweredAsTheManualSays() throws Throwable {
    assumeTrue(!CONTAINERS, "no SQL port is published there");
    try (ShopClient shop = FrontDoor.client()) {
      Account owner = FrontDoor.somebody(shop, "asked");
      shop.send("POST", "/api/v1/videos", owner.accessToken(), ShopClient.video("Asked", "", 0))
          .expect(201);
    }
    Path root = Path.of(System.getProperty("tanada.root", "..")).toAbsolutePath().normalize();
    String document = Files.readString(root.resolve("docs/operations.md"));
    int start = document.indexOf("```sh", document.indexOf("### Questions in SQL")) + 5;
    String script =
        document
            .substring(start, document.indexOf("```", start))
            .replace(".tanada/", root.resolve("target/system-test") + "/")
            .replace("9801 9802", "27801 27802");

    FrontDoor.eventually(() -> assertThat(bash(script)).matches("(?s)(\\w+ \\d+ \\d+\\s*)+"));
  }

  private static String bash(String script) {
    try {
      Process bash = new ProcessBuilder("bash", "-ec", script).redirectErrorStream(true).start();
      return new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void parkedEffectsAreShownAndRetried() throws IOException {
    tanada("effects");
    assertThat(SystemUnderTest.output()).contains("no effect is parked");
    tanada("effects", "retry", "--all");
    assertThat(SystemUnderTest.output()).contains("0 effects are tried again");
    assertThat(SystemUnderTest.tanada("effects", "retry", "5")).isEqualTo(1);
    assertThat(SystemUnderTest.output()).contains("no effect 5 is parked");
    assertThat(SystemUnderTest.tanada("effects", "retry")).isEqualTo(1);
    assertThat(SystemUnderTest.output()).contains("say which: ");
  }

  @Test
  void whatCannotBeMovedIsOneLine() throws IOException {
    assertThat(SystemUnderTest.tanada("shards", "move", "5", "--to", "mysql-9")).isEqualTo(1);
    assertThat(SystemUnderTest.tanada("shards", "move", "4095", "--to", "mysql-1")).isEqualTo(1);
    assertThat(SystemUnderTest.tanada("shards", "drain", "oak")).isEqualTo(1);
    assertThat(SystemUnderTest.output()).contains("there is no cluster oak");
    refused("there is no cluster \"mysql-9\"", "shards", "remove", "mysql-9", "--yes");
    refused("mysql-2 holds ", "shards", "remove", "mysql-2", "--yes");
  }
}
