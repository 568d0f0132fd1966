package org.tanada.common.row.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.Row;
import org.tanada.common.row.RowKey;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;

/**
 * What every {@link RowsContract} keeps: run on db-router over real databases and on the {@link
 * InMemoryRows} that the services' tests believe in.
 */
public abstract class RowsContractTests {
  private static final IdGenerator IDS =
      new IdGenerator(InstantSource.system(), new SecureRandom());

  /** What is tested; has the shop's tables. */
  protected abstract RowsContract rows();

  @Test
  void aRowIsReadBackAsItWasWritten() {
    long id = id(1);

    Row written = commit(id, order(id, 17)).rows().getFirst();

    assertThat(written.version()).isEqualTo(1);
    assertThat(written.owner()).isEqualTo(id);
    assertThat(written.createdAt()).isEqualTo(written.updatedAt()).isPositive();
    assertThat(written.values()).containsEntry("video_id", 17L).containsEntry("title", "棚田 🎋");
    assertThat(find("orders", id)).isEqualTo(written);
    assertThat(find("orders", id(1))).isNull();
  }

  @Test
  void anUpdateNeedsTheVersionThatItNames() {
    long id = id(2);
    commit(id, order(id, 17));

    Row updated = commit(id, update("orders", id, 1L, Map.of("title", "new"))).rows().getFirst();

    assertThat(updated.version()).isEqualTo(2);
    assertThat(updated.values()).containsEntry("title", "new").containsEntry("video_id", 17L);
    assertProblem(
        ProblemCode.VERSION_MISMATCH,
        null,
        () -> commit(id, update("orders", id, 1L, Map.of("title", "late"))));
    assertThat(find("orders", id)).isEqualTo(updated);
  }

  @Test
  void incrementsAddToWhatIsThere() {
    long id = id(3);
    commit(id, order(id, 17));

    commit(
        id,
        new Write(Write.Operation.UPDATE, "orders", id, null, Map.of(), Map.of("price_minor", 8L)));

    Row row = find("orders", id);
    assertThat(row).isNotNull();
    assertThat(row.values()).containsEntry("price_minor", 458L);
  }

  @Test
  void aDeletedRowIsGoneAndReturnedAsItWas() {
    long id = id(4);
    Row written = commit(id, order(id, 17)).rows().getFirst();
    Write delete = new Write(Write.Operation.DELETE, "orders", id, 1L, Map.of(), Map.of());

    assertThat(commit(id, delete).rows()).containsExactly(written);

    assertThat(find("orders", id)).isNull();
    assertProblem(ProblemCode.NOT_FOUND, null, () -> commit(id, delete));
  }

  @Test
  void aTransactionIsAllOrNothing() {
    long owner = id(5);
    commit(owner, order(owner, 17));
    long second = id(5);

    assertProblem(
        ProblemCode.DUPLICATE,
        "user_id_video_id",
        () ->
            commit(
                owner,
                update("orders", owner, 1L, Map.of("title", "never seen")),
                order(second, 17)));

    Row row = find("orders", owner);
    assertThat(row).isNotNull();
    assertThat(row.version()).isEqualTo(1);
    assertThat(find("orders", second)).isNull();
  }

  @Test
  void anotherOwnersRowIsNotFound() {
    long mine = id(6);
    long other = id(6);
    commit(other, order(other, 17));

    assertProblem(
        ProblemCode.NOT_FOUND,
        null,
        () -> commit(mine, update("orders", other, null, Map.of("title", "stolen"))));
  }

  @Test
  void aRowOfAnotherShardIsMalformed() {
    assertProblem(ProblemCode.MALFORMED_REQUEST, null, () -> commit(id(1), order(id(2), 17)));
  }

  @Test
  void theSameKeyGivesTheFirstAnswerAgain() {
    long id = id(7);
    String key = UUID.randomUUID().toString();
    Transaction transaction =
        new Transaction(id, List.of(order(id, 17)), List.of(), key, "one", null);
    Transaction.Committed first = rows().commit(transaction);

    Transaction.Committed again = rows().commit(transaction);

    assertThat(again.repeated()).isTrue();
    assertThat(again.rows()).isEqualTo(first.rows());
    assertProblem(
        ProblemCode.IDEMPOTENCY_KEY_REUSED,
        null,
        () ->
            rows()
                .commit(new Transaction(id, List.of(order(id, 18)), List.of(), key, "two", null)));
  }

  @Test
  void anOwnersListIsNewestFirstInPages() {
    long owner = id(1);
    long[] ids = {owner, id(1), id(1), id(1)};
    for (int i = 0; i < ids.length; i++) {
      commit(owner, order(ids[i], i));
    }

    RowsContract.Page first = list(owner, Map.of(), 3, null);
    RowsContract.Page rest = list(owner, Map.of(), 3, first.next());

    assertThat(first.rows()).extracting(Row::id).containsExactly(ids[3], ids[2], ids[1]);
    assertThat(rest.rows()).extracting(Row::id).containsExactly(ids[0]);
    assertThat(rest.next()).isNull();
    assertThat(list(owner, Map.of("video_id", 2), 3, null).rows())
        .extracting(Row::id)
        .containsExactly(ids[2]);
  }

  @Test
  void theListOfAllOwnersIsMergedOverTheShards() {
    long tag = id(0);
    long one = id(1);
    long two = id(2);
    commit(one, order(one, tag));
    commit(two, order(two, tag));

    assertThat(list(null, Map.of("video_id", tag), 10, null).rows())
        .extracting(Row::id)
        .containsExactly(two, one);
  }

  @Test
  void aNameIsHeldByOneRow() {
    long one = id(3);
    long two = id(4);
    RowsContract.Name name = new RowsContract.Name("contract", "name-" + one);
    RowsContract.Claim ours = new RowsContract.Claim(name.kind(), name.value(), "orders", one);
    RowsContract.Claim theirs = new RowsContract.Claim(name.kind(), name.value(), "orders", two);

    rows().claim(ours);
    rows().claim(ours);

    assertThat(rows().resolve(name).id()).isNull(); // its row is not there yet
    commit(one, order(one, 17));
    assertThat(rows().resolve(name).id()).isEqualTo(one);
    assertProblem(ProblemCode.CLAIMED, "contract", () -> rows().claim(theirs));
    rows().release(theirs);
    assertThat(rows().resolve(name).id()).isEqualTo(one);
    rows().release(ours);
    rows().claim(theirs);
  }

  @Test
  void whatIsTooLargeIsMalformed() {
    List<RowKey> keys =
        java.util.Collections.nCopies(RowsContract.MAX_BATCH + 1, new RowKey("orders", id(1)));

    assertProblem(
        ProblemCode.MALFORMED_REQUEST,
        null,
        () -> rows().read(new RowsContract.Read(keys, Consistency.ANY)));
    assertProblem(
        ProblemCode.MALFORMED_REQUEST,
        null,
        () -> list(null, Map.of(), RowsContract.MAX_PAGE + 1, null));
  }

  private Transaction.Committed commit(long owner, Write... writes) {
    return rows()
        .commit(
            new Transaction(
                owner, List.of(writes), List.of(), UUID.randomUUID().toString(), "", null));
  }

  private RowsContract.Page list(
      @Nullable Long owner, Map<String, Object> where, int limit, @Nullable Long before) {
    return rows()
        .list(
            new RowsContract.ListRows(
                "orders", owner, new HashMap<>(where), limit, before, Consistency.PRIMARY));
  }

  private @Nullable Row find(String table, long id) {
    return rows()
        .read(new RowsContract.Read(List.of(new RowKey(table, id)), Consistency.PRIMARY))
        .rows()
        .getFirst();
  }

  private static long id(int shard) {
    return IDS.next(shard);
  }

  /** With a value for every column, since a fake does not know what a table has. */
  private static Write order(long id, long video) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("video_id", video);
    values.put("seller_id", 5L);
    values.put("title", "棚田 🎋");
    values.put("price_minor", 450L);
    values.put("currency", "USD");
    values.put("sale_id", null);
    values.put("invoice_id", null);
    return new Write(Write.Operation.INSERT, "orders", id, null, values, Map.of());
  }

  private static Write update(
      String table, long id, @Nullable Long version, Map<String, @Nullable Object> values) {
    return new Write(Write.Operation.UPDATE, table, id, version, values, Map.of());
  }

  private static void assertProblem(
      ProblemCode code, @Nullable String reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              if (reason != null) {
                assertThat(e.reason()).isEqualTo(reason);
              }
            });
  }
}
