package org.tanada.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.web.client.RestClient;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.Row;
import org.tanada.common.row.RowKey;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;

/** The contract over HTTP on real databases. */
@Tag("servers")
final class RowsTests {
  private static Router router;

  @BeforeAll
  static void start() {
    router = Router.get();
  }

  @Test
  void insertedRowIsReadBackWithDefaultsAndVersionOne() {
    long id = Router.id(3);

    Transaction.Committed committed = router.commit(id, Router.user(id, "u" + id));

    Row row = router.find("users", id, Consistency.of(committed.token()));
    assertThat(row).isEqualTo(committed.rows().getFirst());
    assertThat(row.version()).isEqualTo(1);
    assertThat(row.owner()).isEqualTo(id);
    assertThat(row.values()).containsEntry("email", "u" + id + "@example.org");
    assertThat(row.values()).containsEntry("bio", null);
  }

  @Test
  void booleansAndWholeNumbersKeepTheirTypes() {
    long id = Router.id(2);

    router.commit(
        id,
        Router.insert(
            "refresh_families",
            id,
            Map.of("current_hash", "h", "expires_at", 1_800_000_000_000_000L)));

    Row row = router.find("refresh_families", id, Consistency.PRIMARY);
    assertThat(row.values())
        .containsEntry("revoked", false)
        .containsEntry("expires_at", 1_800_000_000_000_000L);
  }

  @Test
  void auditEntriesAreOnlyEverAdded() {
    long id = Router.id(1);
    Map<String, Object> entry =
        Map.of(
            "sequence",
            id,
            "previous_hash",
            "p",
            "hash",
            "h",
            "happened_at",
            1L,
            "what",
            "sign-in");
    router.commit(id, Router.insert("audit_entries", id, entry));

    assertProblem(
        ProblemCode.FORBIDDEN,
        () -> router.commit(id, Router.update("audit_entries", id, 1L, Map.of("detail", "no"))));
    assertProblem(
        ProblemCode.FORBIDDEN,
        () ->
            router.commit(
                id,
                new Write(Write.Operation.DELETE, "audit_entries", id, null, Map.of(), Map.of())));
    assertThat(router.find("audit_entries", id, Consistency.PRIMARY)).isNotNull();
  }

  @Test
  void updateNeedsTheExpectedVersionAndRaisesIt() {
    long id = Router.id(1);
    router.commit(id, Router.user(id, "u" + id));

    Row updated =
        router
            .commit(id, Router.update("users", id, 1L, Map.of("display_name", "Ünïcode 棚田 🎋")))
            .rows()
            .getFirst();

    assertThat(updated.version()).isEqualTo(2);
    assertThat(updated.values()).containsEntry("display_name", "Ünïcode 棚田 🎋");
    assertProblem(
        ProblemCode.VERSION_MISMATCH,
        () -> router.commit(id, Router.update("users", id, 1L, Map.of("bio", "late"))));
    assertThat(router.find("users", id, Consistency.PRIMARY)).isEqualTo(updated);
  }

  @Test
  void incrementsAddUpUnderConcurrency() throws Exception {
    long owner = Router.id(4);
    router.commit(owner, Router.video(owner, "counted", "draft"));
    Write increment =
        new Write(
            Write.Operation.UPDATE, "videos", owner, null, Map.of(), Map.of("price_minor", 3L));

    together(16, () -> router.commit(owner, increment));

    Row row = router.find("videos", owner, Consistency.PRIMARY);
    assertThat(row.values()).containsEntry("price_minor", 450L + 16 * 3);
    assertThat(row.version()).isEqualTo(17);
  }

  @Test
  void deletedRowIsGoneAndIsReturnedAsItWas() {
    long id = Router.id(5);
    Row inserted = router.commit(id, Router.user(id, "u" + id)).rows().getFirst();

    Transaction.Committed deleted =
        router.commit(id, new Write(Write.Operation.DELETE, "users", id, 1L, Map.of(), Map.of()));

    assertThat(deleted.rows()).containsExactly(inserted);
    assertThat(router.find("users", id, Consistency.of(deleted.token()))).isNull();
    assertProblem(
        ProblemCode.NOT_FOUND,
        () -> router.commit(id, Router.update("users", id, null, Map.of("bio", "x"))));
  }

  @Test
  void transactionIsAllOrNothing() {
    long owner = Router.id(6);
    long video = Router.id(6);

    assertProblem(
        ProblemCode.NOT_FOUND,
        () ->
            router.commit(
                owner,
                Router.video(video, "never", "draft"),
                Router.update("users", owner, null, Map.of("bio", "x"))));

    assertThat(router.find("videos", video, Consistency.PRIMARY)).isNull();
  }

  @Test
  void anotherOwnersRowOnTheSameShardIsNotFound() {
    long owner = Router.id(6);
    long other = Router.id(6);
    router.commit(owner, Router.user(owner, "u" + owner));

    assertProblem(
        ProblemCode.NOT_FOUND,
        () -> router.commit(other, Router.update("users", owner, null, Map.of("bio", "mine"))));
  }

  @Test
  void repeatedTransactionGivesTheFirstAnswerAndChangesNothing() throws Exception {
    long owner = Router.id(0);
    Transaction transaction =
        Router.transaction(
            owner, List.of(Router.user(owner, "u" + owner)), List.of(), "once-" + owner);

    List<Transaction.Committed> answers = together(8, () -> router.rows.commit(transaction));

    assertThat(answers).extracting(Transaction.Committed::repeated).containsOnlyOnce(false);
    assertThat(answers)
        .extracting(Transaction.Committed::rows)
        .allMatch(rows -> rows.equals(answers.getFirst().rows()));
    assertThat(answers)
        .allSatisfy(answer ->
            assertThat(router.find("users", owner, Consistency.of(answer.token()))).isNotNull());
  }

  @Test
  void reusedKeyWithAnotherFingerprintIsRefused() {
    long owner = Router.id(0);
    Transaction first =
        Router.transaction(owner, List.of(Router.user(owner, "u" + owner)), List.of(), "key");
    router.rows.commit(first);

    assertProblem(
        ProblemCode.IDEMPOTENCY_KEY_REUSED,
        () ->
            router.rows.commit(
                new Transaction(owner, List.of(), List.of(), "key", "another", null)));
  }

  @Test
  void duplicatesNameTheKeyThatTheyMet() {
    long buyer = Router.id(7);
    Map<String, Object> order = Map.of("video_id", 5, "seller_id", 6, "title", "for key 'x'");
    long first = Router.id(7);
    router.commit(buyer, Router.insert("orders", first, order));

    assertProblem(
        ProblemCode.DUPLICATE,
        "user_id_video_id",
        () -> router.commit(buyer, Router.insert("orders", Router.id(7), order)));
    assertProblem(
        ProblemCode.DUPLICATE,
        "PRIMARY",
        () ->
            router.commit(
                buyer, Router.insert("orders", first, Map.of("video_id", 8, "seller_id", 6))));
  }

  @Test
  void whatIsMalformedIsRefused() {
    long owner = Router.id(1);

    malformed(() -> router.commit(owner, Router.user(Router.id(2), "elsewhere")));
    malformed(() -> router.commit(Router.id(900), Router.user(Router.id(900), "noshard")));
    malformed(() -> router.commit(owner, Router.insert("outbox", owner, Map.of())));
    malformed(() -> router.commit(owner, Router.insert("users; DROP", owner, Map.of())));
    malformed(() -> router.commit(owner, Router.insert("users", owner, Map.of("nope", 1))));
    malformed(() -> router.commit(owner, Router.insert("users", owner, Map.of("version", 1))));
    malformed(() -> router.commit(owner, Router.insert("users", owner, Map.of("email", 1))));
    malformed(
        () -> router.commit(owner, Router.insert("users", owner, Map.of("bio", "no e-mail"))));
    malformed(() ->
        router.commit(owner, Router.insert("users", owner, Map.of("username", "x".repeat(65)))));
    malformed(() -> router.find("claims", owner, Consistency.ANY));
    malformed(() -> router.find("users", owner, Consistency.of("nonsense")));
    malformed(() -> list("videos", null, Map.of(), 101, null));
    malformed(() -> list("videos", null, Map.of(), 0, null));
    malformed(() -> list("videos", null, Map.of("x' OR 1=1 --", 1), 10, null));
    malformed(() ->
        router
            .http
            .post()
            .uri("/v1/reads")
            .header("Content-Type", "application/json")
            .body("{\"keys\": 5")
            .retrieve()
            .toBodilessEntity());
    assertThat(router.find("users", Router.id(900), Consistency.ANY)).isNull();
  }

  @Test
  void bodiesHaveALimitWhetherTheyAnnounceTheirLengthOrNot() {
    byte[] large = " ".repeat((4 << 20) + 1).getBytes(java.nio.charset.StandardCharsets.UTF_8);

    assertProblem(
        ProblemCode.CONTENT_TOO_LARGE,
        () ->
            router
                .http
                .post()
                .uri("/v1/reads")
                .header("Content-Type", "application/json")
                .body(large)
                .retrieve()
                .toBodilessEntity());
    assertProblem(
        ProblemCode.CONTENT_TOO_LARGE,
        () ->
            router
                .http
                .post()
                .uri("/v1/reads")
                .header("Content-Type", "application/json")
                .body(out -> out.write(large))
                .retrieve()
                .toBodilessEntity());
  }

  @Test
  void rowsAndBatchesHaveLimitsThatAreMetBeforeAnyWork() {
    long owner = Router.id(1);
    String large = "x".repeat(RowsContract.MAX_ROW_BYTES + 1);
    List<RowKey> keys = new ArrayList<>();
    for (int i = 0; i < RowsContract.MAX_BATCH; i++) {
      keys.add(new RowKey("videos", Router.id(i % 8)));
    }
    router.commit(owner, Router.video(owner, "the first of 500", "draft"));
    keys.set(250, new RowKey("videos", owner));

    assertProblem(
        ProblemCode.CONTENT_TOO_LARGE,
        "row",
        () -> router.commit(owner, Router.insert("videos", Router.id(1), Map.of("title", large))));
    List<Row> rows =
        router.rows.read(new RowsContract.Read(keys, Consistency.PRIMARY, true)).rows();
    assertThat(rows).hasSize(RowsContract.MAX_BATCH);
    assertThat(rows.get(250).id()).isEqualTo(owner);
    assertThat(rows.stream().filter(java.util.Objects::nonNull)).hasSize(1);
    keys.add(new RowKey("videos", owner));
    malformed(() -> router.rows.read(new RowsContract.Read(keys, Consistency.PRIMARY)));
  }

  @Test
  void strangersAreTurnedAway() {
    int status =
        RestClient.create(router.address)
            .post()
            .uri("/v1/shards")
            .exchange((request, response) -> response.getStatusCode().value());

    assertThat(status).isEqualTo(401);
  }

  @Test
  void batchesComeInTheOrderOfTheirKeysAcrossShardsAndTables() {
    List<RowKey> keys = new ArrayList<>();
    for (int shard = 0; shard < 8; shard++) {
      long id = Router.id(shard);
      router.commit(id, Router.user(id, "u" + id), Router.video(id, "v", "draft"));
      keys.add(new RowKey("users", id));
      keys.add(new RowKey("users", Router.id(shard)));
      keys.add(new RowKey("videos", id));
    }

    for (Consistency consistency : List.of(Consistency.PRIMARY, Consistency.PRIMARY)) {
      List<Row> rows = router.rows.read(new RowsContract.Read(keys, consistency)).rows();

      for (int i = 0; i < keys.size(); i++) {
        if (i % 3 == 1) {
          assertThat(rows.get(i)).isNull();
        } else {
          assertThat(new RowKey(rows.get(i).table(), rows.get(i).id())).isEqualTo(keys.get(i));
        }
      }
    }
  }

  @Test
  void ownersListPagesStayStableWhileRowsAreAdded() {
    long owner = Router.id(3);
    List<Long> ids = new ArrayList<>();
    String token = "";
    for (int i = 0; i < 7; i++) {
      long id = Router.id(3);
      ids.addFirst(id);
      token =
          router
              .commit(owner, Router.video(id, "v" + i, i % 2 == 0 ? "draft" : "published"))
              .token();
    }

    RowsContract.Page first = list("videos", owner, Map.of(), 3, null);
    router.commit(owner, Router.video(Router.id(3), "newer", "draft"));
    RowsContract.Page second = list("videos", owner, Map.of(), 3, first.next());
    RowsContract.Page third = list("videos", owner, Map.of(), 3, second.next());

    List<Long> seen = new ArrayList<>();
    for (RowsContract.Page page : List.of(first, second, third)) {
      page.rows().forEach(row -> seen.add(row.id()));
    }
    assertThat(seen).isEqualTo(ids);
    assertThat(third.next()).isNull();
    assertThat(token).isNotEmpty();
    assertThat(list("videos", owner, Map.of("state", "published"), 100, null).rows()).hasSize(3);
  }

  @Test
  void newestAcrossAllShardsAreMergedOverBothClusters() {
    String state = "s" + Router.id(0);
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      long owner = Router.id(i % 8);
      ids.addFirst(owner);
      router.commit(owner, Router.video(owner, "v" + i, state));
    }
    ids.sort(java.util.Comparator.reverseOrder());

    List<Long> seen = new ArrayList<>();
    Long before = null;
    do {
      RowsContract.Page page = list("videos", null, Map.of("state", state), 6, before);
      page.rows().forEach(row -> seen.add(row.id()));
      before = page.next();
    } while (before != null);

    assertThat(seen).isEqualTo(ids);
  }

  @Test
  void nullIsAValueToFilterBy() {
    long owner = Router.id(2);
    Map<String, Object> where = new HashMap<>();
    where.put("state", null);
    router.commit(owner, Router.insert("videos", owner, Map.of("title", "stateless")));

    assertThat(list("videos", owner, where, 10, null).rows()).hasSize(1);
  }

  @Test
  void answersTellTheirWay() {
    long id = Router.id(5);
    router.commit(id, Router.user(id, "u" + id));

    String timing =
        router
            .http
            .post()
            .uri("/v1/reads")
            .body(new RowsContract.Read(List.of(new RowKey("users", id)), Consistency.PRIMARY))
            .retrieve()
            .toBodilessEntity()
            .getHeaders()
            .getFirst("Server-Timing");

    assertThat(timing).startsWith("db;dur=").contains("router-1 shard 5 mysql-2-a");
  }

  @Test
  void shardsAreCountedAndSpreadEvenly() {
    assertThat(router.rows.shards().count()).isEqualTo(8);
  }

  private RowsContract.Page list(
      String table, Long owner, Map<String, Object> where, int limit, Long before) {
    return router.rows.list(
        new RowsContract.ListRows(table, owner, where, limit, before, Consistency.PRIMARY));
  }

  static <T> List<T> together(int threads, Callable<T> work) throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<T>> futures = pool.invokeAll(java.util.Collections.nCopies(threads, work));
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    }
  }

  private static void malformed(ThrowingCallable call) {
    assertProblem(ProblemCode.MALFORMED_REQUEST, call);
  }

  static void assertProblem(ProblemCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }

  static void assertProblem(ProblemCode code, String reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.reason()).isEqualTo(reason);
            });
  }
}
