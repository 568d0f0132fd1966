package org.tanada.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tanada.auth.DyingServer.NETWORK;
import static org.tanada.auth.DyingServer.done;

import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tanada.auth.DyingServer.Request;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.account.EmailContract.MailedToken;
import org.tanada.common.problem.ProblemCode;

/** A server is killed in every step of signing up where taken addresses are hidden. */
class DyingInHiddenSignUpsTests {
  private static final String FINISH = "sign-up";
  private static DyingServer server;

  @BeforeAll
  static void start() {
    server = DyingServer.with("tanada.auth.sign-up.hide-taken-addresses=true");
  }

  @Test
  void signUp() {
    server.diesAtEachStepOf(() -> {
      SignUp user = AuthPlatform.newcomer();
      return new Request(
          at -> at.accounts().signUp(user),
          () -> {
            server.lapse(); // at once the user name is that of somebody who signs up
            server.other.accounts().signUp(user);
            finish(user);
          });
    });
  }

  @Test
  void mailToSomebodyNew() {
    server.diesAtEachStepOf(() -> {
      SignUp user = AuthPlatform.newcomer();
      server.other.accounts().signUp(user);
      return new Request(
          DyingServer.Server::deliver,
          () -> {
            finish(user);
            assertThat(server.mails(user.email(), FINISH)).hasSize(1);
          });
    });
  }

  @Test
  void mailToTheOwnerOfATakenAddress() {
    server.diesAtEachStepOf(() -> {
      SignUp owner = AuthPlatform.newcomer();
      server.other.accounts().signUp(owner);
      finish(owner);
      SignUp other = AuthPlatform.newcomer();
      server
          .other
          .accounts()
          .signUp(new SignUp(owner.email(), other.username(), "Other", "another horse", null));
      return new Request(
          DyingServer.Server::deliver,
          () -> {
            server.settle();
            assertThat(server.mails(owner.email(), "sign-up-again")).hasSize(1);
            assertThat(server.mails(owner.email(), FINISH)).hasSize(1);
          });
    });
  }

  @Test
  void userNameThatHasWaitedTooLong() {
    server.diesAtEachStepOf(() -> {
      SignUp late = AuthPlatform.newcomer();
      long lateId = server.other.accounts().signUp(late).userId();
      server.platform.advance(Duration.ofDays(1).plusMinutes(1));
      SignUp next =
          new SignUp("next-" + late.email(), late.username(), "Next", "another horse", null);
      return new Request(
          at -> at.accounts().signUp(next),
          () -> {
            server.lapse();
            if (!done(() -> server.other.accounts().signUp(next), ProblemCode.USERNAME_TAKEN)) {
              server.other.accounts().deleteUser(lateId); // as app servers do, who see it begun
              server.other.accounts().signUp(next);
            }
            finish(next);
          });
    });
  }

  /** Follows the newest link, and signs in. */
  private static void finish(SignUp user) {
    server.settle();
    MailedToken link = new MailedToken(server.link(user.email(), FINISH), NETWORK);
    server.other.emails().verify(link);
    assertThat(server.signIn(user.email(), user.password())).isNotNull();
  }
}
