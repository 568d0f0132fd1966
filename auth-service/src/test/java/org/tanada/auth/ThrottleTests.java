package org.tanada.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tanada.auth.Problems.problem;

import java.time.Duration;
import java.util.function.IntFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tanada.auth.throttle.Throttle;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.AccountsContract.ChangePassword;
import org.tanada.common.account.AccountsContract.OpenSession;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.account.EmailContract.RequestReset;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** Guessing is slowed down, and locks nobody out. Two servers spend from the same budgets. */
class ThrottleTests {
  private static final int ACCOUNT = 3;
  private static final int NETWORK = 12;
  private static AuthPlatform platform;
  private static int networks;

  private final AccountsContract accounts = platform.accounts();
  private final SignUp user = AuthPlatform.newcomer();
  private final String home = network();

  @BeforeAll
  static void start() {
    platform =
        AuthPlatform.with(
            "tanada.auth.throttle.account=" + ACCOUNT,
            "tanada.auth.throttle.network=" + NETWORK,
            "tanada.auth.throttle.known=2",
            "tanada.auth.throttle.wishes=2");
  }

  private static String network() {
    return "198.51." + networks++ + ".1";
  }

  @Test
  void anAttackerIsSlowedDownAndTheOwnerSignsInFromWhereTheyHaveBefore() {
    accounts.signUp(user);
    signIn(user.password(), home);

    assertThat(guessed(i -> refusal("wrong horse " + i, network())))
        .isEqualTo(ACCOUNT); // from anywhere, at both servers

    assertThat(refusal(user.password(), network())).isEqualTo(ProblemCode.TOO_MANY_REQUESTS);
    signIn(user.password(), home);
    signIn(user.password(), home.replaceAll("1$", "99")); // the same network
    platform.advance(Duration.ofMinutes(1));
    assertThat(guessed(i -> refusal("wrong horse " + i, network()))).isEqualTo(1);
  }

  @Test
  void whoGuessesFromTheOwnersNetworkIsSlowedDownThere() {
    accounts.signUp(user);
    signIn(user.password(), home);

    assertThat(guessed(i -> refusal("wrong horse " + i, home))).isEqualTo(ACCOUNT + 2);

    platform.advance(Duration.ofMinutes(1));
    signIn(user.password(), home);
  }

  @Test
  void anAccountThatDoesNotExistHasTheSameBudget() {
    assertThat(guessed(i -> refusal("nobody-" + user.email(), "wrong horse", network())))
        .isEqualTo(ACCOUNT);
  }

  @Test
  void aNetworkThatGuessesAtManyAccountsIsSlowedDown() {
    assertThat(guessed(i -> refusal("nobody-" + i + user.email(), "wrong horse", home)))
        .isEqualTo(NETWORK);
    assertThat(refusal("nobody-else-" + user.email(), "wrong horse", network()))
        .isEqualTo(ProblemCode.INVALID_CREDENTIALS);
  }

  @Test
  void aNetworkThatTriesWhichAddressesAreTakenIsSlowedDown() {
    Throttle throttle = platform.nodes.getFirst().getBean(Throttle.class);

    assertThat(
            guessed(i ->
                problem(() ->
                        throttle.signUp(
                            home,
                            () -> {
                              throw new ProblemException(ProblemCode.EMAIL_TAKEN, "It is taken.");
                            }))
                    .code()))
        .isEqualTo(NETWORK);
  }

  @Test
  void aThiefOfASessionDoesNotGuessThePasswordByChangingIt() {
    long userId = accounts.signUp(user).userId();

    assertThat(guessed(i -> change(userId))).isEqualTo(ACCOUNT);
  }

  @Test
  void whatWasSpentAtOneServerIsSpentAtOneThatHasSeenNothingOfIt() {
    accounts.signUp(user);
    AccountsContract first = platform.nodes.getFirst().getBean(AccountsContract.class);
    AccountsContract second = platform.nodes.getLast().getBean(AccountsContract.class);

    assertThat(guessed(i -> refusal(first, "wrong horse " + i))).isEqualTo(ACCOUNT);

    assertThat(refusal(second, user.password())).isEqualTo(ProblemCode.TOO_MANY_REQUESTS);
  }

  @Test
  void whileServersCannotHearOfEachOtherEachSlowsGuessesDownAndKeepsNobodyOut() {
    accounts.signUp(user);
    platform.rows.refuseTable("spent_budgets", true);
    try {
      assertThat(guessed(i -> refusal("wrong horse " + i, network()))).isEqualTo(2 * ACCOUNT);
    } finally {
      platform.rows.refuseTable("spent_budgets", false);
    }
    platform.advance(Duration.ofMinutes(2));
    signIn(user.password(), home);
  }

  /** How many guesses are looked at, until four in a row are not, at either server. */
  private static int guessed(IntFunction<ProblemCode> guess) {
    int looked = 0;
    int refused = 0;
    for (int i = 0; refused < 4; i++) {
      boolean tooMany = guess.apply(i) == ProblemCode.TOO_MANY_REQUESTS;
      refused = tooMany ? refused + 1 : 0;
      looked += tooMany ? 0 : 1;
    }
    return looked;
  }

  @Test
  void anAddressIsAskedForAFewMailsAtATime() {
    int mailed = 0;
    for (int i = 0; i < 8; i++) {
      try {
        platform.emails().requestReset(new RequestReset(user.email(), network()));
        mailed++;
      } catch (ProblemException e) {
        assertThat(e.code()).isEqualTo(ProblemCode.TOO_MANY_REQUESTS);
      }
    }

    assertThat(mailed).isEqualTo(2);
  }

  private ProblemCode change(long userId) {
    return problem(() ->
            accounts.changePassword(
                userId,
                new ChangePassword(
                    "wrong horse", "another horse altogether", true, "test", network())))
        .code();
  }

  private void signIn(String password, String address) {
    for (int server = 0; server < 2; server++) {
      accounts.openSession(new OpenSession(user.email(), password, "test", address));
    }
  }

  private ProblemCode refusal(AccountsContract server, String password) {
    return problem(
            () -> server.openSession(new OpenSession(user.email(), password, "test", network())))
        .code();
  }

  private ProblemCode refusal(String password, String address) {
    return refusal(user.email(), password, address);
  }

  private ProblemCode refusal(String email, String password, String address) {
    return problem(() -> accounts.openSession(new OpenSession(email, password, "test", address)))
        .code();
  }
}
