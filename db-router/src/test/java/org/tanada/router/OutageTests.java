package org.tanada.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.RowKey;
import org.tanada.common.row.RowsContract;
import org.tanada.router.topology.Cluster;
import org.tanada.router.topology.Clusters;
import org.tanada.router.topology.DatabaseNode;

/**
 * What is out of reach is named, fails soon, and is nobody else's trouble. A router with few
 * connections and little patience over two clusters of its own: even shards lie in the first.
 */
@Tag("servers")
@DisabledIfSystemProperty(
    named = "tanada.test.database",
    matches = "mysql",
    disabledReason = "the router's patience, pools and words are the same: shown on MariaDB")
final class OutageTests {
  private static final Duration SOON =
      Duration.ofSeconds(40); // the patience of a write is 9 s, on a machine of its own

  private static Servers.Database one;
  private static Servers.Database two;
  private static Router router;

  @BeforeAll
  static void start() throws Exception {
    Servers servers = Servers.get();
    one = servers.fresh("outage-1-a");
    two = servers.fresh("outage-2-a");
    router =
        new Router(
            "outage-router",
            servers.inventory("mysql-1:\n" + one.line() + "mysql-2:\n" + two.line()),
            4,
            Map.of(
                "tanada.router.database.pool-size", 4,
                "tanada.router.database.acquire-timeout", "500ms",
                "tanada.router.database.read-timeout", "1500ms",
                "tanada.router.database.silence", "3s"));
    router.awaitReady();
  }

  @AfterAll
  static void stop() {
    router.close();
    one.remove();
    two.remove();
  }

  @Test
  void oneClusterThatIsDownIsNoticedByItsOwnersOnly() throws Exception {
    long here = Router.id(0);
    long away = Router.id(1);
    long nobody = Router.id(0);
    router.commit(here, Router.user(here, "u" + here), Router.video(here, "here", "down"));
    router.commit(away, Router.user(away, "u" + away), Router.video(away, "away", "down"));
    List<RowKey> keys =
        List.of(new RowKey("users", away), new RowKey("users", here), new RowKey("users", nobody));
    two.kill();
    try {
      assertOut(1, () -> router.find("users", away, Consistency.ANY));
      assertOut(1, () -> router.commit(away, Router.update("users", away, null, Map.of())));
      assertThat(router.find("users", here, Consistency.PRIMARY)).isNotNull();
      router.commit(here, Router.update("users", here, null, Map.of("bio", "goes on")));

      assertOut(1, () -> router.rows.read(new RowsContract.Read(keys, Consistency.ANY)));
      RowsContract.Found found =
          router.rows.read(new RowsContract.Read(keys, Consistency.ANY, true));
      assertThat(found.failed()).containsExactly(keys.getFirst());
      assertThat(found.rows().get(0)).isNull();
      assertThat(found.rows().get(1).id()).isEqualTo(here);
      assertThat(found.rows().get(2)).isNull(); // and not among the failed: there is no such row

      assertOut(1, () -> newest(null));
      RowsContract.Page page = newest(true);
      assertThat(page.missing()).containsExactly(1, 3);
      assertThat(page.rows()).extracting(row -> row.id()).containsExactly(here);
    } finally {
      two.start();
      two.awaitUp();
      router.awaitReady();
    }
    Servers.await("all is read again", () -> newest(null).rows().size() == 2);
    assertThat(newest(true).missing()).isEmpty();
    assertThat(router.rows.read(new RowsContract.Read(keys, Consistency.ANY, true)).failed())
        .isEmpty();
  }

  @Test
  void aStatementThatIsTooSlowFailsAloneAndWithinItsTime() throws Exception {
    long slow = Router.id(0);
    long quick = Router.id(2);
    router.commit(slow, Router.user(slow, "u" + slow), Router.video(slow, "slow", "draft"));
    router.commit(quick, Router.user(quick, "u" + quick));
    try (Connection locks = one.connect();
        ExecutorService threads = Executors.newFixedThreadPool(1)) {
      Servers.Database.run(locks, "LOCK TABLES tanada_00.videos WRITE");

      Future<?> waiting =
          threads.submit(
              () -> assertOut(0, () -> router.find("videos", slow, Consistency.PRIMARY)));
      int reads = 0;
      while (!waiting.isDone()) {
        assertThat(router.find("users", quick, Consistency.PRIMARY)).isNotNull();
        reads++;
      }
      waiting.get();
      assertThat(reads).isPositive();
      assertOut(0, () -> router.commit(slow, Router.update("videos", slow, null, Map.of())));
    }
    Servers.await(
        "it is read again", () -> router.find("videos", slow, Consistency.PRIMARY) != null);
  }

  @Test
  void aPoolThatIsUsedUpShedsAtOnceAndTheOtherClusterDoesNotNotice() throws Exception {
    long stuck = Router.id(0);
    long fine = Router.id(1);
    router.commit(stuck, Router.video(stuck, "stuck", "draft"));
    router.commit(fine, Router.video(fine, "fine", "draft"));
    try (Connection locks = one.connect();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Servers.Database.run(locks, "LOCK TABLES tanada_00.videos WRITE");

      List<Future<Duration>> all = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        boolean write = i % 2 == 0;
        all.add(
            threads.submit(() -> {
              long began = System.nanoTime();
              assertOut(
                  0,
                  () -> {
                    if (write) {
                      router.commit(stuck, Router.update("videos", stuck, null, Map.of()));
                    } else {
                      router.find("videos", stuck, Consistency.PRIMARY);
                    }
                  });
              return Duration.ofNanos(System.nanoTime() - began);
            }));
      }
      int unaffected = 0;
      while (!all.stream().allMatch(Future::isDone)) {
        assertThat(router.find("videos", fine, Consistency.PRIMARY)).isNotNull();
        router.commit(fine, Router.update("videos", fine, null, Map.of("title", "fine")));
        unaffected++;
      }
      assertThat(unaffected).isPositive();
      for (Future<Duration> one : all) {
        assertThat(one.get()).isLessThan(SOON);
      }
    }
    Servers.await(
        "it is read again", () -> router.find("videos", stuck, Consistency.PRIMARY) != null);
    router.commit(stuck, Router.update("videos", stuck, null, Map.of("title", "again")));
  }

  /** As a database sees one whose network was cut: it says nothing more, and does not leave. */
  @Test
  void aSessionThatFellSilentInATransactionGivesItsLocksBack() throws Exception {
    long owner = Router.id(0);
    router.commit(owner, Router.user(owner, "u" + owner));
    DatabaseNode primary =
        router.context.getBean(Clusters.class).find(1).flatMap(Cluster::primary).orElseThrow();
    try (Connection silent = primary.connect()) {
      silent.setAutoCommit(false);
      Servers.Database.run(
          silent, "UPDATE tanada_00.users SET bio = 'never kept' WHERE id = " + owner);

      Servers.await(
          "the lock is free",
          () -> {
            try {
              router.commit(owner, Router.update("users", owner, null, Map.of("bio", "kept")));
              return true;
            } catch (ProblemException e) {
              assertThat(e.code()).as(e.getMessage()).isEqualTo(ProblemCode.UNAVAILABLE);
              return false;
            }
          });

      assertThatThrownBy(silent::commit).isInstanceOf(SQLException.class);
    }
    assertThat(router.find("users", owner, Consistency.PRIMARY).values())
        .containsEntry("bio", "kept");
  }

  private static RowsContract.Page newest(Boolean partial) {
    return router.rows.list(
        new RowsContract.ListRows(
            "videos", null, Map.of("state", "down"), 10, null, Consistency.PRIMARY, partial));
  }

  private static void assertOut(int shard, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.code()).as(e.getMessage()).isEqualTo(ProblemCode.UNAVAILABLE);
              assertThat(e.shard()).as(e.getMessage()).isEqualTo(shard);
              assertThat(e.getMessage()).contains("virtual shard " + shard);
            });
  }
}
