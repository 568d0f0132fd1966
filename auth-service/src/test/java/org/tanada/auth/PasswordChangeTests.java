package org.tanada.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tanada.auth.Problems.problem;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.AccountsContract.ChangePassword;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.account.AccountsContract.RefreshToken;
import org.tanada.common.account.AccountsContract.SessionCookie;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.problem.Problem.FieldError;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

class PasswordChangeTests {
  private static final String NEXT = "another horse altogether";

  private final AuthPlatform platform = AuthPlatform.shared();
  private final AccountsContract accounts = platform.accounts();
  private final SignUp user = AuthPlatform.newcomer();

  private static ChangePassword change(String current, String next) {
    return new ChangePassword(current, next, true, "test", "192.0.2.1");
  }

  @Test
  void newPasswordKeepsTheSameRules() {
    long userId = accounts.signUp(user).userId();

    for (String weak : List.of("", "short", "password123", user.email(), "x".repeat(257))) {
      ProblemException e =
          problem(() -> accounts.changePassword(userId, change(user.password(), weak)));

      assertThat(e.code()).isEqualTo(ProblemCode.VALIDATION_FAILED);
      assertThat(e.errors()).extracting(FieldError::field).containsExactly("next");
    }
    accounts.openSession(AuthPlatform.login(user));
  }

  @Test
  void nobodyHasAPasswordToChange() {
    assertThat(problem(() -> accounts.changePassword(7, change(user.password(), NEXT))).code())
        .isEqualTo(ProblemCode.NOT_FOUND);
  }

  @Test
  void ofTwoChangesAtATimeOneWins() throws Exception {
    long userId = accounts.signUp(user).userId();
    CountDownLatch start = new CountDownLatch(1);
    List<Future<Boolean>> changes;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      changes =
          List.of(NEXT + " one", NEXT + " two").stream()
              .map(next ->
                  threads.submit(() -> {
                    start.await();
                    try {
                      accounts.changePassword(userId, change(user.password(), next));
                      return true;
                    } catch (ProblemException e) {
                      assertThat(e.code())
                          .isIn(ProblemCode.VERSION_MISMATCH, ProblemCode.INVALID_CREDENTIALS);
                      return false;
                    }
                  }))
              .toList();
      start.countDown();
    }

    assertThat(List.of(changes.get(0).get(), changes.get(1).get()))
        .containsExactlyInAnyOrder(true, false);
    boolean first = changes.get(0).get();
    assertThat(signsIn(NEXT + " one")).isEqualTo(first);
    assertThat(signsIn(NEXT + " two")).isEqualTo(!first);
    assertThat(signsIn(user.password())).isFalse();
  }

  private boolean signsIn(String password) {
    platform.advance(Duration.ofSeconds(1));
    try {
      accounts.openSession(
          new AccountsContract.OpenSession(user.email(), password, "test", "192.0.2.1"));
      return true;
    } catch (ProblemException e) {
      assertThat(e.code()).isEqualTo(ProblemCode.INVALID_CREDENTIALS);
      return false;
    }
  }

  /** Sign-ins that have matched the old password, and come to an end after the change. */
  @Test
  void signInsUnderWayByTheOldPasswordEnd() throws Exception {
    for (int round = 0; round < 4; round++) {
      SignUp victim = AuthPlatform.newcomer();
      long userId = accounts.signUp(victim).userId();
      ConcurrentLinkedQueue<String> cookies = new ConcurrentLinkedQueue<>();
      ConcurrentLinkedQueue<String> tokens = new ConcurrentLinkedQueue<>();
      AtomicBoolean over = new AtomicBoolean();
      CountDownLatch begun = new CountDownLatch(3);
      OpenedSession reopened;
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 3; i++) {
          threads.execute(() -> {
            while (!over.get()) {
              try {
                cookies.add(accounts.openSession(AuthPlatform.login(victim)).cookie());
                tokens.add(accounts.tokensByPassword(AuthPlatform.login(victim)).refreshToken());
                begun.countDown();
              } catch (ProblemException e) {
                assertThat(e.code()).isIn(ProblemCode.INVALID_CREDENTIALS, ProblemCode.UNAVAILABLE);
              }
            }
          });
        }
        begun.await();
        reopened = accounts.changePassword(userId, change(victim.password(), NEXT)).session();
        over.set(true);
      }

      for (String cookie : cookies) {
        assertThat(problem(() -> accounts.verifySession(new SessionCookie(cookie))).code())
            .isEqualTo(ProblemCode.UNAUTHENTICATED);
      }
      for (String token : tokens) {
        assertThat(problem(() -> accounts.tokensByRefresh(new RefreshToken(token))).code())
            .isEqualTo(ProblemCode.INVALID_TOKEN);
      }
      assertThat(accounts.verifySession(new SessionCookie(reopened.cookie())).userId())
          .isEqualTo(userId);
      assertThat(accounts.sessions(userId)).hasSize(1);
    }
  }
}
