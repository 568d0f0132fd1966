package org.tanada.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.RowsContract;

/** Names that are unique across all shards. */
@Tag("servers")
final class ClaimTests {
  private static Router router;

  @BeforeAll
  static void start() {
    router = Router.get();
  }

  @Test
  void exactlyOneOfSixteenWinsAName() throws Exception {
    String name = "name-" + Router.id(0);
    AtomicInteger turn = new AtomicInteger();

    List<Boolean> won =
        RowsTests.together(16, () -> claimed(name, Router.id(turn.getAndIncrement() % 8)));

    assertThat(won).containsOnlyOnce(true);
  }

  @Test
  void claimCanBeRepeatedByItsHolderAndIsRefusedToOthers() {
    String name = "name-" + Router.id(0);
    long holder = Router.id(1);

    assertThat(claimed(name, holder)).isTrue();
    assertThat(claimed(name, holder)).isTrue();

    RowsTests.assertProblem(
        ProblemCode.CLAIMED, "username", () -> router.rows.claim(claim(name, Router.id(2))));
    assertThat(claimed(name + " ", Router.id(2))).isTrue();
    assertThat(claimed(name.toUpperCase(java.util.Locale.ROOT), Router.id(2))).isTrue();
  }

  @Test
  void nameResolvesToItsRowOnlyWhenTheRowExists() {
    String name = "name-" + Router.id(0);
    long id = Router.id(1);
    router.rows.claim(claim(name, id));
    assertThat(resolve(name)).isNull();

    router.commit(id, Router.user(id, "u" + id));

    assertThat(resolve(name)).isEqualTo(id);
    assertThat(resolve("nobody-" + id)).isNull();
  }

  @Test
  void releasedNameIsFreeAndOnlyItsHolderReleasesIt() {
    String name = "name-" + Router.id(0);
    long holder = Router.id(1);
    long other = Router.id(2);
    router.rows.claim(claim(name, holder));

    router.rows.release(claim(name, other));
    assertThat(claimed(name, other)).isFalse();

    router.rows.release(claim(name, holder));
    assertThat(claimed(name, other)).isTrue();
  }

  @Test
  void orphanedClaimIsTakenOverAfterAMinuteButNotOneWhoseRowExists() {
    String orphaned = "orphan-" + Router.id(0);
    String kept = "kept-" + Router.id(0);
    long holder = Router.id(1);
    router.rows.claim(claim(orphaned, Router.id(1)));
    router.rows.claim(claim(kept, holder));
    router.commit(holder, Router.user(holder, "u" + holder));
    assertThat(claimed(orphaned, Router.id(2))).isFalse();

    age(orphaned);
    age(kept);

    long heir = Router.id(2);
    assertThat(claimed(orphaned, heir)).isTrue();
    assertThat(claimed(orphaned, heir)).isTrue();
    assertThat(claimed(orphaned, Router.id(3))).isFalse();
    assertThat(claimed(kept, Router.id(2))).isFalse();
  }

  @Test
  void claimerThatComesBackAfterItsNameWasTakenOverCannotInsertItsRow() throws Exception {
    String name = "late-" + Router.id(0);
    long late = Router.id(1);
    long heir = Router.id(2);
    router.rows.claim(claim(name, late));
    age(name);

    router.rows.claim(claim(name, heir));

    RowsTests.assertProblem(
        ProblemCode.CLAIMED, "row", () -> router.commit(late, Router.user(late, "u" + late)));
    router.commit(heir, Router.user(heir, "u" + heir));
    assertThat(resolve(name)).isEqualTo(heir);
    assertThat(router.find("users", late, Consistency.PRIMARY)).isNull();
  }

  @Test
  void ofALateRowAndItsHeirOneOnlyComesThrough() throws Exception {
    for (int i = 0; i < 20; i++) {
      String name = "race-" + Router.id(0);
      long late = Router.id(1);
      long heir = Router.id(2);
      router.rows.claim(claim(name, late));
      age(name);
      AtomicInteger turn = new AtomicInteger();

      List<Boolean> won =
          RowsTests.together(
              2, () -> turn.getAndIncrement() == 0 ? inserted(late) : claimed(name, heir));

      assertThat(won).containsOnlyOnce(true);
    }
  }

  private static boolean inserted(long id) {
    try {
      router.commit(id, Router.user(id, "u" + id));
      return true;
    } catch (ProblemException e) {
      assertThat(e.code()).isEqualTo(ProblemCode.CLAIMED);
      return false;
    }
  }

  @Test
  void whatIsNoNameIsRefused() {
    RowsTests.assertProblem(
        ProblemCode.MALFORMED_REQUEST, () -> router.rows.claim(claim("", Router.id(1))));
    RowsTests.assertProblem(
        ProblemCode.MALFORMED_REQUEST,
        () -> router.rows.claim(claim("x".repeat(256), Router.id(1))));
    RowsTests.assertProblem(
        ProblemCode.MALFORMED_REQUEST,
        () -> router.rows.claim(new RowsContract.Claim("username", "n", "claims", Router.id(1))));
  }

  private static void age(String name) {
    for (int shard = 0; shard < 8; shard++) {
      Servers.Database database = shard % 2 == 0 ? Servers.get().one() : Servers.get().two();
      database.run(
          "UPDATE tanada_0%d.claims SET created_at = created_at - 61000 WHERE name = '%s'"
              .formatted(shard, name));
    }
  }

  private static boolean claimed(String name, long id) {
    try {
      router.rows.claim(claim(name, id));
      return true;
    } catch (ProblemException e) {
      assertThat(e.code()).isEqualTo(ProblemCode.CLAIMED);
      return false;
    }
  }

  private static RowsContract.Claim claim(String name, long id) {
    return new RowsContract.Claim("username", name, "users", id);
  }

  private static Long resolve(String name) {
    return router.rows.resolve(new RowsContract.Name("username", name)).id();
  }
}
