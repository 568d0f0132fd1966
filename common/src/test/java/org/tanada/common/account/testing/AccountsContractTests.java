package org.tanada.common.account.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.InstantSource;
import java.util.Locale;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.tanada.common.account.AccessTokens;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.AccountsContract.ChangePassword;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.account.AccountsContract.OpenSession;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.account.AccountsContract.PasswordChanged;
import org.tanada.common.account.AccountsContract.RefreshToken;
import org.tanada.common.account.AccountsContract.Session;
import org.tanada.common.account.AccountsContract.SessionCookie;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.account.AccountsContract.Tokens;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * What every {@link AccountsContract} keeps: run on auth-service over HTTP and on the fake that the
 * app server's tests believe in.
 */
public abstract class AccountsContractTests {
  private static final String PASSWORD = "correct horse battery";

  /** What is tested. */
  protected abstract AccountsContract accounts();

  /** Its time. */
  protected abstract InstantSource clock();

  /** Lets a moment pass, so that what follows is newer on any server. */
  protected abstract void later();

  @Test
  void whoSignsUpCanSignInWithTheAddressInAnyCase() {
    SignUp user = newcomer();
    long id = accounts().signUp(user).userId();

    OpenedSession opened =
        accounts().openSession(login(user.email().toUpperCase(Locale.ROOT), PASSWORD));

    Identity identity = accounts().verifySession(new SessionCookie(opened.cookie()));
    assertThat(identity).isEqualTo(opened.identity());
    assertThat(identity.userId()).isEqualTo(id);
    assertThat(identity.username()).isEqualTo(user.username());
    assertThat(identity.displayName()).isEqualTo(user.displayName());
    assertThat(identity.roles()).contains("customer");
    assertThat(identity.sessionId()).isEqualTo(opened.session().id());
    assertThat(identity.expiresAt()).isAfter(clock().instant());
  }

  @Test
  void whoeverBecomesASellerStaysSignedInAndIsOne() {
    SignUp user = newcomer();
    long id = accounts().signUp(user).userId();
    OpenedSession opened = accounts().openSession(login(user.email(), PASSWORD));
    assertThat(opened.identity().roles()).containsExactly("customer");

    accounts().becomeSeller(id);
    accounts().becomeSeller(id);

    assertThat(accounts().verifySession(new SessionCookie(opened.cookie())).roles())
        .containsExactly("customer", "seller");
  }

  @Test
  void anAddressAndANameBelongToOneUserInAnyCase() {
    SignUp first = newcomer();
    SignUp second = newcomer();
    accounts().signUp(first);

    assertProblem(
        ProblemCode.EMAIL_TAKEN,
        () -> accounts().signUp(with(first.email().toUpperCase(Locale.ROOT), second.username())));
    assertProblem(
        ProblemCode.USERNAME_TAKEN,
        () -> accounts().signUp(with(second.email(), first.username().toUpperCase(Locale.ROOT))));
    accounts().signUp(second); // neither refusal has kept a name
  }

  @Test
  void aRepeatedSignUpWithItsKeyIsTheSameUser() {
    SignUp user = newcomer();
    SignUp keyed =
        new SignUp(
            user.email(), user.username(), user.displayName(), PASSWORD, "key-" + user.username());

    assertThat(accounts().signUp(keyed).userId()).isEqualTo(accounts().signUp(keyed).userId());
  }

  @Test
  void aWrongPasswordAndAnUnknownAddressAreTheSameRefusal() {
    SignUp user = newcomer();
    accounts().signUp(user);

    assertProblem(
        ProblemCode.INVALID_CREDENTIALS,
        () -> accounts().openSession(login(user.email(), PASSWORD + "!")));
    assertProblem(
        ProblemCode.INVALID_CREDENTIALS,
        () -> accounts().tokensByPassword(login(user.email(), PASSWORD + "!")));
    assertProblem(
        ProblemCode.INVALID_CREDENTIALS,
        () -> accounts().openSession(login("nobody-" + user.email(), PASSWORD)));
  }

  @Test
  void sessionsAreListedNewestFirstAndEndOneByOne() {
    SignUp user = newcomer();
    SignUp other = newcomer();
    long id = accounts().signUp(user).userId();
    long stranger = accounts().signUp(other).userId();
    OpenedSession first = accounts().openSession(login(user.email(), PASSWORD));
    later();
    OpenedSession second = accounts().openSession(login(user.email(), PASSWORD));

    assertThat(accounts().sessions(id))
        .extracting(Session::id)
        .containsExactly(second.session().id(), first.session().id());
    assertProblem(
        ProblemCode.NOT_FOUND, () -> accounts().endSession(stranger, first.session().id()));
    accounts().endSession(id, first.session().id());

    assertThat(accounts().sessions(id))
        .extracting(Session::id)
        .containsExactly(second.session().id());
    assertProblem(
        ProblemCode.UNAUTHENTICATED,
        () -> accounts().verifySession(new SessionCookie(first.cookie())));
    assertProblem(ProblemCode.NOT_FOUND, () -> accounts().endSession(id, first.session().id()));
    accounts().verifySession(new SessionCookie(second.cookie()));
  }

  @Test
  void aSignInEndsTheSessionThatTheClientHadBefore() {
    SignUp user = newcomer();
    accounts().signUp(user);
    OpenedSession before = accounts().openSession(login(user.email(), PASSWORD));

    OpenedSession after =
        accounts()
            .openSession(
                new OpenSession(user.email(), PASSWORD, "test", "192.0.2.1", before.cookie()));

    assertProblem(
        ProblemCode.UNAUTHENTICATED,
        () -> accounts().verifySession(new SessionCookie(before.cookie())));
    accounts().verifySession(new SessionCookie(after.cookie()));
  }

  @Test
  void aSignOutEverywhereEndsSessionsAndRefreshTokens() {
    SignUp user = newcomer();
    long id = accounts().signUp(user).userId();
    OpenedSession session = accounts().openSession(login(user.email(), PASSWORD));
    Tokens tokens = accounts().tokensByPassword(login(user.email(), PASSWORD));

    accounts().signOutEverywhere(id);

    assertProblem(
        ProblemCode.UNAUTHENTICATED,
        () -> accounts().verifySession(new SessionCookie(session.cookie())));
    assertProblem(
        ProblemCode.INVALID_TOKEN,
        () -> accounts().tokensByRefresh(new RefreshToken(tokens.refreshToken())));
    assertThat(accounts().sessions(id)).isEmpty();
    later();
    accounts()
        .verifySession(
            new SessionCookie(accounts().openSession(login(user.email(), PASSWORD)).cookie()));
  }

  @Test
  void aChangedPasswordEndsAllThatWasOpenedByTheOldOne() {
    SignUp user = newcomer();
    long id = accounts().signUp(user).userId();
    OpenedSession session = accounts().openSession(login(user.email(), PASSWORD));
    Tokens tokens = accounts().tokensByPassword(login(user.email(), PASSWORD));
    String next = "another horse altogether";

    assertProblem(
        ProblemCode.INVALID_CREDENTIALS,
        () ->
            accounts()
                .changePassword(id, new ChangePassword(PASSWORD + "!", next, true, null, null)));
    accounts().verifySession(new SessionCookie(session.cookie()));
    later();
    OpenedSession reopened =
        accounts()
            .changePassword(id, new ChangePassword(PASSWORD, next, true, "test", "192.0.2.1"))
            .session();

    assertProblem(
        ProblemCode.UNAUTHENTICATED,
        () -> accounts().verifySession(new SessionCookie(session.cookie())));
    assertProblem(
        ProblemCode.INVALID_TOKEN,
        () -> accounts().tokensByRefresh(new RefreshToken(tokens.refreshToken())));
    assertProblem(
        ProblemCode.INVALID_CREDENTIALS,
        () -> accounts().openSession(login(user.email(), PASSWORD)));
    assertThat(reopened).isNotNull();
    assertThat(accounts().verifySession(new SessionCookie(reopened.cookie())).userId())
        .isEqualTo(id);
    assertThat(accounts().sessions(id))
        .extracting(Session::id)
        .hasSize(1)
        .first()
        .isEqualTo(reopened.session().id());
    later();
    assertThat(accounts().changePassword(id, new ChangePassword(next, PASSWORD, false, null, null)))
        .isEqualTo(new PasswordChanged(null));
    assertThat(accounts().sessions(id)).isEmpty();
    later();
    accounts().openSession(login(user.email(), PASSWORD));
  }

  @Test
  void anUnknownCookieIsNobody() {
    assertProblem(
        ProblemCode.UNAUTHENTICATED,
        () -> accounts().verifySession(new SessionCookie(UUID.randomUUID().toString())));
  }

  @Test
  void anAccessTokenIsVerifiedByThePublishedKeysAlone() {
    SignUp user = newcomer();
    long id = accounts().signUp(user).userId();
    Tokens tokens = accounts().tokensByPassword(login(user.email(), PASSWORD));

    Identity identity = new AccessTokens(accounts()::jwks, clock()).verify(tokens.accessToken());

    assertThat(identity.userId()).isEqualTo(id);
    assertThat(identity.username()).isEqualTo(user.username());
    assertThat(identity.sessionId()).isNull();
    assertThat(tokens.tokenType()).isEqualTo("Bearer");
    assertThat(tokens.expiresIn()).isBetween(1L, 3600L);
  }

  @Test
  void aRefreshTokenGivesNewOnesUntilItIsRevoked() {
    SignUp user = newcomer();
    accounts().signUp(user);
    Tokens first = accounts().tokensByPassword(login(user.email(), PASSWORD));

    Tokens second = accounts().tokensByRefresh(new RefreshToken(first.refreshToken()));
    assertThat(second.refreshToken()).isNotEqualTo(first.refreshToken());
    accounts().revoke(new RefreshToken(second.refreshToken()));
    accounts().revoke(new RefreshToken(second.refreshToken()));

    assertProblem(
        ProblemCode.INVALID_TOKEN,
        () -> accounts().tokensByRefresh(new RefreshToken(second.refreshToken())));
    assertProblem(
        ProblemCode.INVALID_TOKEN, () -> accounts().tokensByRefresh(new RefreshToken("made-up")));
  }

  @Test
  void aDeletedUserIsGoneAndTheNamesAreFree() {
    SignUp user = newcomer();
    long id = accounts().signUp(user).userId();
    OpenedSession opened = accounts().openSession(login(user.email(), PASSWORD));

    accounts().deleteUser(id);

    assertProblem(
        ProblemCode.UNAUTHENTICATED,
        () -> accounts().verifySession(new SessionCookie(opened.cookie())));
    assertProblem(
        ProblemCode.INVALID_CREDENTIALS,
        () -> accounts().openSession(login(user.email(), PASSWORD)));
    assertThat(accounts().signUp(user).userId()).isNotEqualTo(id);
  }

  private static SignUp newcomer() {
    String name = "contract-" + UUID.randomUUID().toString().substring(0, 12);
    return with(name + "@example.com", name);
  }

  private static SignUp with(String email, String username) {
    return new SignUp(email, username, "Newcomer 棚田", PASSWORD, null);
  }

  private static OpenSession login(String email, String password) {
    return new OpenSession(email, password, "test", "192.0.2.1");
  }

  private static void assertProblem(ProblemCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(ProblemException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
