package org.tanada.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tanada.auth.Problems.problem;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.account.AccountsContract.OpenSession;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.account.AccountsContract.Session;
import org.tanada.common.account.AccountsContract.SessionCookie;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.row.Row;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;

class SessionTests {
  private final AuthPlatform platform = AuthPlatform.shared();
  private final AccountsContract accounts = platform.accounts();
  private final SignUp user = AuthPlatform.newcomer();

  @Test
  void sessionIsGoodOnEveryServerAtOnce() {
    long userId = accounts.signUp(user).userId();

    OpenedSession opened = accounts.openSession(AuthPlatform.login(user));

    for (int call = 0; call < 4; call++) { // round robin over both servers
      Identity identity = verify(opened);
      assertThat(identity.userId()).isEqualTo(userId);
      assertThat(identity.username()).isEqualTo(user.username());
      assertThat(identity.roles()).containsExactly("customer");
      assertThat(identity.sessionId()).isEqualTo(opened.session().id());
    }
    assertThat(opened.session().userAgent()).isEqualTo("test");
    assertThat(opened.token()).isNotEmpty();
  }

  @Test
  void emailMayBeWrittenInAnyCase() {
    accounts.signUp(user);

    assertThat(
            accounts
                .openSession(
                    new OpenSession(
                        " " + user.email().replace('u', 'U'), user.password(), null, null))
                .cookie())
        .isNotEmpty();
  }

  @Test
  void wrongPasswordAndUnknownUserGetTheSameAnswer() {
    accounts.signUp(user);

    var wrong =
        problem(() -> accounts.openSession(new OpenSession(user.email(), "wrong one", null, null)));
    var unknown =
        problem(() ->
            accounts.openSession(new OpenSession("nobody@example.com", "wrong one", null, null)));

    assertThat(wrong.code()).isEqualTo(ProblemCode.INVALID_CREDENTIALS);
    assertThat(unknown.problem()).isEqualTo(wrong.problem());
  }

  @Test
  void hashOfLessWorkIsReplacedAtTheNextSignIn() {
    long userId = accounts.signUp(user).userId();
    String weak = new Argon2PasswordEncoder(16, 32, 1, 1024, 1).encode(user.password());
    keep(userId, weak);
    problem(() -> accounts.openSession(new OpenSession(user.email(), "wrong one", null, null)));
    assertThat(hash(userId)).isEqualTo(weak);

    accounts.openSession(AuthPlatform.login(user));

    String strong = hash(userId);
    assertThat(strong).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
    accounts.openSession(AuthPlatform.login(user));
    assertThat(hash(userId)).isEqualTo(strong);
  }

  private void keep(long userId, String hash) {
    platform.rows.commit(
        new Transaction(
            userId,
            List.of(
                new Write(
                    Write.Operation.UPDATE,
                    "credentials",
                    userId,
                    null,
                    Map.of("password_hash", hash),
                    Map.of())),
            List.of(),
            "weak-" + userId,
            "f",
            null));
  }

  private String hash(long userId) {
    return platform.rows.all("credentials").stream()
        .filter(row -> row.id() == userId)
        .map(row -> String.valueOf(row.values().get("password_hash")))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void secretIsNotKept() {
    accounts.signUp(user);

    OpenedSession opened = accounts.openSession(AuthPlatform.login(user));

    String secret = opened.cookie().substring(opened.cookie().indexOf('.') + 1);
    assertThat(row(opened).values().values().toString()).doesNotContain(secret);
    assertThat(row(opened).values().get("secret_hash")).asString().matches("[0-9a-f]{64}");
  }

  @Test
  void endedSessionIsRefusedAndGone() {
    long userId = accounts.signUp(user).userId();
    OpenedSession first = accounts.openSession(AuthPlatform.login(user));
    OpenedSession second = accounts.openSession(AuthPlatform.login(user));

    accounts.endSession(userId, first.session().id());

    refused(first.cookie());
    assertThat(verify(second).userId()).isEqualTo(userId);
    assertThat(accounts.sessions(userId))
        .extracting(Session::id)
        .containsExactly(second.session().id());
    assertThat(problem(() -> accounts.endSession(userId, first.session().id())).code())
        .isEqualTo(ProblemCode.NOT_FOUND);
  }

  @Test
  void sessionOfAnotherUserCannotBeEnded() {
    accounts.signUp(user);
    OpenedSession opened = accounts.openSession(AuthPlatform.login(user));
    long stranger = accounts.signUp(AuthPlatform.newcomer()).userId();

    assertThat(problem(() -> accounts.endSession(stranger, opened.session().id())).code())
        .isEqualTo(ProblemCode.NOT_FOUND);
    assertThat(verify(opened).username()).isEqualTo(user.username());
  }

  @Test
  void unusedSessionEndsAfterAWeek() {
    long userId = accounts.signUp(user).userId();
    OpenedSession opened = accounts.openSession(AuthPlatform.login(user));

    platform.advance(Duration.ofDays(7));

    refused(opened.cookie());
    assertThat(accounts.sessions(userId)).isEmpty();
  }

  @Test
  void usedSessionEndsAfterThirtyDays() {
    accounts.signUp(user);
    OpenedSession opened = accounts.openSession(AuthPlatform.login(user));

    for (int day = 6; day <= 24; day += 6) {
      platform.advance(Duration.ofDays(6));
      assertThat(verify(opened).username()).isEqualTo(user.username());
    }
    platform.advance(Duration.ofDays(6));

    refused(opened.cookie());
  }

  @Test
  void signingInGivesANewIdAndEndsTheSessionBefore() {
    accounts.signUp(user);
    OpenedSession before = accounts.openSession(AuthPlatform.login(user));

    OpenedSession after =
        accounts.openSession(
            new OpenSession(user.email(), user.password(), "test", "192.0.2.1", before.cookie()));

    assertThat(after.cookie()).isNotEqualTo(before.cookie());
    assertThat(after.session().id()).isNotEqualTo(before.session().id());
    refused(before.cookie());
    assertThat(verify(after).username()).isEqualTo(user.username());
  }

  @Test
  void sessionThatSomebodyPlantedIsNotTakenOver() {
    accounts.signUp(user);
    SignUp attacker = AuthPlatform.newcomer();
    accounts.signUp(attacker);
    OpenedSession planted = accounts.openSession(AuthPlatform.login(attacker));

    OpenedSession victim =
        accounts.openSession(
            new OpenSession(user.email(), user.password(), "test", null, planted.cookie()));

    refused(planted.cookie());
    assertThat(verify(victim).username()).isEqualTo(user.username());
  }

  @Test
  void nobodyEndsASessionByItsIdAlone() {
    accounts.signUp(user);
    OpenedSession opened = accounts.openSession(AuthPlatform.login(user));
    String guess = opened.session().id() + "." + "A".repeat(43);

    accounts.openSession(
        new OpenSession(user.email(), user.password(), "test", "192.0.2.1", guess));

    assertThat(verify(opened).username()).isEqualTo(user.username());
  }

  @Test
  void secretsOfTwoSessionsCannotBeSwapped() {
    accounts.signUp(user);
    OpenedSession one = accounts.openSession(AuthPlatform.login(user));
    OpenedSession other = accounts.openSession(AuthPlatform.login(user));
    String secret = other.cookie().substring(other.cookie().indexOf('.'));

    refused(one.session().id() + secret);
    refused(one.cookie().substring(0, one.cookie().length() - 1));
    refused(one.cookie() + "A");
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.77, 192.0.2.0/24",
    "2001:db8:abcd:12::1, 2001:db8:abcd::/48",
    "::ffff:192.0.2.77, 192.0.2.0/24",
    "999.1.1.1,",
    "evil.example,",
    "<b>,"
  })
  void onlyTheNetworkOfAClientIsKept(String address, @Nullable String network) {
    accounts.signUp(user);

    OpenedSession opened =
        accounts.openSession(new OpenSession(user.email(), user.password(), "test", address));

    assertThat(opened.session().network()).isEqualTo(network);
  }

  @Test
  void lastUseIsNotedAtMostOnceAMinute() {
    accounts.signUp(user);
    OpenedSession opened = accounts.openSession(AuthPlatform.login(user));
    for (int call = 0; call < 5; call++) {
      verify(opened);
    }
    assertThat(row(opened).version()).isEqualTo(1);

    platform.advance(Duration.ofMinutes(1));
    Instant end = verify(opened).expiresAt();
    verify(opened);

    assertThat(row(opened).version()).isEqualTo(2);
    assertThat(end).isEqualTo(platform.clock().instant().plus(Duration.ofDays(7)));
  }

  @Test
  void sessionOfADisabledUserIsRefused() {
    long userId = accounts.signUp(user).userId();
    OpenedSession opened = accounts.openSession(AuthPlatform.login(user));

    platform.rows.commit(
        new Transaction(
            userId,
            List.of(
                new Write(
                    Write.Operation.UPDATE,
                    "users",
                    userId,
                    null,
                    Map.of("state", "disabled"),
                    Map.of())),
            List.of(),
            "disable",
            "-",
            null));

    refused(opened.cookie());
    assertThat(problem(() -> accounts.openSession(AuthPlatform.login(user))).code())
        .isEqualTo(ProblemCode.ACCOUNT_LOCKED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "1.",
        "0.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "4198400.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "99999999999999999999.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "9223372036854775807.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "-1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "1.' OR 1=1 --"
      })
  void rubbishIsNoSession(String cookie) {
    refused(cookie);
  }

  @Test
  void cookieWithAnotherSecretIsRefused() {
    accounts.signUp(user);
    OpenedSession opened = accounts.openSession(AuthPlatform.login(user));

    refused(opened.session().id() + "." + "A".repeat(43));
  }

  private Identity verify(OpenedSession opened) {
    return accounts.verifySession(new SessionCookie(opened.cookie()));
  }

  private void refused(String cookie) {
    assertThat(problem(() -> accounts.verifySession(new SessionCookie(cookie))).code())
        .isEqualTo(ProblemCode.UNAUTHENTICATED);
  }

  private Row row(OpenedSession opened) {
    return platform.rows.all("sessions").stream()
        .filter(row -> row.id() == opened.session().id())
        .findFirst()
        .orElseThrow();
  }
}
