package org.tanada.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.ShardsContract;
import org.tanada.router.topology.Cluster;
import org.tanada.router.topology.Clusters;
import org.tanada.router.topology.DatabaseNode;
import org.tanada.router.topology.Observation;

/** A cluster that is a group of three MySQL members, as the product makes them; two routers. */
@Tag("servers")
@EnabledIfSystemProperty(
    named = "tanada.test.database",
    matches = "mysql",
    disabledReason = "group replication is MySQL's: profile containers")
@TestMethodOrder(MethodOrderer.MethodName.class)
final class GroupReplicationTests {
  private static final String READ_ONLY = "SELECT @@global.super_read_only";

  private static List<MySqlServers.MySql> members = List.of();
  private static Servers.Database plain;
  private static List<Router> routers = List.of();

  private static final String SLOW = "takes half a minute: give -Dtanada.test.nightly=true";

  @BeforeAll
  static void start() throws Exception {
    Servers servers = Servers.get();
    long began = System.nanoTime();
    members = ((MySqlServers) servers).group(7);
    plain = servers.fresh("plain-2-a");
    StringBuilder inventory = new StringBuilder("mysql-1:\n");
    members.forEach(member -> inventory.append(member.line()));
    inventory.append("mysql-2:\n").append(plain.line());
    routers =
        List.of(
            new Router("group-router-1", servers.inventory(inventory.toString()), 2),
            new Router("group-router-2", servers.inventory(inventory.toString()), 2));
    routers.forEach(Router::awaitReady);
    awaitWhole();
    System.out.printf("a group and two routers, from nothing: %d ms%n", millisSince(began));
  }

  @AfterAll
  static void stop() {
    routers.forEach(Router::close);
    members.forEach(Servers.Database::remove);
    if (plain != null) {
      plain.remove();
    }
  }

  @Test
  void secondariesServeWritersWithTheirTokens() {
    long id = Router.id(0);
    String token = routers.getFirst().commit(id, Router.user(id, "u" + id)).token();

    assertThat(token).contains("7a6ada00-0000-4000-8000-000000000007:");
    assertThat(routers.getLast().find("users", id, Consistency.of(token))).isNotNull();
    Servers.await(
        "both secondaries are seen", () -> cluster(routers.getFirst()).replicas().size() == 2);
  }

  @Test
  void killedPrimaryIsReplacedAndNoAcknowledgedWriteIsLost() throws Exception {
    int kills = Integer.getInteger("tanada.test.kills", 1);
    List<Long> gaps = new ArrayList<>();
    try (FailoverLoad load = new FailoverLoad(routers, 6)) {
      for (int i = 0; i < kills; i++) {
        awaitLoad(load);
        load.longestGapMillis();
        MySqlServers.MySql primary = primary();

        long refused = load.refused();
        primary.kill();
        awaitAnotherThan(primary);
        awaitLoad(load);

        gaps.add(load.longestGapMillis());
        System.out.printf(
            "%d: %s killed, writes again after %d ms, %d refused%n",
            i + 1, primary.name, gaps.getLast(), load.refused() - refused);
        primary.start();
        awaitWhole();
      }
      finish(load, gaps);
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "tanada.test.nightly", matches = "true", disabledReason = SLOW)
  void hungPrimaryIsReplacedAndNoAcknowledgedWriteIsLost() throws Exception {
    List<Long> gaps = new ArrayList<>();
    try (FailoverLoad load = new FailoverLoad(routers, 6)) {
      awaitLoad(load);
      load.longestGapMillis();
      MySqlServers.MySql primary = primary();

      primary.pause();
      try {
        awaitAnotherThan(primary);
        awaitLoad(load);
      } finally {
        primary.unpause();
      }

      gaps.add(load.longestGapMillis());
      System.out.printf("%s hung, writes again after %d ms%n", primary.name, gaps.getLast());
      awaitWhole();
      finish(load, gaps);
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "tanada.test.nightly", matches = "true", disabledReason = SLOW)
  void primaryThatLostMostOfItsGroupTakesNoWrites() throws Exception {
    try (FailoverLoad load = new FailoverLoad(routers, 3)) {
      awaitLoad(load);
      MySqlServers.MySql primary = primary();
      List<MySqlServers.MySql> others =
          members.stream().filter(member -> member != primary).toList();

      others.forEach(MySqlServers.MySql::pause);
      try {
        Servers.await("it is read-only", () -> primary.answer(READ_ONLY).equals("1"));
        Servers.await("it is no primary", () -> cluster(routers.getFirst()).primary().isEmpty());
      } finally {
        others.forEach(MySqlServers.MySql::unpause);
      }

      awaitWhole();
      awaitLoad(load);
      load.stop();
      assertThat(load.lost()).isZero();
    }
  }

  @Test
  void shardMovesFromTheGroupToAPlainClusterAndBack() throws Exception {
    try (MoveLoad load = new MoveLoad(0, routers, 3)) {
      for (int to : List.of(2, 1)) {
        long before = load.written();
        Servers.await("there is load", () -> load.written() > before + 30);
        routers.getLast().shards.move(new ShardsContract.Move(0, to));
        Servers.await("the shard is in " + to, () -> place(0) == to);
      }
      load.stop();
      load.check();
    }
    routers.getFirst().shards.clean(new ShardsContract.Shard(0));
  }

  @Test
  @EnabledIfSystemProperty(named = "tanada.test.nightly", matches = "true", disabledReason = SLOW)
  void groupThatWasDownBeginsAgainOnceAllMembersAreThere() {
    long id = Router.id(0);
    routers.getFirst().commit(id, Router.user(id, "u" + id));
    MySqlServers.MySql late = primary(); // it has what was acknowledged last
    members.forEach(MySqlServers.MySql::kill);

    for (MySqlServers.MySql member : members) {
      if (member != late) {
        member.start();
      }
    }
    for (MySqlServers.MySql member : members) {
      if (member != late) {
        Servers.await(
            member.name + " waits", () -> member.log().contains("waiting for " + late.name + ":"));
      }
    }
    assertThat(cluster(routers.getFirst()).primary()).isEmpty();
    late.start();

    awaitWhole();
    assertThat(routers.getFirst().find("users", id, Consistency.PRIMARY)).isNotNull();
  }

  @Test
  @EnabledIfSystemProperty(named = "tanada.test.nightly", matches = "true", disabledReason = SLOW)
  void memberWithTransactionsOfItsOwnStaysOutUntilAPersonDropsThem() {
    MySqlServers.MySql secondary =
        members.stream().filter(member -> member != primary()).findFirst().orElseThrow();
    secondary.root(
        "STOP GROUP_REPLICATION; SET GLOBAL super_read_only=OFF; CREATE DATABASE errant;"
            + " SET GLOBAL super_read_only=ON");

    Servers.await(
        "it says so",
        () -> secondary.log().contains("transactions that the group does not have: "));
    assertThat(observation(secondary).remark()).startsWith("not in its group");
    secondary.shell("touch /var/lib/mysql/reclone");

    awaitWhole();
    assertThat(secondary.answer("SHOW DATABASES LIKE 'errant'")).isEmpty();
  }

  private static void finish(FailoverLoad load, List<Long> gaps) throws InterruptedException {
    awaitLoad(load);
    load.stop();
    long lost = load.lost();
    Collections.sort(gaps);
    System.out.printf(
        "%d times, %d writes: again after min %d, median %d, max %d ms; refused %d, unread %d, lost"
            + " %d %s%n",
        gaps.size(),
        load.written(),
        gaps.getFirst(),
        gaps.get(gaps.size() / 2),
        gaps.getLast(),
        load.refused(),
        load.unread(),
        lost,
        load.reasons());
    assertThat(lost).isZero();
  }

  /** The routers see one primary and two secondaries that are fit to be read. */
  private static void awaitWhole() {
    try {
      for (Router router : routers) {
        Servers.await(
            "the group is whole",
            Duration.ofMinutes(3),
            () -> cluster(router).primary().isPresent() && cluster(router).replicas().size() == 2);
      }
    } catch (AssertionError e) {
      members.forEach(member -> System.out.println(member.log()));
      throw e;
    }
  }

  private static void awaitLoad(FailoverLoad load) {
    long before = load.written();
    Servers.await("there is load", () -> load.written() > before + 60);
  }

  private static void awaitAnotherThan(MySqlServers.MySql gone) {
    for (Router router : routers) {
      Servers.await(
          "another primary is seen",
          () -> {
            Optional<DatabaseNode> primary = cluster(router).primary();
            return primary.isPresent() && !primary.get().name().equals(gone.name);
          });
    }
  }

  private static MySqlServers.MySql primary() {
    Router router = routers.getFirst();
    Servers.await("a primary is seen", () -> cluster(router).primary().isPresent());
    String name = cluster(router).primary().orElseThrow().name();
    return members.stream().filter(member -> member.name.equals(name)).findFirst().orElseThrow();
  }

  private static Cluster cluster(Router router) {
    return router.context.getBean(Clusters.class).find(1).orElseThrow();
  }

  private static Observation observation(MySqlServers.MySql member) {
    return cluster(routers.getFirst()).nodes().stream()
        .filter(node -> node.name().equals(member.name))
        .findFirst()
        .orElseThrow()
        .observation();
  }

  private static int place(int shard) {
    return routers.getFirst().shards.list().copies().stream()
        .filter(copy -> copy.shard() == shard && copy.state().equals("active"))
        .mapToInt(ShardsContract.Copy::cluster)
        .findFirst()
        .orElse(0);
  }

  private static long millisSince(long began) {
    return (System.nanoTime() - began) / 1_000_000;
  }
}
