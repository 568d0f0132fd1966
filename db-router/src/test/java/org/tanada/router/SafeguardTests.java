package org.tanada.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.tanada.common.history.FinalState;
import org.tanada.common.history.HistoryChecker;
import org.tanada.common.history.RowLoad;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.ShardsContract;
import org.tanada.router.safeguard.Safeguard;
import org.tanada.router.safeguard.Safeguards;

/**
 * The checker of histories is awake: with all safeguards it finds nothing, and without any one of
 * them it finds the promise that this one keeps. The seed of a run is printed.
 */
@Tag("servers")
final class SafeguardTests {
  private static final List<Integer> SHARDS = List.of(0, 1, 2, 6);
  private static final Duration STALENESS = Duration.ofSeconds(3);

  /**
   * What is promised when memcached fails: the life of rows, here 2 s, and the greatest lag of a
   * replica, 5 s, with what a busy machine takes to notice it.
   */
  private static final Duration OLDEST = Duration.ofSeconds(12);

  /**
   * Where lost writes are looked for: the search must not end with a read that a busy machine held
   * up.
   */
  private static final Duration ANY_AGE = Duration.ofHours(1);

  /** Some with tokens, which make the cache mend itself, and some without. */
  private static final Load MIXED = new Load(8, 6, Duration.ofMillis(1), STALENESS);

  /** Nobody has a token, so that what is wrong in the cache stays there. */
  private static final Load WITHOUT_TOKENS = new Load(8, 0, Duration.ofMillis(1), STALENESS);

  private static final Duration LONGEST = Duration.ofSeconds(60);

  /** Why what is not about databases is shown on one dialect. */
  private static final String ONCE =
      "that the checker notices is shown on MariaDB; on MySQL it checks that nothing is wrong";

  private static Servers servers;

  private static final Map<String, List<Router>> made = new HashMap<>();

  private List<Router> routers = List.of();

  @BeforeAll
  static void start() {
    servers = Servers.get();
    Router.get(); // the shards are born
  }

  @AfterEach
  void giveBack() {
    for (Safeguard safeguard : Safeguard.values()) {
      routers.forEach(router -> safeguards(router).with(safeguard));
    }
  }

  @AfterAll
  static void stop() {
    made.values().forEach(routers -> routers.forEach(Router::close));
    made.clear();
  }

  @Test
  void withAllOfThemNothingIsFound() throws Exception {
    routers(servers.everything(), Map.of());
    try (RowLoad load = load(MIXED)) {
      load.start();
      lagBehind();
      moveThereAndBack(6);
      assertThat(broken(load, STALENESS)).isEmpty();
      System.out.println("with all safeguards: " + load.history().figures());
    }
  }

  /**
   * A memcached that hangs misses tombstones. Whoever has a token notices; who has none reads old
   * rows as long as rows are kept, and behind the greatest lag of a replica, but no longer.
   */
  @Test
  @DisabledIfSystemProperty(
      named = "tanada.test.database",
      matches = "mysql",
      disabledReason = ONCE)
  void whatAMemcachedMissesIsForgottenWithTheLifeOfRows() throws Exception {
    routers(servers.everything(), Map.of("tanada.router.cache.row-life", "2s"));
    try (RowLoad load = load(MIXED)) {
      load.start();
      servers.memcached().forEach(SafeguardTests::sleepThrough);
      LockSupport.parkNanos(OLDEST.toNanos() + 3_000_000_000L); // else nothing could be too old
      assertThat(broken(load, OLDEST)).isEmpty();
    }
  }

  @Test
  @DisabledIfSystemProperty(
      named = "tanada.test.database",
      matches = "mysql",
      disabledReason = ONCE)
  void withoutIdempotencyARepeatedWriteIsDoneTwice() throws Exception {
    routers(servers.everything(), Map.of());
    without(Safeguard.IDEMPOTENCY);
    assertThat(findings(WITHOUT_TOKENS, () -> {}))
        .anyMatch(line -> line.startsWith("a write was done twice"));
  }

  @Test
  @DisabledIfSystemProperty(
      named = "tanada.test.database",
      matches = "mysql",
      disabledReason = ONCE)
  void withoutTheTokenWaitOwnWritesAreNotRead() throws Exception {
    routers(servers.databases(), Map.of()); // with a cache they would mostly be found there
    without(Safeguard.TOKEN_WAIT);
    assertThat(findings(MIXED, SafeguardTests::lagBehind))
        .anyMatch(line -> line.startsWith("a reader with a token did not find what it names"));
  }

  @Test
  @DisabledIfSystemProperty(
      named = "tanada.test.database",
      matches = "mysql",
      disabledReason = ONCE)
  void withoutTombstonesTheCacheIsTooOld() throws Exception {
    routers(servers.everything(), Map.of());
    without(Safeguard.TOMBSTONES);
    assertThat(findings(WITHOUT_TOKENS, () -> {}))
        .anyMatch(line -> line.startsWith("a reader without a token found what is too old"));
  }

  /**
   * A reader asks a replica that hangs, and gets an old row when it goes on; meanwhile a newer one
   * has come into the cache. Rows expire soon, so that there are such readers; and clients are many
   * and slow, so that some are left that write while others wait for the replica.
   */
  @Test
  @EnabledIfSystemProperty(
      named = "tanada.test.nightly",
      matches = "true",
      disabledReason = "may take a minute: give -Dtanada.test.nightly=true")
  void withoutComparingVersionsTheCacheGoesBack() throws Exception {
    routers(servers.everything(), Map.of("tanada.router.cache.row-life", "4s"));
    without(Safeguard.FILL_ONLY_NEWER);
    assertThat(
            findings(
                new Load(60, 0, Duration.ofMillis(400), Duration.ofMillis(500)),
                SafeguardTests::hangReplica))
        .anyMatch(line -> line.startsWith("a reader without a token found what is too old"));
  }

  @Test
  @DisabledIfSystemProperty(
      named = "tanada.test.database",
      matches = "mysql",
      disabledReason = ONCE)
  void withoutOriginsARowThatAMemcachedBringsBackIsGivenToWhoHasSeenANewerOne() throws Exception {
    routers(servers.everything(), Map.of());
    without(Safeguard.ORIGINS);
    assertThat(findings(MIXED, () -> servers.memcached().forEach(SafeguardTests::sleepThrough)))
        .anyMatch(line -> line.startsWith("a reader with a token did not find what it names"));
  }

  @Test
  @DisabledIfSystemProperty(
      named = "tanada.test.database",
      matches = "mysql",
      disabledReason = ONCE)
  void withoutComparingHistoriesWhatNobodyWroteIsRead() throws Exception {
    routers(servers.databases(), Map.of()); // without a cache, so that replicas are read
    without(Safeguard.ERRANT_CHECK);
    boolean mySql = servers.one().dialect().isPosition("00000000-0000-0000-0000-000000000000:1");
    try {
      assertThat(
              findings(
                  MIXED,
                  () ->
                      servers
                          .replica()
                          .root(
                              mySql ? "SET GLOBAL super_read_only = 0" : "DO 0",
                              "UPDATE tanada_00.videos SET title = 'errant' WHERE state = 'drill'")))
          .anyMatch(line -> line.startsWith("something was read that nobody had written"));
    } finally {
      servers.replica().forgetErrant();
      servers.replica().writable(false);
    }
  }

  /** So few writes that the mover's own comparison of both sides seldom meets one. */
  @Test
  @DisabledIfSystemProperty(
      named = "tanada.test.database",
      matches = "mysql",
      disabledReason = ONCE)
  void withoutTheFenceWritesAreLostInAMove() throws Exception {
    routers(servers.everything(), Map.of());
    without(Safeguard.FENCE);
    try {
      assertThat(
              findings(new Load(2, 1, Duration.ofMillis(100), ANY_AGE), () -> moveThereAndBack(6)))
          .anyMatch(line ->
              line.startsWith("an acknowledged write was lost")
                  || line.startsWith("the primary went back")
                  || line.startsWith("money was made or lost")
                  || line.startsWith("one version had two values"));
    } finally {
      routers.forEach(router -> safeguards(router).with(Safeguard.FENCE));
      if (place(6) != 1) {
        move(6, 1);
      }
      Router.get().shards.clean(new ShardsContract.Shard(6));
    }
  }

  /**
   * What a load is like.
   *
   * @param withTokens how many of the clients have tokens
   * @param staleness how old a read without one may be
   */
  private record Load(int clients, int withTokens, Duration pause, Duration staleness) {}

  /** Two routers of that kind, made at the first call. */
  private void routers(String inventory, Map<String, Object> properties) {
    routers =
        made.computeIfAbsent(
            inventory + properties,
            key -> {
              List<Router> both = new ArrayList<>();
              for (int i = 1; i <= 2; i++) {
                Router router =
                    new Router("router-checked-" + i, servers.inventory(inventory), 8, properties);
                both.add(router);
                router.awaitReady();
              }
              return both;
            });
  }

  private void without(Safeguard safeguard) {
    routers.forEach(router -> safeguards(router).without(safeguard));
  }

  private static Safeguards safeguards(Router router) {
    return router.context.getBean(Safeguards.class);
  }

  private RowLoad load(Load load) {
    long seed = Long.getLong("tanada.test.seed", System.nanoTime());
    System.out.println("seed " + seed);
    List<RowsContract> contracts = routers.stream().map(router -> router.rows).toList();
    return new RowLoad(
        new RowLoad.Settings(
            seed, SHARDS, load.clients(), load.withTokens(), load.pause(), Duration.ofSeconds(20)),
        () -> contracts);
  }

  /** Runs loads and what disturbs them until the checker finds something, or the time is over. */
  private List<String> findings(Load settings, Disturbance disturbance) throws Exception {
    long end = System.nanoTime() + LONGEST.toNanos();
    List<String> broken = List.of();
    while (broken.isEmpty() && System.nanoTime() < end) {
      try (RowLoad load = load(settings)) {
        load.start();
        long until = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        do {
          disturbance.run();
          LockSupport.parkNanos(200_000_000);
        } while (System.nanoTime() < until);
        broken = broken(load, settings.staleness());
      }
    }
    System.out.println("found: " + broken);
    return broken;
  }

  private static List<String> broken(RowLoad load, Duration staleness) {
    FinalState state = load.finish(Duration.ofSeconds(5));
    return new HistoryChecker(staleness).check(load.history().operations(), state);
  }

  private interface Disturbance {
    void run() throws Exception;
  }

  /** Hangs for a while, as seen from its clients, and then goes on with what it had. */
  private static void sleepThrough(Servers.Memcached memcached) {
    memcached.hang();
    LockSupport.parkNanos(1_500_000_000);
    memcached.resume();
  }

  private static void hangReplica() {
    servers.replica().hang();
    LockSupport.parkNanos(2_000_000_000);
    servers.replica().resume();
  }

  private static void lagBehind() {
    servers.replica().stopApplying();
    LockSupport.parkNanos(700_000_000);
    servers.replica().resumeApplying();
  }

  private static void moveThereAndBack(int shard) {
    move(shard, 2);
    move(shard, 1);
    Router.get().shards.clean(new ShardsContract.Shard(shard));
  }

  /** A move without a fence may find its own copy spoilt: it is begun again. */
  private static void move(int shard, int to) {
    Servers.await(
        "shard " + shard + " is in mysql-" + to,
        () -> {
          if (place(shard) != to && !moving(shard)) {
            Router.get().shards.move(new ShardsContract.Move(shard, to));
          }
          return place(shard) == to;
        });
  }

  private static boolean moving(int shard) {
    return Router.get().shards.list().moves().stream()
        .anyMatch(move -> move.shard() == shard && move.running());
  }

  private static int place(int shard) {
    return Router.get().shards.list().copies().stream()
        .filter(copy -> copy.shard() == shard && copy.state().equals("active"))
        .mapToInt(ShardsContract.Copy::cluster)
        .findFirst()
        .orElse(0);
  }
}
