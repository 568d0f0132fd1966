package org.tanada.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tanada.auth.DyingServer.NETWORK;
import static org.tanada.auth.DyingServer.done;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.tanada.auth.DyingServer.Request;
import org.tanada.common.account.AccountsContract.ChangePassword;
import org.tanada.common.account.AccountsContract.OpenSession;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.account.AccountsContract.RefreshToken;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.account.AccountsContract.Tokens;
import org.tanada.common.account.EmailContract.ChangeEmail;
import org.tanada.common.account.EmailContract.MailedToken;
import org.tanada.common.account.EmailContract.RequestReset;
import org.tanada.common.account.EmailContract.ResetPassword;
import org.tanada.common.problem.ProblemCode;

/** A server is killed in every step of what users do with their accounts. */
class DyingInAccountsTests {
  private static final String NEXT = "another horse altogether";
  private static final String THIRD = "no horse at all this time";

  private final DyingServer server = DyingServer.shared();

  @Test
  void signUpWithAKey() {
    server.diesAtEachStepOf(() -> {
      SignUp plain = AuthPlatform.newcomer();
      SignUp user =
          new SignUp(
              plain.email(),
              plain.username(),
              plain.displayName(),
              plain.password(),
              "key of " + plain.username());
      return new Request(
          at -> at.accounts().signUp(user),
          () -> {
            server.lapse(); // at once the answer is that it is on its way
            long userId = server.other.accounts().signUp(user).userId();
            assertThat(identity(user.email(), user.password())).isEqualTo(userId);
          });
    });
  }

  @Test
  void signUpWithoutAKey() {
    server.diesAtEachStepOf(() -> {
      SignUp user = AuthPlatform.newcomer();
      return new Request(
          at -> at.accounts().signUp(user),
          () -> {
            boolean again =
                done(
                    () -> server.other.accounts().signUp(user),
                    ProblemCode.EMAIL_TAKEN,
                    ProblemCode.USERNAME_TAKEN);
            if (!again && server.signIn(user.email(), user.password()) == null) {
              server.lapse();
              server.other.accounts().signUp(user);
            }
            assertThat(server.signIn(user.email(), user.password())).isNotNull();
          });
    });
  }

  @Test
  void signIn() {
    server.diesAtEachStepOf(() -> {
      SignUp user = user();
      OpenedSession before = server.signIn(user.email(), user.password());
      return new Request(
          at ->
              at.accounts()
                  .openSession(
                      new OpenSession(
                          user.email(), user.password(), "test", NETWORK, before.cookie())),
          () -> assertThat(server.lives(server.signIn(user.email(), user.password()))).isTrue());
    });
  }

  @Test
  void signInForTokens() {
    server.diesAtEachStepOf(() -> {
      SignUp user = user();
      return new Request(
          at -> at.accounts().tokensByPassword(AuthPlatform.login(user)),
          () -> refresh(server.other.accounts().tokensByPassword(AuthPlatform.login(user))));
    });
  }

  @Test
  void refresh() {
    server.diesAtEachStepOf(() -> {
      Tokens tokens = server.other.accounts().tokensByPassword(AuthPlatform.login(user()));
      server.platform.advance(Duration.ofSeconds(1));
      return new Request(
          at -> at.accounts().tokensByRefresh(new RefreshToken(tokens.refreshToken())),
          () -> refresh(refresh(tokens)));
    });
  }

  @Test
  void revocationOfARefreshToken() {
    server.diesAtEachStepOf(() -> {
      Tokens tokens = server.other.accounts().tokensByPassword(AuthPlatform.login(user()));
      RefreshToken token = new RefreshToken(tokens.refreshToken());
      return new Request(
          at -> at.accounts().revoke(token),
          () -> {
            server.other.accounts().revoke(token);
            assertThat(
                    done(
                        () -> server.other.accounts().tokensByRefresh(token),
                        ProblemCode.INVALID_TOKEN))
                .isFalse();
          });
    });
  }

  @Test
  void changeOfThePassword() {
    server.diesAtEachStepOf(() -> {
      SignUp user = user();
      OpenedSession before = server.signIn(user.email(), user.password());
      long userId = before.identity().userId();
      server.platform.advance(Duration.ofSeconds(1));
      return new Request(
          at -> at.accounts().changePassword(userId, change(user.password(), NEXT)),
          () -> {
            server.platform.advance(Duration.ofSeconds(1));
            boolean changed = server.signIn(user.email(), NEXT) != null;
            assertThat(server.signIn(user.email(), user.password()) == null).isEqualTo(changed);
            assertThat(changed && server.lives(before)).as("by the old one").isFalse();
            String present = changed ? NEXT : user.password();
            server.other.accounts().changePassword(userId, change(present, THIRD));
            server.platform.advance(Duration.ofSeconds(1));
            assertThat(server.lives(before)).isFalse();
            assertThat(server.signIn(user.email(), present)).isNull();
            assertThat(server.signIn(user.email(), THIRD)).isNotNull();
          });
    });
  }

  @Test
  void wishForANewPassword() {
    server.diesAtEachStepOf(() -> {
      SignUp user = user();
      RequestReset wish = new RequestReset(user.email(), NETWORK);
      return new Request(
          at -> at.emails().requestReset(wish),
          () -> {
            server.other.emails().requestReset(wish);
            server.other.deliver();
            setByLink(user.email(), NEXT);
          });
    });
  }

  @Test
  void mailForANewPassword() {
    server.diesAtEachStepOf(() -> {
      SignUp user = user();
      server.other.emails().requestReset(new RequestReset(user.email(), NETWORK));
      return new Request(
          DyingServer.Server::deliver,
          () -> {
            server.settle();
            assertThat(server.mails(user.email(), "password-reset")).hasSize(1);
            setByLink(user.email(), NEXT);
          });
    });
  }

  @Test
  void useOfALinkForANewPassword() {
    server.diesAtEachStepOf(() -> {
      SignUp user = user();
      OpenedSession before = server.signIn(user.email(), user.password());
      server.other.emails().requestReset(new RequestReset(user.email(), NETWORK));
      server.other.deliver();
      String link = server.link(user.email(), "password-reset");
      server.platform.advance(Duration.ofSeconds(1));
      return new Request(
          at -> at.emails().resetPassword(new ResetPassword(link, NEXT, NETWORK)),
          () -> {
            server.platform.advance(Duration.ofSeconds(1));
            boolean again =
                done(
                    () ->
                        server
                            .other
                            .emails()
                            .resetPassword(new ResetPassword(link, THIRD, NETWORK)),
                    ProblemCode.INVALID_LINK);
            server.platform.advance(Duration.ofSeconds(1));
            assertThat(server.signIn(user.email(), again ? THIRD : NEXT)).isNotNull();
            assertThat(server.signIn(user.email(), again ? NEXT : THIRD)).isNull();
            assertThat(server.signIn(user.email(), user.password())).isNull();
            assertThat(server.lives(before)).isFalse();
            assertThat(server.mails(user.email(), "password-reset-done")).hasSize(1);
          });
    });
  }

  @Test
  void verificationOfTheAddress() {
    server.diesAtEachStepOf(() -> {
      SignUp user = AuthPlatform.newcomer();
      long userId = server.other.accounts().signUp(user).userId();
      MailedToken link = new MailedToken(server.link(user.email(), "email-verification"), NETWORK);
      return new Request(
          at -> at.emails().verify(link),
          () -> {
            done(() -> server.other.emails().verify(link), ProblemCode.INVALID_LINK);
            assertThat(server.other.emails().address(userId).verifiedAt()).isNotNull();
          });
    });
  }

  @Test
  void wishForAnotherAddress() {
    server.diesAtEachStepOf(() -> {
      SignUp user = AuthPlatform.newcomer();
      long userId = server.other.accounts().signUp(user).userId();
      String next = "next-" + user.email();
      ChangeEmail wish = new ChangeEmail(next, user.password(), NETWORK);
      return new Request(
          at -> at.emails().changeEmail(userId, wish),
          () -> {
            server.other.emails().changeEmail(userId, wish);
            server
                .other
                .emails()
                .verify(new MailedToken(server.link(next, "email-change"), NETWORK));
            assertThat(server.other.emails().address(userId).email()).isEqualTo(next);
          });
    });
  }

  @Test
  void useOfALinkToAnotherAddress() {
    server.diesAtEachStepOf(() -> {
      Moving moving = moving();
      return new Request(
          at -> at.emails().verify(moving.link()),
          () -> {
            done(() -> server.other.emails().verify(moving.link()), ProblemCode.INVALID_LINK);
            assertThat(identity(moving.next(), moving.user().password()))
                .isEqualTo(moving.userId());
            server.settle();
            assertFree(moving.user().email());
          });
    });
  }

  @Test
  void useOfALinkToAnotherAddressThatNobodyRepeats() {
    server.diesAtEachStepOf(() -> {
      Moving moving = moving();
      return new Request(
          at -> at.emails().verify(moving.link()),
          () -> {
            server.settle();
            String email = server.other.emails().address(moving.userId()).email();
            assertThat(identity(email, moving.user().password())).isEqualTo(moving.userId());
            assertFree(email.equals(moving.next()) ? moving.user().email() : moving.next());
          });
    });
  }

  @Test
  void addressThatIsGivenUp() {
    server.diesAtEachStepOf(() -> {
      Moving moving = moving();
      server.other.emails().verify(moving.link());
      return new Request(
          DyingServer.Server::deliver,
          () -> {
            server.settle();
            assertFree(moving.user().email());
            assertThat(identity(moving.next(), moving.user().password()))
                .isEqualTo(moving.userId());
          });
    });
  }

  @Test
  void deletion() {
    server.diesAtEachStepOf(() -> {
      SignUp user = AuthPlatform.newcomer();
      long userId = server.other.accounts().signUp(user).userId();
      server.other.accounts().tokensByPassword(AuthPlatform.login(user));
      OpenedSession before = server.signIn(user.email(), user.password());
      return new Request(
          at -> at.accounts().deleteUser(userId),
          () -> {
            server.other.accounts().deleteUser(userId);
            assertThat(server.lives(before)).isFalse();
            server.lapse();
            server.other.accounts().signUp(user);
            assertThat(identity(user.email(), user.password())).isNotEqualTo(userId);
          });
    });
  }

  @Test
  void signOutEverywhere() {
    server.diesAtEachStepOf(() -> {
      SignUp user = user();
      OpenedSession before = server.signIn(user.email(), user.password());
      Tokens tokens = server.other.accounts().tokensByPassword(AuthPlatform.login(user));
      long userId = before.identity().userId();
      server.platform.advance(Duration.ofSeconds(1));
      return new Request(
          at -> at.accounts().signOutEverywhere(userId),
          () -> {
            server.other.accounts().signOutEverywhere(userId);
            server.platform.advance(Duration.ofSeconds(1));
            assertThat(server.lives(before)).isFalse();
            assertThat(
                    done(
                        () ->
                            server
                                .other
                                .accounts()
                                .tokensByRefresh(new RefreshToken(tokens.refreshToken())),
                        ProblemCode.INVALID_TOKEN))
                .isFalse();
            assertThat(server.lives(server.signIn(user.email(), user.password()))).isTrue();
          });
    });
  }

  @Test
  void endOfASession() {
    server.diesAtEachStepOf(() -> {
      SignUp user = user();
      OpenedSession one = server.signIn(user.email(), user.password());
      OpenedSession another = server.signIn(user.email(), user.password());
      long userId = one.identity().userId();
      return new Request(
          at -> at.accounts().endSession(userId, one.session().id()),
          () -> {
            done(
                () -> server.other.accounts().endSession(userId, one.session().id()),
                ProblemCode.NOT_FOUND);
            assertThat(server.lives(one)).isFalse();
            assertThat(server.lives(another)).isTrue();
          });
    });
  }

  /** Somebody who has followed no link to their next address yet. */
  private record Moving(SignUp user, long userId, String next, MailedToken link) {}

  private Moving moving() {
    SignUp user = AuthPlatform.newcomer();
    long userId = server.other.accounts().signUp(user).userId();
    String next = "next-" + user.email();
    server.other.emails().changeEmail(userId, new ChangeEmail(next, user.password(), NETWORK));
    return new Moving(
        user, userId, next, new MailedToken(server.link(next, "email-change"), NETWORK));
  }

  private SignUp user() {
    SignUp user = AuthPlatform.newcomer();
    server.other.accounts().signUp(user);
    return user;
  }

  private long identity(String email, String password) {
    OpenedSession session = server.signIn(email, password);
    assertThat(session).as("sign-in").isNotNull();
    return session.identity().userId();
  }

  private Tokens refresh(Tokens tokens) {
    return server.other.accounts().tokensByRefresh(new RefreshToken(tokens.refreshToken()));
  }

  private void setByLink(String email, String password) {
    String link = server.link(email, "password-reset");
    server.other.emails().resetPassword(new ResetPassword(link, password, NETWORK));
    server.platform.advance(Duration.ofSeconds(1));
    assertThat(server.signIn(email, password)).isNotNull();
  }

  private void assertFree(String email) {
    SignUp plain = AuthPlatform.newcomer();
    server
        .other
        .accounts()
        .signUp(new SignUp(email, plain.username(), "Next", plain.password(), null));
  }

  private static ChangePassword change(String present, String next) {
    return new ChangePassword(present, next, false, "test", NETWORK);
  }
}
