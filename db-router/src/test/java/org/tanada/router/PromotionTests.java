package org.tanada.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.ShardsContract.ClusterState;
import org.tanada.common.row.ShardsContract.MemberState;
import org.tanada.common.row.ShardsContract.Move;
import org.tanada.common.row.ShardsContract.Progress;
import org.tanada.common.row.ShardsContract.Shard;
import org.tanada.common.row.Transaction;
import org.tanada.router.move.MoveProbe;
import org.tanada.router.move.ShardMoves;
import org.tanada.router.topology.Dialect;

/** Another node of a cluster becomes its primary, as {@code ./tanada shards promote} does it. */
@Tag("servers")
final class PromotionTests {
  /** In the first cluster. */
  private static final int SHARD = 2;

  private static Servers servers;
  private static Router router;
  private static Router other;

  @BeforeAll
  static void start() {
    servers = Servers.get();
    other = Router.get();
    router = new Router("router-follower", servers.inventory(servers.everything()), 8);
    router.awaitReady();
    awaitRoles("primary", "replica");
  }

  @AfterEach
  void putBack() {
    if (role(servers.replica()).equals("primary")) {
      servers.one().follow(servers.replica());
      awaitRoles("replica", "primary");
      switchTo(servers.one(), servers.replica());
      servers.replica().follow(servers.one());
    }
    awaitRoles("primary", "replica");
  }

  @AfterAll
  static void stop() {
    router.close();
  }

  @Test
  void replicaWithATransactionOfItsOwnIsSkippedWithinTwoSeconds() throws Exception {
    long id = Router.id(SHARD);
    router.commit(id, Router.user(id, "u" + id));
    boolean mySql = servers.one().dialect().isPosition("00000000-0000-0000-0000-000000000000:1");
    long began = System.nanoTime();
    servers
        .replica()
        .root(mySql ? "SET GLOBAL super_read_only = 0" : "DO 0", "CREATE DATABASE tanada_errant");
    try {
      Servers.await("it is seen", () -> role(servers.replica()).equals("unfit"));

      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
      Servers.await(
          "it is known why", // at first its replication may just stand still
          () ->
              member(servers.replica()).remark().equals("has transactions that its primary lacks"));
      assertThat(router.find("users", id, Consistency.ANY)).isNotNull();
    } finally {
      servers.replica().root("SET SESSION sql_log_bin = 0", "DROP DATABASE tanada_errant");
      servers.replica().forgetErrant();
      servers.replica().writable(false);
    }
    awaitRoles("primary", "replica");
  }

  @Test
  void routersFollowAPromotionUnderLoadAndLoseNothing() throws Exception {
    long early = Router.id(SHARD);
    Transaction.Committed before = router.commit(early, Router.user(early, "u" + early));
    try (MoveLoad load = new MoveLoad(SHARD, List.of(router, other), 4)) {
      Servers.await("there is load", () -> load.written() > 50);

      switchTo(servers.replica(), servers.one());
      long promoted = System.nanoTime();
      long written = load.written();
      Servers.await("it is written to", () -> load.written() > written + 50);
      assertThat(Duration.ofNanos(System.nanoTime() - promoted)).isLessThan(Duration.ofSeconds(5));
      servers.one().follow(servers.replica());
      awaitRoles("replica", "primary");
      assertThat(cluster().term()).isPositive();
      assertThat(servers.replica().dialect().isPosition(cluster().acknowledged())).isTrue();

      switchTo(servers.one(), servers.replica());
      long again = load.written();
      Servers.await("it is written to", () -> load.written() > again + 50);
      servers.replica().follow(servers.one());
      load.stop();
      load.check();
    }
    awaitRoles("primary", "replica");

    // a position of two primaries ago
    assertThat(router.find("users", early, Consistency.of(before.token()))).isNotNull();
    Transaction.Committed after =
        router.commit(early, Router.update("users", early, 1L, Map.of("bio", "after")));
    assertThat(router.find("users", early, Consistency.of(after.token())).version()).isEqualTo(2);
  }

  @Test
  void formerPrimaryThatComesBackWritableIsNotWrittenTo() throws Exception {
    switchTo(servers.replica(), servers.one());
    awaitRole(servers.replica(), "primary");
    servers.one().writable(true);
    try {
      awaitRole(servers.one(), "unfit");
      for (int i = 0; i < 20; i++) {
        long id = Router.id(SHARD);
        router.commit(id, Router.user(id, "u" + id));
        assertThat(has(servers.replica(), id)).isTrue();
        assertThat(has(servers.one(), id)).isFalse();
      }
      Servers.await(
          "it is seen to be writable",
          () -> member(servers.one()).remark().contains("not the only primary"));
    } finally {
      servers.one().writable(false);
    }
  }

  @Test
  void moveWhosePrimaryIsReplacedStopsAndCanBeStartedAgain() throws Exception {
    CountDownLatch copying = new CountDownLatch(1);
    CountDownLatch replaced = new CountDownLatch(1);
    router
        .context
        .getBean(ShardMoves.class)
        .probe(
            new MoveProbe() {
              @Override
              public void reached(int shard, Step step) {
                if (step == Step.CHUNK_COPIED) {
                  copying.countDown();
                  awaitUninterrupted(replaced);
                }
              }
            });
    try (MoveLoad load = new MoveLoad(SHARD, List.of(router, other), 2)) {
      Servers.await("there is load", () -> load.written() > 20);
      router.shards.move(new Move(SHARD, 2));
      Servers.await("it copies", () -> copying.await(20, TimeUnit.MILLISECONDS));

      switchTo(servers.replica(), servers.one());
      servers.one().follow(servers.replica());
      replaced.countDown();
      Servers.await("it says why it stands still", () -> error().contains("another primary now"));

      router.shards.move(new Move(SHARD, 2));
      Servers.await("it is there", () -> active() == 2);
      load.stop();
      load.check();
    } finally {
      router.context.getBean(ShardMoves.class).probe(MoveProbe.NONE);
      replaced.countDown();
      if (active() == 2) {
        router.shards.move(new Move(SHARD, 1));
        Servers.await("it is back", () -> active() == 1);
      }
      router.shards.clean(new Shard(SHARD));
    }
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String error() {
    return router.shards.list().moves().stream()
        .filter(move -> move.shard() == SHARD && !move.running())
        .map(Progress::error)
        .map(String::valueOf)
        .findFirst()
        .orElse("");
  }

  private static int active() {
    return router.shards.list().copies().stream()
        .filter(copy -> copy.shard() == SHARD && copy.state().equals("active"))
        .mapToInt(copy -> copy.cluster())
        .findFirst()
        .orElse(0);
  }

  /** Without loss: the former primary stops, the next one applies all, and begins a term. */
  private static void switchTo(Servers.Database next, Servers.Database former) {
    former.writable(false);
    Servers.await("all is applied", () -> contains(history(next), history(former)));
    next.promote(cluster().term() + 1);
  }

  private static boolean contains(String history, String older) throws Exception {
    return servers.one().dialect().contains(history, older);
  }

  private static String history(Servers.Database node) throws Exception {
    Dialect dialect = node.dialect();
    try (Connection connection = node.connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(dialect.observation())) {
      result.next();
      return result.getString(3).replace("\n", "");
    }
  }

  private static boolean has(Servers.Database node, long user) throws Exception {
    try (Connection connection = node.connect();
        Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery("SELECT 1 FROM tanada_02.users WHERE id = " + user)) {
      return result.next();
    }
  }

  private static ClusterState cluster() {
    return router.shards.clusters().clusters().getFirst();
  }

  private static MemberState member(Servers.Database node) {
    return cluster().members().stream()
        .filter(member -> member.node().equals(node.name))
        .findFirst()
        .orElseThrow();
  }

  private static String role(Servers.Database node) {
    return member(node).role();
  }

  private static void awaitRole(Servers.Database node, String role) {
    Servers.await(node.name + " is " + role, () -> role(node).equals(role));
  }

  private static void awaitRoles(String one, String replica) {
    awaitRole(servers.one(), one);
    awaitRole(servers.replica(), replica);
  }
}
