package org.tanada.common.row.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tanada.common.id.TanadaId;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.Rows;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.Table;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;

class InMemoryRowsTests {
  private static final Table<Note> NOTES = new Table<>("notes", Note.class);
  private static final long OWNER = id(7, 1);

  private final InMemoryRows memory =
      new InMemoryRows().unique("notes", "by_text", "user_id", "text");
  private final Rows rows = new Rows(memory);

  @Test
  void transactionIsAllOrNothing() {
    commit("a", Write.insert(NOTES, id(7, 2), new Note("one", 1)));

    assertThatThrownBy(() ->
            commit(
                "b",
                Write.update(NOTES, id(7, 2), 1L, Map.of("number", 5)),
                Write.insert(NOTES, id(7, 3), new Note("one", 1))))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.reason()).isEqualTo("by_text"));

    assertThat(rows.find(NOTES, id(7, 2), Consistency.ANY).orElseThrow().version()).isEqualTo(1);
    assertThat(memory.all("notes")).hasSize(1);
  }

  @Test
  void sameKeyGivesTheFirstAnswerAgain() {
    Write insert = Write.insert(NOTES, id(7, 2), new Note("one", 1));

    commit("a", insert);

    assertThat(commit("a", insert).repeated()).isTrue();
    assertThat(commit("a", insert).rows()).hasSize(1);
  }

  @Test
  void listIsNewestFirstInPages() {
    for (int i = 1; i <= 5; i++) {
      commit("k" + i, Write.insert(NOTES, id(7, i), new Note("n" + i, i % 2)));
    }

    Rows.TypedPage<Note> first =
        rows.ofOwner(
            NOTES, OWNER, new LinkedHashMap<>(Map.of("number", 1)), 2, null, Consistency.ANY);

    assertThat(first.rows()).extracting(row -> row.value().text()).containsExactly("n5", "n3");
    assertThat(
            rows.ofOwner(NOTES, OWNER, Map.of("number", 1), 2, first.next(), Consistency.ANY)
                .rows())
        .extracting(row -> row.value().text())
        .containsExactly("n1");
  }

  @Test
  void claimBelongsToOneRow() {
    memory.claim(new RowsContract.Claim("text", "one", "notes", id(7, 2)));
    memory.claim(new RowsContract.Claim("text", "one", "notes", id(7, 2)));

    assertThatThrownBy(() -> memory.claim(new RowsContract.Claim("text", "one", "notes", id(7, 3))))
        .isInstanceOf(ProblemException.class);
    assertThat(memory.resolve(new RowsContract.Name("text", "one")).id()).isNull();
  }

  private Transaction.Committed commit(String key, Write... writes) {
    return rows.commit(
        new Transaction(OWNER, List.of(writes), List.of(), key, "fingerprint", null));
  }

  private static long id(int shard, int sequence) {
    return TanadaId.of(TanadaId.EPOCH_MILLIS, shard, sequence);
  }

  private record Note(String text, long number) {}
}
