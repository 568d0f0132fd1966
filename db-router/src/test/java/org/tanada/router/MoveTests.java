package org.tanada.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.ShardsContract;
import org.tanada.common.row.ShardsContract.Shard;
import org.tanada.router.move.MoveProbe;
import org.tanada.router.move.MoveProbe.Step;
import org.tanada.router.move.RowId;
import org.tanada.router.move.ShardMoves;

/** Virtual shards move between clusters while they are written and read. */
@Tag("servers")
final class MoveTests {
  /** In the first cluster at the beginning and at the end. */
  private static final int SHARD = 6;

  private static Servers servers;
  private static Router other;
  private static Router mover;

  @BeforeAll
  static void start() {
    servers = Servers.get();
    other = Router.get();
    mover = new Router("router-mover", servers.inventory(servers.everything()), 8);
    mover.awaitReady();
  }

  @AfterEach
  void putBack() {
    probe(MoveProbe.NONE);
    if (place() != 1) {
      move(1);
    }
    mover.shards.clean(new Shard(SHARD));
  }

  @AfterAll
  static void stop() {
    mover.close();
  }

  @Test
  void everyAcknowledgedWriteIsThereOnceAfterMovesUnderLoad() throws Exception {
    int moves = Integer.getInteger("tanada.test.moves", 2);
    int rows = Integer.getInteger("tanada.test.rows", 0); // for measuring: bulk that is copied
    if (rows > 0) {
      servers.one().run(bulk(rows));
    }
    Fences fences = new Fences();
    probe(fences);
    try (MoveLoad load = new MoveLoad(SHARD, List.of(mover, other), 4)) {
      for (int i = 0; i < moves; i++) {
        int from = place();
        int to = from == 1 ? 2 : 1;
        long before = load.written();
        Servers.await("there is load", () -> load.written() > before + 50);

        long began = System.nanoTime();
        move(to);
        System.out.printf(
            "moved to mysql-%d in %d ms%n",
            to, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));

        assertThat(state(from)).isEqualTo("moved");
        assertThat(state(to)).isEqualTo("active");
      }
      long before = load.written();
      Servers.await("there is load", () -> load.written() > before + 50);
      load.stop();
      load.check();
      System.out.printf(
          "%d moves under load, %d writes, fences of %s ms%n",
          moves, load.written(), fences.sorted());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"CHUNK_COPIED", "SNAPSHOTS_OPEN", "VERIFIED", "FENCED"})
  void moverThatDiesBeforeTheEndLeavesTheShardWhereItIsAndAnotherFinishes(Step last)
      throws Exception {
    try (MoveLoad load = new MoveLoad(SHARD, List.of(mover, other), 2)) {
      Servers.await("there is load", () -> load.written() > 20);
      dieAfter(last);
      long before = load.written();
      Servers.await("writes go on", () -> load.written() > before + 20);
      assertThat(place()).isEqualTo(1);

      other.shards.move(new ShardsContract.Move(SHARD, 2));
      awaitPlace(2);

      load.stop();
      load.check();
    }
  }

  /**
   * Patience is for one that does not come on: a long move meets more failures than a short one.
   */
  @Test
  void moveThatComesOnOutlastsItsPatience() throws Exception {
    long owner = Router.id(SHARD);
    for (int i = 0; i < 150; i++) {
      other.commit(owner, Router.video(Router.id(SHARD), "long " + i, "draft"));
    }
    long began = System.nanoTime();
    AtomicInteger broken = new AtomicInteger();
    Duration patience = Duration.ofSeconds(10);
    try (Router patient =
        new Router(
            "router-patient",
            servers.inventory(servers.everything()),
            8,
            Map.of(
                "tanada.router.move.patience",
                patience.toSeconds() + "s",
                "tanada.router.move.chunk-rows",
                "10"))) {
      patient.awaitReady();
      patient
          .context
          .getBean(ShardMoves.class)
          .probe(
              new MoveProbe() {
                @Override
                public void reached(int shard, Step step) {
                  if (step == Step.CHUNK_COPIED) {
                    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1)); // it is a long one
                    broken.addAndGet(endReadersOfTheLog());
                  }
                }
              });

      patient.shards.move(new ShardsContract.Move(SHARD, 2));
      awaitPlace(2);
    }
    assertThat(broken).hasPositiveValue();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(patience);
  }

  private static int endReadersOfTheLog() {
    int ended = 0;
    try (Connection connection = servers.one().connect(); // which may end its own sessions
        Statement statement = connection.createStatement();
        ResultSet readers =
            connection
                .createStatement()
                .executeQuery(
                    "SELECT id FROM information_schema.processlist WHERE user = '%s' AND command LIKE 'Binlog Dump%%'"
                        .formatted(Servers.ACCOUNT))) {
      while (readers.next()) {
        statement.execute("KILL " + readers.getLong(1));
        ended++;
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return ended;
  }

  @Test
  void moverThatDiesBetweenTheTwoPlacesIsFinishedByAnyRouter() throws Exception {
    try (MoveLoad load = new MoveLoad(SHARD, List.of(mover, other), 2)) {
      Servers.await("there is load", () -> load.written() > 20);
      dieAfter(Step.MOVED);
      awaitPlace(2);
      long before = load.written();
      Servers.await("writes go on", () -> load.written() > before + 20);

      load.stop();
      load.check();
    }
  }

  @Test
  void abortedMoveLeavesNothingBehind() throws Exception {
    long id = Router.id(SHARD);
    other.commit(id, Router.user(id, "u" + id));
    Halt halt = new Halt(Step.CHUNK_COPIED);
    probe(halt);
    mover.shards.move(new ShardsContract.Move(SHARD, 2));
    halt.awaitReached();
    ShardsContract.Progress progress = other.shards.list().moves().getFirst();
    assertThat(progress.running()).isTrue();
    assertThat(progress.phase()).isEqualTo("copying");
    assertThat(progress.rowsCopied()).isPositive();

    other.shards.abort(new Shard(SHARD));

    halt.release();
    assertThat(state(2)).isEmpty();
    assertThat(other.shards.list().moves()).isEmpty();
    other.commit(id, Router.update("users", id, 1L, Map.of("bio", "still here")));
    RowsTests.assertProblem(ProblemCode.CONFLICT, () -> other.shards.abort(new Shard(SHARD)));
    assertThat(mover.context.getBean(ShardMoves.class).idle(SHARD)).isTrue();
    assertThat(state(2)).isEmpty(); // it did not begin again
  }

  @Test
  void fenceOfAMoverThatHangsIsLiftedAndItsMoveCannotEndByIt() throws Exception {
    long id = Router.id(SHARD);
    other.commit(id, Router.user(id, "u" + id));
    Halt halt = new Halt(Step.FENCED);
    probe(halt);
    mover.shards.move(new ShardsContract.Move(SHARD, 2));
    halt.awaitReached();

    assertThat(other.find("users", id, Consistency.PRIMARY)).isNotNull();
    other.commit(id, Router.update("users", id, 1L, Map.of("bio", "written while it hung")));
    assertThat(state(1)).isEqualTo("active");

    halt.release();
    awaitPlace(2);
    assertThat(other.find("users", id, Consistency.PRIMARY).values())
        .containsEntry("bio", "written while it hung");
  }

  @Test
  void lostChangeIsFoundBeforeTheFlip() {
    long id = Router.id(SHARD);
    other.commit(id, Router.video(id, "first", "draft"));
    AtomicBoolean losing = new AtomicBoolean(true);
    probe(
        new MoveProbe() {
          @Override
          public void reached(int shard, Step step) {
            if (step == Step.CHUNK_COPIED) {
              servers
                  .one()
                  .run(
                      "UPDATE tanada_06.videos SET version = version + 1, title = 'changed'"
                          + " WHERE id = "
                          + id);
            }
          }

          @Override
          public List<RowId> applying(List<RowId> changed) {
            return losing.get()
                ? changed.stream().filter(row -> !row.table().equals("videos")).toList()
                : changed;
          }
        });

    mover.shards.move(new ShardsContract.Move(SHARD, 2));

    Servers.await(
        "the difference is found",
        () ->
            other.shards.list().moves().stream()
                .anyMatch(move ->
                    String.valueOf(move.error()).contains("differs from the source in videos")));
    assertThat(place()).isEqualTo(1);
    losing.set(false);
    probe(MoveProbe.NONE);
    Servers.await("the mover has ended", () -> !locked());
    move(2); // begins anew
    assertThat(other.find("videos", id, Consistency.PRIMARY).values())
        .containsEntry("title", "changed");
  }

  @Test
  void routerWithAnOldMapFollowsTheTokenToTheNewPlace() throws Exception {
    long id = Router.id(SHARD);
    other.commit(id, Router.user(id, "u" + id));
    try (Router old =
        new Router(
            "router-old-map",
            servers.inventory(servers.databases()),
            8,
            Map.of("tanada.router.relearn-interval", "1h"))) {
      old.awaitReady();
      Servers.await("the row is replicated", () -> old.find("users", id, Consistency.ANY) != null);
      servers.replica().stopApplying();
      try {
        move(2);
        String token =
            other.commit(id, Router.update("users", id, 1L, Map.of("bio", "new"))).token();

        assertThat(old.find("users", id, Consistency.of(token)).version()).isEqualTo(2);
        assertThat(old.commit(id, Router.update("users", id, 2L, Map.of("bio", "newer"))))
            .isNotNull();
      } finally {
        servers.replica().resumeApplying();
      }
    }
  }

  @Test
  void whatCannotBeMovedIsRefused() {
    RowsTests.assertProblem(
        ProblemCode.NOT_FOUND, () -> mover.shards.move(new ShardsContract.Move(8, 2)));
    RowsTests.assertProblem(
        ProblemCode.NOT_FOUND, () -> mover.shards.move(new ShardsContract.Move(SHARD, 9)));
    RowsTests.assertProblem(
        ProblemCode.CONFLICT, () -> mover.shards.move(new ShardsContract.Move(SHARD, 1)));
    RowsTests.assertProblem(ProblemCode.CONFLICT, () -> mover.shards.abort(new Shard(SHARD)));
  }

  private static String bulk(int rows) {
    long first = Router.id(SHARD);
    return "INSERT INTO tanada_06.videos (id, user_id, version, created_at, updated_at, title,"
        + " description) SELECT "
        + first
        + " - 1000000000 + a.n * 1000 + b.n, 1, 1, 0, 0, 'bulk', REPEAT('x', 200) FROM"
        + numbers("a", rows / 1000)
        + " JOIN"
        + numbers("b", 1000);
  }

  private static String numbers(String alias, int count) {
    StringBuilder all = new StringBuilder(" (SELECT 0 AS n");
    for (int i = 1; i < count; i++) {
      all.append(" UNION ALL SELECT ").append(i);
    }
    return all.append(") AS ").append(alias).toString();
  }

  /** The mover ends after the step, once, as if it were killed. */
  private static void dieAfter(Step last) {
    CountDownLatch died = new CountDownLatch(1);
    probe(
        new MoveProbe() {
          @Override
          public void reached(int shard, Step step) {
            if (step == last) {
              died.countDown();
              throw new CrashException();
            }
          }
        });
    mover.shards.move(new ShardsContract.Move(SHARD, 2));
    Servers.await("the mover dies", () -> died.await(20, TimeUnit.MILLISECONDS));
    Servers.await("its lock is free", () -> !locked());
    probe(MoveProbe.NONE);
  }

  private static void move(int to) {
    mover.shards.move(new ShardsContract.Move(SHARD, to));
    awaitPlace(to);
  }

  private static void awaitPlace(int cluster) {
    try {
      Servers.await("the shard is in " + cluster, () -> place() == cluster);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + ": " + other.shards.list().moves(), e);
    }
  }

  /** Where the shard is active; 0 while it is nowhere. */
  private static int place() {
    return other.shards.list().copies().stream()
        .filter(copy -> copy.shard() == SHARD && copy.state().equals("active"))
        .mapToInt(ShardsContract.Copy::cluster)
        .findFirst()
        .orElse(0);
  }

  private static boolean locked() {
    return other.shards.list().moves().stream().anyMatch(ShardsContract.Progress::running);
  }

  /** What the copy in a cluster says; empty if there is none. */
  private static String state(int cluster) throws Exception {
    try (Connection connection = (cluster == 1 ? servers.one() : servers.two()).connect();
        Statement statement = connection.createStatement()) {
      try (ResultSet found =
          statement.executeQuery(
              "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = 'tanada_0"
                  + SHARD
                  + "'")) {
        found.next();
        if (found.getInt(1) == 0) {
          return "";
        }
      }
      try (ResultSet found =
          statement.executeQuery("SELECT state FROM tanada_0" + SHARD + ".shard_state")) {
        found.next();
        return found.getString(1);
      }
    }
  }

  private static void probe(MoveProbe probe) {
    mover.context.getBean(ShardMoves.class).probe(probe);
  }

  /** Holds the mover up at a step, once. */
  private static final class Halt implements MoveProbe {
    private final Step where;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    Halt(Step where) {
      this.where = where;
    }

    @Override
    public void reached(int shard, Step step) {
      if (step == where && reached.getCount() > 0) {
        reached.countDown();
        try {
          released.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }

    void awaitReached() {
      Servers.await("the mover is there", () -> reached.await(20, TimeUnit.MILLISECONDS));
    }

    void release() {
      released.countDown();
    }
  }

  /** How long writes waited. */
  private static final class Fences implements MoveProbe {
    private final List<Long> millis = Collections.synchronizedList(new ArrayList<>());
    private volatile long fencedAt;

    @Override
    public void reached(int shard, Step step) {
      if (step == Step.FENCED) {
        fencedAt = System.nanoTime();
      } else if (step == Step.ACTIVE) {
        millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - fencedAt));
      }
    }

    List<Long> sorted() {
      return millis.stream().sorted().toList();
    }
  }
}
