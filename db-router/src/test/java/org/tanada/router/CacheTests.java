package org.tanada.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.Row;
import org.tanada.common.row.RowKey;
import org.tanada.common.row.RowsContract;
import org.tanada.router.cache.RowCache;
import org.tanada.router.cache.ServedRow;
import org.tanada.router.safeguard.Safeguard;
import org.tanada.router.safeguard.Safeguards;

/** The row cache on real memcached nodes. */
@Tag("servers")
final class CacheTests {
  private static Router router;
  private static RowCache cache;

  @BeforeAll
  static void start() {
    router = Router.get();
    cache = router.context.getBean(RowCache.class);
  }

  @Test
  void committedRowIsServedFromTheCache() {
    long id = Router.id(2);
    Row row = router.commit(id, Router.user(id, "u" + id)).rows().getFirst();

    assertThat(router.find("users", id, Consistency.ANY)).isEqualTo(row);
    assertThat(timing(id, Consistency.ANY)).contains("cache hit");
    assertThat(timing(id, Consistency.PRIMARY)).contains("mysql-1-a").doesNotContain("cache");
  }

  @Test
  void cachedRowFromBeforeWhatAReaderHasSeenIsNotTaken() {
    long id = Router.id(2);
    long other = Router.id(0); // of the same cluster
    String token = router.commit(id, Router.user(id, "u" + id)).token();
    assertThat(timing(id, Consistency.of(token))).contains("cache hit");

    String later = router.commit(other, Router.user(other, "u" + other)).token();

    assertThat(timing(id, Consistency.of(token))).contains("cache hit");
    assertThat(timing(id, Consistency.of(later))).doesNotContain("cache").contains("shard 2");
    assertThat(timing(id, Consistency.of(later))).contains("cache hit"); // it was read anew
  }

  @Test
  void oldRowThatAMemcachedBringsBackIsNotGivenToWhoHasSeenANewerOne() {
    long id = Router.id(2);
    RowKey key = new RowKey("users", id);
    Row old = router.commit(id, Router.user(id, "u" + id)).rows().getFirst();
    RowCache.Entry entry = cache.find(List.of(key)).get(key);
    String token = router.commit(id, Router.update("users", id, 1L, Map.of("bio", "new"))).token();
    Safeguards safeguards = router.context.getBean(Safeguards.class);
    safeguards.without(Safeguard.FILL_ONLY_NEWER);
    try {
      cache.fill(
          key, ServedRow.of(old), entry.origin(), null); // as if a node had slept through the write
    } finally {
      safeguards.with(Safeguard.FILL_ONLY_NEWER);
    }
    assertThat(router.find("users", id, Consistency.ANY)).isEqualTo(old);

    assertThat(router.find("users", id, Consistency.of(token)).version()).isEqualTo(2);
    assertThat(router.find("users", id, Consistency.ANY).version()).isEqualTo(2); // it is mended
  }

  @Test
  void thatARowDoesNotExistIsKeptUntilItDoes() {
    long id = Router.id(2);
    Servers.await(
        "it is kept",
        () -> {
          assertThat(router.find("users", id, Consistency.ANY)).isNull();
          return timing(id, Consistency.ANY).contains("cache hit");
        });

    Row row = router.commit(id, Router.user(id, "u" + id)).rows().getFirst();

    assertThat(router.find("users", id, Consistency.ANY)).isEqualTo(row);
  }

  @Test
  void readerThatStillHoldsTheOldRowCannotPutItBack() {
    long id = Router.id(3);
    RowKey key = new RowKey("users", id);
    Row old = router.commit(id, Router.user(id, "u" + id)).rows().getFirst();
    Row updated =
        router.commit(id, Router.update("users", id, 1L, Map.of("bio", "new"))).rows().getFirst();

    cache.fill(key, ServedRow.of(old), null, null);

    assertThat(cache.find(List.of(key)).get(key).row().row()).isEqualTo(updated);
  }

  @Test
  void tombstoneYieldsOnlyToTheVersionItAnnounces() {
    long id = Router.id(3);
    RowKey key = new RowKey("users", id);
    Row old = router.commit(id, Router.user(id, "u" + id)).rows().getFirst();
    Row next = new Row("users", id, id, 2, old.createdAt(), old.updatedAt(), old.values());
    cache.beforeCommit(List.of(new RowCache.Change(key, ServedRow.of(next))));
    RowCache.Entry tombstone = cache.find(List.of(key)).get(key);
    assertThat(tombstone).isEqualTo(new RowCache.Entry(2, null, true, null));

    cache.fill(key, ServedRow.of(old), null, tombstone);
    cache.fill(key, ServedRow.of(old), null, null);
    assertThat(cache.find(List.of(key)).get(key)).isEqualTo(tombstone);
    assertThat(timing(id, Consistency.ANY)).contains("mysql-2-a");

    cache.fill(key, ServedRow.of(next), null, tombstone);
    assertThat(cache.find(List.of(key)).get(key).row().row()).isEqualTo(next);
  }

  @Test
  void laterOfTwoWritersStaysWhicheverComesLast() {
    long id = Router.id(3);
    RowKey key = new RowKey("users", id);
    Row first = router.commit(id, Router.user(id, "u" + id)).rows().getFirst();
    Row second = router.commit(id, Router.update("users", id, 1L, Map.of())).rows().getFirst();

    cache.afterCommit(List.of(new RowCache.Change(key, ServedRow.of(first))), null);

    assertThat(cache.find(List.of(key)).get(key).row().row()).isEqualTo(second);
  }

  @Test
  void readersNeverGoBackWhileARowIsWrittenAgainAndAgain() throws Exception {
    long id = Router.id(4);
    router.commit(id, Router.user(id, "u" + id));
    AtomicLong committed = new AtomicLong(1);
    try (ExecutorService pool = Executors.newFixedThreadPool(5)) {
      Future<?> writer =
          pool.submit(() -> {
            for (int i = 0; i < 100; i++) {
              committed.set(
                  router
                      .commit(id, Router.update("users", id, null, Map.of("bio", "b" + i)))
                      .rows()
                      .getFirst()
                      .version());
            }
          });
      for (int reader = 0; reader < 4; reader++) {
        pool.submit(() -> {
          while (!writer.isDone()) {
            long least = committed.get();
            assertThat(router.find("users", id, Consistency.ANY).version())
                .isGreaterThanOrEqualTo(least);
          }
          return null;
        });
      }
      writer.get();
    }
    assertThat(router.find("users", id, Consistency.ANY).version()).isEqualTo(101);
  }

  @Test
  void everythingWorksWhileAMemcachedIsDownAndAfterItsReturn() throws Exception {
    Servers.Memcached broken = Servers.get().memcached().getFirst();
    broken.kill();
    try {
      for (int i = 0; i < 20; i++) {
        long id = Router.id(i % 8);
        Row row = router.commit(id, Router.user(id, "u" + id)).rows().getFirst();
        assertThat(router.find("users", id, Consistency.PRIMARY)).isEqualTo(row);
        Servers.await( // a replica may serve it, which has it a little later
            "any copy serves the row", () -> row.equals(router.find("users", id, Consistency.ANY)));
      }
    } finally {
      broken.start();
      broken.awaitUp();
    }
    Servers.await(
        "all rows are cached again",
        () -> {
          for (int i = 0; i < 20; i++) {
            long id = Router.id(0);
            router.commit(id, Router.user(id, "u" + id));
            if (!timing(id, Consistency.ANY).contains("cache hit")) {
              return false;
            }
          }
          return true;
        });
  }

  private static String timing(long id, Consistency consistency) {
    return String.valueOf(
        router
            .http
            .post()
            .uri("/v1/reads")
            .body(new RowsContract.Read(List.of(new RowKey("users", id)), consistency))
            .retrieve()
            .toBodilessEntity()
            .getHeaders()
            .getFirst("Server-Timing"));
  }
}
