package org.tanada.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tanada.auth.Problems.problem;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.tanada.auth.factor.TotpApp;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.AccountsContract.ChangePassword;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.account.AccountsContract.SessionCookie;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.account.AuditContract;
import org.tanada.common.account.AuditContract.Entry;
import org.tanada.common.account.AuditContract.What;
import org.tanada.common.account.FactorsContract;
import org.tanada.common.account.FactorsContract.Confirmation;
import org.tanada.common.account.FactorsContract.Enrolment;
import org.tanada.common.account.FactorsContract.Proof;
import org.tanada.common.account.FactorsContract.SecondStep;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.testing.Poll;

/**
 * Codes of an app, recovery codes, and proofs in a session; calls go now to one server, now to the
 * other.
 */
class SecondFactorTests {
  private final AuthPlatform platform = AuthPlatform.shared();
  private final AccountsContract accounts = platform.accounts();
  private final FactorsContract factors = platform.factors();
  private final SignUp user = AuthPlatform.newcomer();
  private final long userId = accounts.signUp(user).userId();

  private TotpApp app = new TotpApp("");
  private List<String> recovery = List.of();

  @Test
  void signInTakesAPasswordAndACode() {
    enrol();

    String ticket = ticket();
    OpenedSession opened = factors.openSession(step(ticket, nextCode()));

    assertThat(opened.identity().userId()).isEqualTo(userId);
    assertThat(accounts.verifySession(new SessionCookie(opened.cookie())).userId())
        .isEqualTo(userId);
    assertThat(factors.factors(userId).totp()).isTrue();
    assertThat(factors.factors(userId).recoveryCodes()).isEqualTo(10);
  }

  @Test
  void tokensTakeACodeToo() {
    enrol();
    ProblemException e = problem(() -> accounts.tokensByPassword(AuthPlatform.login(user)));
    assertThat(e.code()).isEqualTo(ProblemCode.SECOND_FACTOR_REQUIRED);

    assertThat(factors.tokens(step(e.ticket(), nextCode())).accessToken()).isNotEmpty();
  }

  @Test
  void codeWorksOnceWhicheverServerItIsBroughtTo() {
    enrol();
    String code = nextCode();
    factors.openSession(step(ticket(), code));

    for (int call = 0; call < 4; call++) { // round robin over both servers
      assertThat(refused(ticket(), code)).isEqualTo(ProblemCode.WRONG_CODE);
    }
  }

  @Test
  void ofTheSameCodeAtATimeOneWins() throws Exception {
    enrol();
    String code = nextCode();
    List<Callable<Boolean>> tries = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      String ticket = ticket();
      tries.add(() -> {
        try {
          factors.openSession(step(ticket, code));
          return true;
        } catch (ProblemException e) {
          return false;
        }
      });
    }
    int won = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      for (Future<Boolean> result : threads.invokeAll(tries)) {
        won += result.get() ? 1 : 0;
      }
    }

    assertThat(won).isEqualTo(1);
  }

  @Test
  void codeOfTheEnrolmentIsUsedByIt() {
    Enrolment enrolment = factors.beginTotp(userId);
    app = new TotpApp(enrolment.secret());
    String code = app.code(platform.clock().instant());
    factors.confirmTotp(userId, new Confirmation(enrolment.ticket(), code));

    assertThat(refused(ticket(), code)).isEqualTo(ProblemCode.WRONG_CODE);
  }

  @Test
  void nothingIsAskedBeforeTheEnrolmentIsConfirmed() {
    Enrolment enrolment = factors.beginTotp(userId);
    app = new TotpApp(enrolment.secret());

    ProblemException wrong =
        problem(() -> factors.confirmTotp(userId, new Confirmation(enrolment.ticket(), "000000")));
    ProblemException foreign =
        problem(() -> {
          long other = accounts.signUp(AuthPlatform.newcomer()).userId();
          factors.confirmTotp(
              other, new Confirmation(enrolment.ticket(), app.code(platform.clock().instant())));
        });

    assertThat(wrong.code()).isIn(ProblemCode.WRONG_CODE);
    assertThat(foreign.code()).isEqualTo(ProblemCode.INVALID_FLOW);
    assertThat(accounts.openSession(AuthPlatform.login(user)).cookie()).isNotEmpty();
    platform.advance(Duration.ofMinutes(16));
    assertThat(
            problem(() ->
                    factors.confirmTotp(
                        userId,
                        new Confirmation(enrolment.ticket(), app.code(platform.clock().instant()))))
                .code())
        .isEqualTo(ProblemCode.INVALID_FLOW);
  }

  @Test
  void secretAndRecoveryCodesAreNotKeptAsTheyAre() {
    enrol();

    String row =
        platform.rows.all("second_factors").stream()
            .filter(stored -> stored.id() == userId)
            .findFirst()
            .orElseThrow()
            .values()
            .toString();
    assertThat(row).doesNotContain(app.secret());
    recovery.forEach(
        code -> assertThat(row).doesNotContain(code).doesNotContain(code.replace("-", "")));
  }

  @Test
  void recoveryCodeWorksOnceAlsoWhileCodesHaveToWait() {
    enrol();
    while (refused(ticket(), "000000") == ProblemCode.WRONG_CODE) {
      // until codes have to wait
    }
    String next = app.code(platform.clock().instant().plusSeconds(30));
    ProblemException wait = problem(() -> factors.openSession(step(ticket(), next)));
    assertThat(wait.code()).isEqualTo(ProblemCode.TOO_MANY_REQUESTS);
    assertThat(Integer.parseInt(wait.reason())).isBetween(1, 6);

    assertThat(factors.openSession(step(ticket(), recovery.get(2))).cookie()).isNotEmpty();

    assertThat(refused(ticket(), recovery.get(2))).isEqualTo(ProblemCode.WRONG_CODE);
    assertThat(factors.factors(userId).recoveryCodes()).isEqualTo(9);
    platform.advance(Duration.ofMinutes(16));
    assertThat(factors.openSession(step(ticket(), nextCode())).cookie()).isNotEmpty();
  }

  @Test
  void newRecoveryCodesTakeThePlaceOfTheOldOnes() {
    enrol();

    List<String> next = factors.newRecoveryCodes(userId).codes();

    assertThat(next).hasSize(10).doesNotContainAnyElementsOf(recovery);
    assertThat(refused(ticket(), recovery.getFirst())).isEqualTo(ProblemCode.WRONG_CODE);
    assertThat(factors.openSession(step(ticket(), next.getFirst())).cookie()).isNotEmpty();
  }

  @Test
  void ticketIsWorthNothingAfterFiveMinutesOrAnotherPassword() {
    enrol();
    String early = ticket();
    platform.advance(Duration.ofMinutes(6));
    assertThat(refused(early, nextCode())).isEqualTo(ProblemCode.INVALID_FLOW);
    assertThat(refused("x".repeat(5000), nextCode())).isEqualTo(ProblemCode.INVALID_FLOW);
    String before = ticket();

    accounts.changePassword(
        userId, new ChangePassword(user.password(), "another horse altogether", false, null, null));

    assertThat(refused(before, nextCode())).isEqualTo(ProblemCode.UNAVAILABLE);
  }

  @Test
  void switchedOffNothingIsAskedAndAnotherAppCanBeEnrolled() {
    enrol();
    assertThat(problem(() -> factors.beginTotp(userId)).code()).isEqualTo(ProblemCode.CONFLICT);

    factors.endTotp(userId);

    assertThat(accounts.openSession(AuthPlatform.login(user)).cookie()).isNotEmpty();
    assertThat(problem(() -> factors.endTotp(userId)).code()).isEqualTo(ProblemCode.NOT_FOUND);
    enrol();
    assertThat(ticket()).isNotEmpty();
  }

  @Test
  void accountTakesItsFactorAlong() {
    enrol();

    accounts.deleteUser(userId);

    assertThat(platform.rows.all("second_factors")).noneMatch(row -> row.id() == userId);
    assertThat(problem(() -> factors.beginTotp(userId)).code()).isEqualTo(ProblemCode.NOT_FOUND);
  }

  @Test
  void proofInASessionLastsForMinutes() {
    OpenedSession session = accounts.openSession(AuthPlatform.login(user));
    long id = session.session().id();
    factors.checkProof(userId, id);
    platform.advance(Duration.ofMinutes(6));
    assertThat(unproved(id)).isEqualTo(ProblemCode.PROOF_REQUIRED);
    assertThat(notProving(id, new Proof("wrong password", null, null, null)))
        .isEqualTo(ProblemCode.INVALID_CREDENTIALS);
    assertThat(unproved(id)).isEqualTo(ProblemCode.PROOF_REQUIRED);

    factors.prove(userId, id, new Proof(user.password(), null, null, null));

    factors.checkProof(userId, id);
    platform.advance(Duration.ofMinutes(6));
    assertThat(unproved(id)).isEqualTo(ProblemCode.PROOF_REQUIRED);
    enrol();
    platform.advance(Duration.ofMinutes(1));
    factors.prove(userId, id, new Proof(null, nextCode(), null, null));
    factors.checkProof(userId, id);
  }

  @Test
  void proofIsOfOneSessionAlone() {
    OpenedSession first = accounts.openSession(AuthPlatform.login(user));
    OpenedSession other = accounts.openSession(AuthPlatform.login(user));
    platform.advance(Duration.ofMinutes(6));

    factors.prove(userId, first.session().id(), new Proof(user.password(), null, null, null));

    assertThat(unproved(other.session().id())).isEqualTo(ProblemCode.PROOF_REQUIRED);
    long stranger = accounts.signUp(AuthPlatform.newcomer()).userId();
    assertThat(problem(() -> factors.checkProof(stranger, first.session().id())).code())
        .isEqualTo(ProblemCode.PROOF_REQUIRED);
    accounts.endSession(userId, first.session().id());
    assertThat(notProving(first.session().id(), new Proof(user.password(), null, null, null)))
        .isEqualTo(ProblemCode.PROOF_REQUIRED);
  }

  @Test
  void wrongCodesAndChangesAreInTheAuditLog() throws Exception {
    enrol();
    refused(ticket(), "000000");
    factors.openSession(step(ticket(), recovery.getFirst()));
    factors.newRecoveryCodes(userId);
    factors.endTotp(userId);

    Poll.until(() -> {
      List<String> what =
          platform
              .audit()
              .entries(new AuditContract.Query(userId, null, null, 100, null))
              .entries()
              .stream()
              .map(Entry::what)
              .toList();
      return what.containsAll(
          List.of(
              What.FACTOR_ADDED.id(),
              What.SIGN_IN_FAILED.id(),
              What.RECOVERY_CODE_USED.id(),
              What.RECOVERY_CODES_MADE.id(),
              What.FACTOR_REMOVED.id()));
    });
  }

  private void enrol() {
    Enrolment enrolment = factors.beginTotp(userId);
    app = new TotpApp(enrolment.secret());
    assertThat(enrolment.uri()).contains("secret=" + enrolment.secret());
    recovery =
        factors
            .confirmTotp(
                userId, new Confirmation(enrolment.ticket(), app.code(platform.clock().instant())))
            .codes();
  }

  private String ticket() {
    ProblemException e = problem(() -> accounts.openSession(AuthPlatform.login(user)));
    assertThat(e.code()).isEqualTo(ProblemCode.SECOND_FACTOR_REQUIRED);
    return e.ticket();
  }

  /** The code of a step that none has come of yet. */
  private String nextCode() {
    platform.advance(Duration.ofSeconds(30));
    return app.code(platform.clock().instant());
  }

  private ProblemCode refused(String ticket, String code) {
    return problem(() -> factors.openSession(step(ticket, code))).code();
  }

  private ProblemCode unproved(long session) {
    return problem(() -> factors.checkProof(userId, session)).code();
  }

  private ProblemCode notProving(long session, Proof proof) {
    return problem(() -> factors.prove(userId, session, proof)).code();
  }

  private static SecondStep step(String ticket, String code) {
    return new SecondStep(ticket, code, "test", "192.0.2.1", null);
  }
}
