package org.tanada.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tanada.auth.Problems.problem;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tanada.auth.factor.TotpApp;
import org.tanada.auth.passkey.SoftAuthenticator;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.account.AccountsContract.SessionCookie;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.account.AuditContract;
import org.tanada.common.account.AuditContract.What;
import org.tanada.common.account.FactorsContract;
import org.tanada.common.account.FactorsContract.Confirmation;
import org.tanada.common.account.FactorsContract.Enrolment;
import org.tanada.common.account.FactorsContract.Proof;
import org.tanada.common.account.PasskeysContract;
import org.tanada.common.account.PasskeysContract.Answer;
import org.tanada.common.account.PasskeysContract.Challenge;
import org.tanada.common.account.PasskeysContract.NewPasskey;
import org.tanada.common.account.PasskeysContract.Passkey;
import org.tanada.common.account.PasskeysContract.PasskeySignIn;
import org.tanada.common.account.PasskeysContract.Site;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.testing.Poll;

/** Passkeys; challenges are given out by one server and answered to the other. */
class PasskeyTests {
  private static final Site SITE = new Site("localhost", "http://localhost:8080");

  private final AuthPlatform platform = AuthPlatform.shared();
  private final AccountsContract accounts = platform.accounts();
  private final PasskeysContract passkeys = platform.passkeys();
  private final FactorsContract factors = platform.factors();
  private final SignUp user = AuthPlatform.newcomer();
  private final long userId = accounts.signUp(user).userId();
  private final SoftAuthenticator device = new SoftAuthenticator();

  @Test
  void passkeySignsInAndIsSecondFactorEnough() {
    add(device, "Laptop");
    Enrolment enrolment = factors.beginTotp(userId);
    factors.confirmTotp(
        userId,
        new Confirmation(
            enrolment.ticket(), new TotpApp(enrolment.secret()).code(platform.clock().instant())));

    OpenedSession opened = signIn(device);

    assertThat(opened.identity().userId()).isEqualTo(userId);
    assertThat(accounts.verifySession(new SessionCookie(opened.cookie())).userId())
        .isEqualTo(userId);
    Passkey kept = passkeys.passkeys(userId).getFirst();
    assertThat(kept.name()).isEqualTo("Laptop");
    assertThat(kept.lastUsedAt()).isNotNull();
  }

  @Test
  void challengeAsksForADiscoverablePasskeyAndAFinger() {
    assertThat(passkeys.challenge(userId, SITE).options())
        .contains("\"residentKey\":\"required\"", "\"userVerification\":\"required\"")
        .contains("\"id\":\"localhost\"", user.username())
        .contains("\"attestation\":\"none\"");
    assertThat(passkeys.challenge(SITE).options())
        .contains("\"rpId\":\"localhost\"", "\"userVerification\":\"required\"");
  }

  @Test
  void answerIsTakenOnce() {
    add(device, "Laptop");
    device.count++;
    Challenge challenge = passkeys.challenge(SITE);
    Answer answer = new Answer(challenge.ticket(), device.get(challenge.options()));
    passkeys.openSession(signIn(answer));

    for (int call = 0; call < 3; call++) {
      assertThat(problem(() -> passkeys.openSession(signIn(answer))).code())
          .isEqualTo(ProblemCode.INVALID_FLOW);
    }
  }

  @Test
  void counterThatGoesBackIsRefusedAndAudited() throws Exception {
    add(device, "Laptop");
    device.count = 7;
    signIn(device);

    for (long count : new long[] {7, 3, 0}) {
      device.count = count;
      assertThat(refused(device)).isEqualTo(ProblemCode.PASSKEY_REFUSED);
    }

    device.count = 8;
    assertThat(signIn(device).cookie()).isNotEmpty();
    Poll.until(() -> audited().contains(What.SIGN_IN.id()) && audited().size() >= 6);
    assertThat(audited().stream().filter(What.PASSKEY_REFUSED.id()::equals)).hasSize(3);
  }

  @Test
  void passkeyThatDoesNotCountIsTaken() {
    device.count = 0;
    add(device, "Synced");

    signIn(device);

    assertThat(signIn(device).cookie()).isNotEmpty();
  }

  @Test
  void liesAreRefused() {
    add(device, "Laptop");
    device.count = 10;
    device.origin = "https://localhost.evil.example";
    assertThat(refused(device)).isEqualTo(ProblemCode.PASSKEY_REFUSED);
    device.origin = "http://localhost:8080";
    device.verified = false;
    assertThat(refused(device)).isEqualTo(ProblemCode.PASSKEY_REFUSED);
    device.verified = true;
    device.honest = false;
    assertThat(refused(device)).isEqualTo(ProblemCode.PASSKEY_REFUSED);
    device.honest = true;
    assertThat(refused(new SoftAuthenticator())).isEqualTo(ProblemCode.PASSKEY_REFUSED);
    Challenge challenge = passkeys.challenge(SITE);
    for (String nonsense : List.of("", "{}", "[]", "x", "{\"id\":\"AA\",\"rawId\":\"AA\"}")) {
      Answer answer = new Answer(passkeys.challenge(SITE).ticket(), nonsense);
      assertThat(problem(() -> passkeys.openSession(signIn(answer))).code())
          .as(nonsense)
          .isEqualTo(ProblemCode.PASSKEY_REFUSED);
    }
    String other = device.get(passkeys.challenge(SITE).options());
    assertThat(
            problem(() -> passkeys.openSession(signIn(new Answer(challenge.ticket(), other))))
                .code())
        .isEqualTo(ProblemCode.PASSKEY_REFUSED);
    assertThat(signIn(device).cookie()).isNotEmpty();
  }

  @Test
  void ticketIsForItsPurposeUserAndTimeAlone() {
    Challenge making = passkeys.challenge(userId, SITE);
    long other = accounts.signUp(AuthPlatform.newcomer()).userId();
    String credential = device.create(making.options());
    NewPasskey foreign = new NewPasskey(new Answer(making.ticket(), credential), "Laptop");
    assertThat(problem(() -> passkeys.add(other, foreign)).code())
        .isEqualTo(ProblemCode.INVALID_FLOW);
    assertThat(
            problem(() -> passkeys.openSession(signIn(new Answer(making.ticket(), credential))))
                .code())
        .isEqualTo(ProblemCode.INVALID_FLOW);
    assertThat(problem(() -> passkeys.openSession(signIn(new Answer(null, credential)))).code())
        .isEqualTo(ProblemCode.INVALID_FLOW);
    platform.advance(Duration.ofMinutes(6));
    assertThat(problem(() -> passkeys.add(userId, foreign)).code())
        .isEqualTo(ProblemCode.INVALID_FLOW);
  }

  @Test
  void severalPasskeysHaveNamesAndOneThatIsRemovedEndsItsSessions() {
    SoftAuthenticator phone = new SoftAuthenticator();
    add(device, "Laptop");
    Passkey second = add(phone, "Phone");
    OpenedSession byPhone = signIn(phone);
    OpenedSession byLaptop = signIn(device);
    assertThat(passkeys.passkeys(userId))
        .extracting(Passkey::name)
        .containsExactly("Phone", "Laptop");

    passkeys.remove(userId, second.id());

    assertThat(refused(phone)).isEqualTo(ProblemCode.PASSKEY_REFUSED);
    assertThat(problem(() -> accounts.verifySession(new SessionCookie(byPhone.cookie()))).code())
        .isEqualTo(ProblemCode.UNAUTHENTICATED);
    assertThat(accounts.verifySession(new SessionCookie(byLaptop.cookie())).userId())
        .isEqualTo(userId);
    assertThat(problem(() -> passkeys.remove(userId, second.id())).code())
        .isEqualTo(ProblemCode.NOT_FOUND);
    long other = accounts.signUp(AuthPlatform.newcomer()).userId();
    long first = passkeys.passkeys(userId).getFirst().id();
    assertThat(problem(() -> passkeys.remove(other, first)).code())
        .isEqualTo(ProblemCode.NOT_FOUND);
  }

  @Test
  void onePasskeyIsOneUsers() {
    add(device, "Laptop");
    long other = accounts.signUp(AuthPlatform.newcomer()).userId();
    Challenge challenge = passkeys.challenge(other, SITE);
    NewPasskey again =
        new NewPasskey(
            new Answer(challenge.ticket(), device.create(challenge.options())), "Stolen");

    assertThat(problem(() -> passkeys.add(other, again)).code())
        .isEqualTo(ProblemCode.PASSKEY_REFUSED);
    assertThat(passkeys.passkeys(other)).isEmpty();
  }

  @Test
  void passkeyProvesWhoOneIsAndNobodyElse() {
    add(device, "Laptop");
    OpenedSession session = accounts.openSession(AuthPlatform.login(user));
    SignUp stranger = AuthPlatform.newcomer();
    long strangerId = accounts.signUp(stranger).userId();
    OpenedSession theirs = accounts.openSession(AuthPlatform.login(stranger));
    platform.advance(Duration.ofMinutes(6));

    assertThat(problem(() -> factors.prove(strangerId, theirs.session().id(), proof())).code())
        .isEqualTo(ProblemCode.PASSKEY_REFUSED);
    device.count++;
    factors.prove(userId, session.session().id(), proof());

    factors.checkProof(userId, session.session().id());
    assertThat(problem(() -> factors.checkProof(strangerId, theirs.session().id())).code())
        .isEqualTo(ProblemCode.PROOF_REQUIRED);
  }

  @Test
  void accountTakesItsPasskeysAlong() {
    add(device, "Laptop");

    accounts.deleteUser(userId);

    assertThat(refused(device)).isEqualTo(ProblemCode.PASSKEY_REFUSED);
    assertThat(platform.rows.all("passkeys")).noneMatch(row -> row.owner() == userId);
  }

  private List<String> audited() {
    return platform
        .audit()
        .entries(new AuditContract.Query(userId, null, null, 100, null))
        .entries()
        .stream()
        .map(AuditContract.Entry::what)
        .toList();
  }

  private Passkey add(SoftAuthenticator authenticator, String name) {
    Challenge challenge = passkeys.challenge(userId, SITE);
    return passkeys.add(
        userId,
        new NewPasskey(
            new Answer(challenge.ticket(), authenticator.create(challenge.options())), name));
  }

  private OpenedSession signIn(SoftAuthenticator authenticator) {
    authenticator.count += authenticator.count == 0 ? 0 : 1;
    return passkeys.openSession(signIn(answer(authenticator)));
  }

  private ProblemCode refused(SoftAuthenticator authenticator) {
    return problem(() -> passkeys.openSession(signIn(answer(authenticator)))).code();
  }

  private Answer answer(SoftAuthenticator authenticator) {
    Challenge challenge = passkeys.challenge(SITE);
    return new Answer(challenge.ticket(), authenticator.get(challenge.options()));
  }

  private Proof proof() {
    device.count++;
    return new Proof(null, null, answer(device), null);
  }

  private static PasskeySignIn signIn(Answer answer) {
    return new PasskeySignIn(answer, "test", "192.0.2.1", null);
  }
}
