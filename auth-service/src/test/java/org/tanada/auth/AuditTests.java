package org.tanada.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tanada.auth.Problems.problem;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tanada.auth.audit.AuditLog;
import org.tanada.auth.audit.Event;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.AccountsContract.ChangePassword;
import org.tanada.common.account.AccountsContract.OpenSession;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.account.AdministrationContract;
import org.tanada.common.account.AdministrationContract.Act;
import org.tanada.common.account.AdministrationContract.Actor;
import org.tanada.common.account.AdministrationContract.ChangeRole;
import org.tanada.common.account.AuditContract;
import org.tanada.common.account.AuditContract.Check;
import org.tanada.common.account.AuditContract.Checked;
import org.tanada.common.account.AuditContract.Entry;
import org.tanada.common.account.AuditContract.Fault;
import org.tanada.common.account.AuditContract.Position;
import org.tanada.common.account.AuditContract.Query;
import org.tanada.common.account.AuditContract.What;
import org.tanada.common.id.TanadaId;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.row.Row;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;
import org.tanada.common.testing.Poll;

/** What is written to the audit log, and that nobody who has the rows alters it unnoticed. */
class AuditTests {
  private static final String ENTRIES = "audit_entries";
  private static final String HEADS = "audit_heads";

  private final AuthPlatform platform = AuthPlatform.shared();
  private final AccountsContract accounts = platform.accounts();
  private final AdministrationContract administration = platform.administration();
  private final AuditContract audit = platform.audit();
  private final SignUp user = AuthPlatform.newcomer();
  private long userId;
  private int chain;

  @BeforeEach
  void signUp() {
    userId = accounts.signUp(user).userId();
    chain = TanadaId.shard(userId);
  }

  private List<Entry> entries(@Nullable What what) {
    return audit.entries(new Query(userId, null, what, 100, null)).entries();
  }

  private void record(int count) {
    for (int i = 0; i < count; i++) {
      administration.record(new Act(Actor.OPERATOR, What.VIDEO_WITHDRAWN, userId, "video " + i));
    }
  }

  @Test
  void signInsAndWhatUsersDoWithTheirAccountsAreWritten() {
    accounts.openSession(AuthPlatform.login(user));
    problem(() ->
        accounts.openSession(
            new OpenSession(user.email(), "not this one", "test", "198.51.100.7")));
    accounts.tokensByPassword(AuthPlatform.login(user));
    platform.advance(Duration.ofSeconds(1));
    accounts.changePassword(
        userId,
        new ChangePassword(
            user.password(), "another horse altogether", false, "test", "2001:db8::1"));
    accounts.becomeSeller(userId);
    accounts.signOutEverywhere(userId);
    accounts.deleteUser(userId);

    Poll.until(() -> entries(null).size() == 7);

    assertThat(entries(null)) // two servers write them, each in the order of its own
        .extracting(Entry::what)
        .containsExactlyInAnyOrder(
            "sign-in",
            "sign-in-failed",
            "sign-in",
            "password-changed",
            "role-given",
            "sign-out-everywhere",
            "account-deleted");
    assertThat(entries(What.SIGN_IN)).extracting(Entry::whoId).containsOnly(userId);
    assertThat(entries(What.SIGN_IN)).extracting(Entry::network).containsOnly("192.0.2.0/24");
    assertThat(entries(What.SIGN_IN))
        .extracting(Entry::detail)
        .containsExactlyInAnyOrder("session", "tokens");
    Entry failed = entries(What.SIGN_IN_FAILED).getFirst();
    assertThat(failed.whoId()).isNull();
    assertThat(failed.network()).isEqualTo("198.51.100.0/24");
    assertThat(entries(What.PASSWORD_CHANGED).getFirst().network()).isEqualTo("2001:db8:0::/48");
    assertThat(audit.entries(new Query(null, userId, What.SIGN_IN, 100, null)).entries())
        .hasSize(2);
  }

  @Test
  void actsOnOthersAreWrittenBeforeTheyAreDone() {
    administration.changeRole(new ChangeRole(Actor.OPERATOR, userId, "moderator", true));

    Entry entry = entries(What.ROLE_GIVEN).getFirst();
    assertThat(entry.who()).isEqualTo("operator");
    assertThat(entry.detail()).isEqualTo("moderator");
    assertThat(entry.whomId()).isEqualTo(userId);
  }

  @Test
  void manyWrongPasswordsAreAFewEntriesWithTheirNumber() {
    AuthPlatform patient = AuthPlatform.with("tanada.auth.throttle.account=100");
    long guessed = patient.accounts().signUp(user).userId();
    for (int i = 0; i < 30; i++) {
      problem(() ->
          patient
              .accounts()
              .openSession(new OpenSession(user.email(), "not this one", "test", "192.0.2.1")));
    }
    Query failed = new Query(guessed, null, What.SIGN_IN_FAILED, 100, null);

    Poll.until(() -> {
      patient.advance(Duration.ofSeconds(61));
      return total(patient.audit().entries(failed).entries()) == 30;
    });

    assertThat(patient.audit().entries(failed).entries().size()).isLessThan(30);
  }

  /** Entries of their own, and those that others stand for. */
  private static int total(List<Entry> entries) {
    return entries.stream()
        .mapToInt(entry ->
            entry.detail() == null
                ? 1
                : Integer.parseInt(entry.detail().substring(0, entry.detail().indexOf(' '))))
        .sum();
  }

  @Test
  void chainOfTwoWritersIsWhole() throws Exception {
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      writers.add(Thread.ofVirtual().start(() -> record(10)));
    }
    for (Thread writer : writers) {
      writer.join();
    }

    assertThat(entries(What.VIDEO_WITHDRAWN)).hasSize(40);
    assertThat(check(null).faults()).isEmpty();
    assertThat(check(null).entries()).isGreaterThanOrEqualTo(40);
  }

  @Test
  void chainGoesOnWholeWhereAPromotionHasLostEntries() {
    AuditLog one = platform.nodes.getFirst().getBean(AuditLog.class);
    AuditLog other = platform.nodes.getLast().getBean(AuditLog.class);
    one.append(withdrawn(one, "kept"));
    List<Row> heads = rows(HEADS);
    List<Row> entries = rows(ENTRIES);
    one.append(withdrawn(one, "lost"));

    platform.rows.loseSince(HEADS, chain, heads);
    platform.rows.loseSince(ENTRIES, chain, entries);
    other.append(withdrawn(other, "in its place, of the same version"));
    one.append(withdrawn(one, "after it"));

    assertThat(check(null).faults()).isEmpty();
    assertThat(entries(What.VIDEO_WITHDRAWN))
        .extracting(Entry::detail)
        .containsExactly("after it", "in its place, of the same version", "kept");
  }

  private Event withdrawn(AuditLog log, String detail) {
    return log.event(null, "operator", What.VIDEO_WITHDRAWN, userId, null, detail);
  }

  private Checked check(@Nullable Position known) {
    return audit.check(new Check(chain, known, null));
  }

  /** Does something to rows as somebody would who has the database, then looks, then undoes it. */
  private List<Fault> after(List<Write> change, List<Write> undo, @Nullable Position known) {
    Poll.until(() -> check(known).faults().isEmpty()); // nothing of other tests is on its way
    commit(change);
    try {
      return check(known).faults();
    } finally {
      commit(undo);
      assertThat(check(known).faults()).isEmpty();
    }
  }

  private void commit(List<Write> writes) {
    Row any = rows(ENTRIES).getFirst();
    platform.rows.commit(
        new Transaction(any.owner(), writes, List.of(), UUID.randomUUID().toString(), "", null));
  }

  /** Rows of this test's chain, oldest first. */
  private List<Row> rows(String table) {
    return platform.rows.all(table).stream()
        .filter(row -> TanadaId.shard(row.id()) == chain)
        .toList();
  }

  private static Write set(Row row, String column, Object value) {
    return new Write(
        Write.Operation.UPDATE, row.table(), row.id(), null, Map.of(column, value), Map.of());
  }

  private static Write put(Row row) {
    return new Write(Write.Operation.UPDATE, row.table(), row.id(), null, row.values(), Map.of());
  }

  private static Write delete(Row row) {
    return new Write(Write.Operation.DELETE, row.table(), row.id(), null, Map.of(), Map.of());
  }

  private static Write insert(Row row) {
    return new Write(Write.Operation.INSERT, row.table(), row.id(), null, row.values(), Map.of());
  }

  private static long sequence(Row row) {
    return ((Number) row.values().get("sequence")).longValue();
  }

  @Test
  void alteredEntryIsNamed() {
    record(5);
    Row entry = rows(ENTRIES).get(rows(ENTRIES).size() - 3);

    List<Fault> faults = after(List.of(set(entry, "detail", "video 9")), List.of(put(entry)), null);

    assertThat(faults).hasSize(1);
    assertThat(faults.getFirst().sequence()).isEqualTo(sequence(entry));
    assertThat(faults.getFirst().id()).isEqualTo(entry.id());
    assertThat(faults.getFirst().what()).contains("altered");
  }

  @Test
  void everyColumnOfAnEntryCounts() {
    record(2);
    Row entry = rows(ENTRIES).getLast();
    Map<String, Object> others = new HashMap<>();
    others.put("happened_at", 1L);
    others.put("who_id", 1L);
    others.put("who", "nobody");
    others.put("what", "sign-in");
    others.put("whom_id", 1L);
    others.put("network", "192.0.2.0/24");
    others.put("detail", "another");
    others.put("hash", "0".repeat(64));
    others.put("previous_hash", "0".repeat(64));
    others.put("sequence", 100_000L);

    others.forEach((column, value) ->
        assertThat(after(List.of(set(entry, column, value)), List.of(put(entry)), null))
            .as(column)
            .isNotEmpty());
  }

  @Test
  void missingEntryIsNamed() {
    record(5);
    Row entry = rows(ENTRIES).get(rows(ENTRIES).size() - 2);

    List<Fault> faults = after(List.of(delete(entry)), List.of(insert(entry)), null);

    assertThat(faults).hasSize(1);
    assertThat(faults.getFirst().sequence()).isEqualTo(sequence(entry));
    assertThat(faults.getFirst().what()).contains("missing");
  }

  @Test
  void reorderedEntriesAreNamed() {
    record(5);
    List<Row> all = rows(ENTRIES);
    Row one = all.get(all.size() - 3);
    Row two = all.get(all.size() - 2);
    Row moved =
        new Row(
            one.table(), one.id(), one.owner(), 1, one.createdAt(), one.updatedAt(), two.values());
    Row other =
        new Row(
            two.table(), two.id(), two.owner(), 1, two.createdAt(), two.updatedAt(), one.values());

    List<Fault> faults =
        after(
            List.of(delete(one), delete(two), insert(moved), insert(other)),
            List.of(delete(moved), delete(other), insert(one), insert(two)),
            null);

    assertThat(faults).isNotEmpty();
    assertThat(faults.getLast().sequence()).isIn(sequence(one), sequence(two));
  }

  @Test
  void headThatWeHaveNotSealedIsNamed() {
    record(5);
    List<Row> all = rows(ENTRIES);
    Row last = all.getLast();
    Row before = all.get(all.size() - 2);
    Row head = rows(HEADS).getFirst();
    Map<String, @Nullable Object> shorter = new HashMap<>(head.values());
    shorter.put("sequence", sequence(before));
    shorter.put("hash", before.values().get("hash"));
    shorter.put("entry_id", before.id());

    List<Write> truncation =
        List.of(
            delete(last),
            new Write(Write.Operation.UPDATE, HEADS, head.id(), null, shorter, Map.of()));
    List<Fault> faults = after(truncation, List.of(insert(last), put(head)), null);

    assertThat(faults).extracting(Fault::what).anyMatch(what -> what.contains("seal"));
  }

  @Test
  void chainThatWasPutBackIsSeenByWhoeverKeptItsHead() {
    record(2);
    Row headThen = rows(HEADS).getFirst();
    record(1);
    Row headNow = rows(HEADS).getFirst();
    Row last = rows(ENTRIES).getLast();
    Position kept = check(null).head();

    List<Write> putBack = List.of(delete(last), put(headThen));
    List<Write> undo = List.of(insert(last), put(headNow));

    assertThat(after(putBack, undo, null)).as("with its seal it looks whole").isEmpty();
    List<Fault> faults = after(putBack, undo, kept);
    assertThat(faults).hasSize(1);
    assertThat(faults.getFirst().what()).contains("missing");
  }

  @Test
  void withoutTheLogNobodyActsOnOthersButUsersSignIn() {
    platform.rows.refuseTable(ENTRIES, true);
    try {
      assertThat(
              problem(() ->
                      administration.changeRole(
                          new ChangeRole(Actor.OPERATOR, userId, "moderator", true)))
                  .code())
          .isEqualTo(ProblemCode.UNAVAILABLE);
      assertThat(accounts.openSession(AuthPlatform.login(user)).identity().roles())
          .containsExactly("customer");
    } finally {
      platform.rows.refuseTable(ENTRIES, false);
    }
    Poll.until(() -> entries(What.SIGN_IN).size() == 1); // it waited for the log
    assertThat(entries(What.ROLE_GIVEN)).isEmpty();
  }
}
