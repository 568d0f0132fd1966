package org.tanada.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tanada.auth.Problems.problem;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.account.AccountsContract.SignedUp;
import org.tanada.common.id.TanadaId;
import org.tanada.common.problem.Problem.FieldError;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Row;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.testing.InMemoryRows;

class SignUpTests {
  private final AuthPlatform platform = AuthPlatform.shared();
  private final AccountsContract accounts = platform.accounts();

  @Test
  void accountHasAUserAndACredentialInOneShard() {
    SignUp newcomer = AuthPlatform.newcomer();

    SignedUp signedUp = accounts.signUp(newcomer);

    Row user = row("users", signedUp.userId());
    assertThat(user.owner()).isEqualTo(signedUp.userId());
    assertThat(user.values())
        .containsEntry("email", newcomer.email())
        .containsEntry("display_name", "Newcomer")
        .containsEntry("bio", "")
        .containsEntry("roles", "customer")
        .containsEntry("state", "active");
    assertThat(row("credentials", signedUp.userId()).values().get("password_hash"))
        .asString()
        .startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
    assertThat(TanadaId.shard(signedUp.userId())).isLessThan(InMemoryRows.SHARDS);
    assertThat(signedUp.token()).isNotEmpty();
  }

  @Test
  void namesAreUniqueWithoutRegardToCase() {
    SignUp first = AuthPlatform.newcomer();
    SignUp other = AuthPlatform.newcomer();
    accounts.signUp(first);
    int claimed = platform.rows.claimed();

    SignUp sameEmail =
        new SignUp(
            first.email().toUpperCase(Locale.ROOT),
            other.username(),
            "Other",
            AuthPlatform.PASSWORD,
            null);
    SignUp sameName =
        new SignUp(
            other.email(),
            first.username().toUpperCase(Locale.ROOT),
            "Other",
            AuthPlatform.PASSWORD,
            null);

    assertThat(problem(() -> accounts.signUp(sameEmail)).code()).isEqualTo(ProblemCode.EMAIL_TAKEN);
    assertThat(problem(() -> accounts.signUp(sameName)).code())
        .isEqualTo(ProblemCode.USERNAME_TAKEN);
    assertThat(platform.rows.claimed()).isEqualTo(claimed);
    assertThat(accounts.signUp(other).userId()).isPositive();
  }

  @Test
  void ofEqualSignUpsInARaceExactlyOneWins() throws Exception {
    SignUp newcomer = AuthPlatform.newcomer();
    int users = platform.rows.all("users").size();
    int claimed = platform.rows.claimed();

    List<Object> outcomes = race(6, () -> accounts.signUp(newcomer));

    assertThat(outcomes).filteredOn(SignedUp.class::isInstance).hasSize(1);
    assertThat(outcomes)
        .filteredOn(ProblemException.class::isInstance)
        .extracting(e -> ((ProblemException) e).code())
        .containsOnly(ProblemCode.EMAIL_TAKEN)
        .hasSize(5);
    assertThat(platform.rows.all("users")).hasSize(users + 1);
    assertThat(platform.rows.claimed()).isEqualTo(claimed + 2);
  }

  @Test
  void sameKeyAndBodyGiveTheSameAccountAlsoInARace() throws Exception {
    SignUp newcomer = withKey(AuthPlatform.newcomer(), UUID.randomUUID().toString());

    List<Object> outcomes = race(4, () -> accounts.signUp(newcomer));

    Set<Long> ids = new HashSet<>();
    for (Object outcome : outcomes) {
      assertThat(outcome).isInstanceOf(SignedUp.class);
      ids.add(((SignedUp) outcome).userId());
    }
    assertThat(ids).hasSize(1);
    assertThat(accounts.signUp(newcomer).userId()).isEqualTo(ids.iterator().next());
  }

  @Test
  void sameKeyForAnotherSignUpIsRefused() {
    String key = UUID.randomUUID().toString();
    SignUp first = withKey(AuthPlatform.newcomer(), key);
    accounts.signUp(first);
    SignUp otherBody = withKey(AuthPlatform.newcomer(), key);
    SignUp otherPassword =
        new SignUp(first.email(), first.username(), first.displayName(), "another secret", key);

    assertThat(problem(() -> accounts.signUp(otherBody)).code())
        .isEqualTo(ProblemCode.IDEMPOTENCY_KEY_REUSED);
    assertThat(problem(() -> accounts.signUp(otherPassword)).code())
        .isEqualTo(ProblemCode.IDEMPOTENCY_KEY_REUSED);
    assertThat(problem(() -> accounts.signUp(withKey(first, "another-key"))).code())
        .isEqualTo(ProblemCode.EMAIL_TAKEN);
  }

  @Test
  void lostAnswerOfTheDatabaseMakesNoSecondAccount() {
    SignUp newcomer = AuthPlatform.newcomer();
    int users = platform.rows.all("users").size();
    platform.rows.loseAnswers(1);

    SignedUp signedUp = accounts.signUp(newcomer);

    assertThat(platform.rows.all("users")).hasSize(users + 1);
    assertThat(platform.rows.resolve(new RowsContract.Name("email", newcomer.email())).id())
        .isEqualTo(signedUp.userId());
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          'not-an-address',        tester, Tester, correct horse,  email
          'a b@example.com',       tester, Tester, correct horse,  email
          'a@example',             tester, Tester, correct horse,  email
          'a@@example.com',        tester, Tester, correct horse,  email
          '',                      tester, Tester, correct horse,  email
          ,                        tester, Tester, correct horse,  email
          valid@example.com,       ab,     Tester, correct horse,  username
          valid@example.com,       a b c,  Tester, correct horse,  username
          valid@example.com,       tëster, Tester, correct horse,  username
          valid@example.com,       ,       Tester, correct horse,  username
          valid@example.com,       tester, '   ',  correct horse,  displayName
          valid@example.com,       tester, ,       correct horse,  displayName
          valid@example.com,       tester, Tester, short,          password
          valid@example.com,       tester, Tester, Password123,    password
          valid@example.com,       tester, Tester, ,               password
          valid@example.com,       tester, Tester, Valid@Example.com, password
          """)
  void wrongFieldIsNamed(
      String email, String username, String displayName, String password, String field) {
    ProblemException e =
        problem(() -> accounts.signUp(new SignUp(email, username, displayName, password, null)));

    assertThat(e.code()).isEqualTo(ProblemCode.VALIDATION_FAILED);
    assertThat(e.errors()).extracting(FieldError::field).containsExactly(field);
  }

  /** Cyrillic а, Greek ο, wide letters, a dotless i, a long s, and what nobody sees. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0430dmin",
        "r\u03BF\u03BFt",
        "\uFF41\uFF44\uFF4D\uFF49\uFF4E",
        "adm\u0131n",
        "re\u017Fet",
        "ad\u200Bmin",
        "ad\u00ADmin",
        "\u202Enimda",
        "admin\uFE0F",
        "admin\u0301",
        "admin\u00A0"
      })
  void userNameThatLooksLikeAnotherIsRefused(String lookalike) {
    SignUp other = AuthPlatform.newcomer();

    ProblemException e =
        problem(() ->
            accounts.signUp(new SignUp(other.email(), lookalike, "Other", other.password(), null)));

    assertThat(e.errors()).extracting(FieldError::field).containsExactly("username");
  }

  @Test
  void displayNameHidesNothing() {
    SignUp other = AuthPlatform.newcomer();
    for (String name : List.of("Mei\u202E", "M\u200Bei", "\u2066Mei", "M\u00ADei", "\uFEFFMei")) {
      ProblemException e =
          problem(() ->
              accounts.signUp(
                  new SignUp(other.email(), other.username(), name, other.password(), null)));

      assertThat(e.errors()).extracting(FieldError::field).containsExactly("displayName");
    }
    accounts.signUp(
        new SignUp(
            other.email(),
            other.username(),
            "Mei \uD83D\uDC69\u200D\uD83D\uDCBB \u0645\u06CC\u200C\u062E",
            other.password(),
            null));
  }

  @Test
  void lengthsAreLimited() {
    SignUp tooLong =
        new SignUp(
            "a".repeat(250) + "@example.com",
            "a".repeat(31),
            "a".repeat(81),
            "a".repeat(257),
            "k".repeat(65));

    assertThat(problem(() -> accounts.signUp(tooLong)).errors())
        .extracting(FieldError::field)
        .containsExactly("email", "username", "displayName", "password", "Idempotency-Key");
  }

  @Test
  void deletionLeavesNothingAndFreesTheNames() {
    SignUp newcomer = withKey(AuthPlatform.newcomer(), UUID.randomUUID().toString());
    int claimed = platform.rows.claimed();
    long userId = accounts.signUp(newcomer).userId();
    String cookie = accounts.openSession(AuthPlatform.login(newcomer)).cookie();
    accounts.tokensByPassword(AuthPlatform.login(newcomer));

    accounts.deleteUser(userId);
    accounts.deleteUser(userId);

    for (String table : List.of("users", "credentials", "sessions", "refresh_families")) {
      assertThat(platform.rows.all(table)).as(table).noneMatch(row -> row.owner() == userId);
    }
    assertThat(platform.rows.claimed()).isEqualTo(claimed);
    assertThat(
            problem(() -> accounts.verifySession(new AccountsContract.SessionCookie(cookie)))
                .code())
        .isEqualTo(ProblemCode.UNAUTHENTICATED);
    assertThat(accounts.signUp(newcomer).userId()).isNotEqualTo(userId);
  }

  private Row row(String table, long id) {
    return platform.rows.all(table).stream()
        .filter(row -> row.id() == id)
        .findFirst()
        .orElseThrow();
  }

  private static SignUp withKey(SignUp signUp, String key) {
    return new SignUp(
        signUp.email(), signUp.username(), signUp.displayName(), signUp.password(), key);
  }

  /** What came of so many equal calls at the same moment: answers and problems. */
  private static List<Object> race(int runners, Callable<?> call) throws Exception {
    CyclicBarrier start = new CyclicBarrier(runners);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> futures = new ArrayList<>();
      for (int i = 0; i < runners; i++) {
        futures.add(
            threads.submit(() -> {
              start.await();
              return call.call();
            }));
      }
      List<Object> outcomes = new ArrayList<>();
      for (Future<?> future : futures) {
        try {
          outcomes.add(future.get());
        } catch (ExecutionException e) {
          outcomes.add(e.getCause());
        }
      }
      return outcomes;
    }
  }
}
