package org.tanada.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tanada.auth.Problems.problem;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.AccountsContract.OpenSession;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.account.AccountsContract.RefreshToken;
import org.tanada.common.account.AccountsContract.SessionCookie;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.account.AccountsContract.Tokens;
import org.tanada.common.account.AdministrationContract.Actor;
import org.tanada.common.account.AdministrationContract.Lock;
import org.tanada.common.account.EmailContract;
import org.tanada.common.account.EmailContract.RequestReset;
import org.tanada.common.account.EmailContract.ResetPassword;
import org.tanada.common.account.MailContract.Mail;
import org.tanada.common.account.MailContract.MailQuery;
import org.tanada.common.problem.Problem.FieldError;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.testing.Poll;

/** New passwords by mailed links; without a server, so that the mails are kept. */
class PasswordResetTests {
  private static final String NEXT = "another horse altogether";
  private static AuthPlatform platform;

  private final AccountsContract accounts = platform.accounts();
  private final EmailContract emails = platform.emails();
  private final SignUp user = AuthPlatform.newcomer();

  @BeforeAll
  static void start() {
    platform =
        AuthPlatform.with("tanada.auth.mail.sweep=100ms", "tanada.auth.throttle.wishes=1000");
  }

  @Test
  void aLinkSetsAPasswordOnceAndEndsAllThatWasOpen() {
    long userId = accounts.signUp(user).userId();
    OpenedSession session = accounts.openSession(AuthPlatform.login(user));
    Tokens tokens = accounts.tokensByPassword(AuthPlatform.login(user));
    String first = link(1);
    String second = link(2);
    platform.advance(Duration.ofSeconds(1));

    emails.resetPassword(new ResetPassword(second, NEXT, "192.0.2.1"));

    assertThat(code(() -> accounts.verifySession(new SessionCookie(session.cookie()))))
        .isEqualTo(ProblemCode.UNAUTHENTICATED);
    assertThat(code(() -> accounts.tokensByRefresh(new RefreshToken(tokens.refreshToken()))))
        .isEqualTo(ProblemCode.INVALID_TOKEN);
    assertThat(code(() -> accounts.openSession(AuthPlatform.login(user))))
        .isEqualTo(ProblemCode.INVALID_CREDENTIALS);
    assertThat(signIn(NEXT).identity().userId()).isEqualTo(userId);
    assertThat(mails("password-reset-done")).hasSize(1);
    assertThat(emails.address(userId).verifiedAt()).isNotNull(); // they read that mailbox
    for (String used : List.of(second, first)) {
      assertThat(code(() -> emails.resetPassword(new ResetPassword(used, NEXT + "!", null))))
          .isEqualTo(ProblemCode.INVALID_LINK);
    }
    assertThat(signIn(NEXT).identity().userId()).isEqualTo(userId);
  }

  @Test
  void ofUsesAtATimeOneSucceeds() throws Exception {
    accounts.signUp(user);
    String link = link(1);
    List<Callable<Boolean>> uses =
        List.of("one", "two", "three").stream()
            .<Callable<Boolean>>map(word ->
                () -> {
                  try {
                    emails.resetPassword(new ResetPassword(link, NEXT + " " + word, null));
                    return true;
                  } catch (ProblemException e) {
                    assertThat(e.code())
                        .isIn(ProblemCode.INVALID_LINK, ProblemCode.VERSION_MISMATCH);
                    return false;
                  }
                })
            .toList();

    List<Future<Boolean>> outcomes;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      outcomes = threads.invokeAll(uses);
    }

    int succeeded = 0;
    for (int i = 0; i < outcomes.size(); i++) {
      boolean first = outcomes.get(i).get();
      succeeded += first ? 1 : 0;
      String password = NEXT + " " + List.of("one", "two", "three").get(i);
      platform.advance(Duration.ofSeconds(1));
      if (first) {
        signIn(password);
      } else {
        assertThat(code(() -> signIn(password))).isEqualTo(ProblemCode.INVALID_CREDENTIALS);
      }
    }
    assertThat(succeeded).isEqualTo(1);
  }

  @Test
  void aTransactionThatFailsUsesNothingUp() {
    accounts.signUp(user);
    String link = link(1);
    platform.rows.refuseTable("credentials", true);
    try {
      assertThat(code(() -> emails.resetPassword(new ResetPassword(link, NEXT, null))))
          .isEqualTo(ProblemCode.UNAVAILABLE);
    } finally {
      platform.rows.refuseTable("credentials", false);
    }

    emails.resetPassword(new ResetPassword(link, NEXT, null));

    platform.advance(Duration.ofSeconds(1));
    signIn(NEXT);
  }

  @Test
  void nobodyIsMailedAndTheAnswerAndTheWorkAreTheSame() {
    accounts.signUp(user);
    int before = platform.rows.all("mails").size();
    platform.rows.refuseTable("mails", true); // so that nothing is done with the wishes
    try {
      assertThat(code(() -> wish(user.email()))).isEqualTo(ProblemCode.UNAVAILABLE);
      assertThat(code(() -> wish("nobody-" + user.email()))).isEqualTo(ProblemCode.UNAVAILABLE);
    } finally {
      platform.rows.refuseTable("mails", false);
    }

    wish("nobody-" + user.email());

    Poll.until(() -> platform.rows.all("mails").size() == before);
    assertThat(mails("password-reset")).isEmpty();
    assertThat(problem(() -> wish("no address")).errors())
        .extracting(FieldError::field)
        .containsExactly("email");
  }

  @Test
  void aLinkExpiresAndIsNothingElse() {
    accounts.signUp(user);
    String link = link(1);
    String verification = Mailbox.token(text(mails("email-verification").getFirst()));
    String id = link.substring(0, link.indexOf('.'));

    for (String wrong :
        List.of(
            "",
            "x",
            id,
            id + ".",
            id + "." + "A".repeat(43),
            link + "A",
            "1" + link,
            verification,
            "9".repeat(19) + "." + "A".repeat(43))) {
      assertThat(code(() -> emails.resetPassword(new ResetPassword(wrong, NEXT, null))))
          .as(wrong)
          .isEqualTo(ProblemCode.INVALID_LINK);
    }
    platform.advance(Duration.ofMinutes(31));
    assertThat(code(() -> emails.resetPassword(new ResetPassword(link, NEXT, null))))
        .isEqualTo(ProblemCode.INVALID_LINK);
  }

  @Test
  void theNewPasswordKeepsTheSameRulesAndAWeakOneUsesNothingUp() {
    accounts.signUp(user);
    String link = link(1);

    for (String weak : List.of("", "short", "password123", user.email(), "x".repeat(257))) {
      ProblemException e = problem(() -> emails.resetPassword(new ResetPassword(link, weak, null)));
      assertThat(e.code()).isEqualTo(ProblemCode.VALIDATION_FAILED);
      assertThat(e.errors()).extracting(FieldError::field).containsExactly("password");
    }

    emails.resetPassword(new ResetPassword(link, NEXT, null));
  }

  @Test
  void anAccountIsMailedThreeLinksAnHour() {
    accounts.signUp(user);
    link(1);
    link(2);
    link(3);

    wish(user.email());
    Poll.until(() -> wishes() == 0);
    assertThat(mails("password-reset")).hasSize(3);

    platform.advance(Duration.ofMinutes(61));
    link(4);
  }

  @Test
  void aLockedAccountStaysLocked() {
    long userId = accounts.signUp(user).userId();
    String link = link(1);
    platform.administration().lock(new Lock(Actor.OPERATOR, userId, true));

    emails.resetPassword(new ResetPassword(link, NEXT, null));
    wish(user.email());

    Poll.until(() -> wishes() == 0);
    assertThat(mails("password-reset")).hasSize(1);
    platform.advance(Duration.ofSeconds(1));
    assertThat(code(() -> signIn(NEXT))).isEqualTo(ProblemCode.ACCOUNT_LOCKED);
  }

  @Test
  void aDeletedAccountLeavesNoMailsAndNoLinks() {
    long userId = accounts.signUp(user).userId();
    String link = link(1);

    accounts.deleteUser(userId);

    for (String table : List.of("mails", "mailed_links", "known_networks")) {
      assertThat(platform.rows.all(table)).noneMatch(row -> row.owner() == userId);
    }
    assertThat(code(() -> emails.resetPassword(new ResetPassword(link, NEXT, null))))
        .isEqualTo(ProblemCode.INVALID_LINK);
  }

  private void wish(String email) {
    emails.requestReset(new RequestReset(email, "192.0.2.1"));
  }

  private static long wishes() {
    return platform.rows.all("mails").stream()
        .filter(row -> "reset-wish".equals(row.values().get("kind")))
        .count();
  }

  /** Asks for the so many'th link of the user, and reads it. */
  private String link(int number) {
    platform.advance(Duration.ofMillis(5));
    wish(user.email());
    Poll.until(() -> mails("password-reset").size() == number);
    return Mailbox.token(text(mails("password-reset").getFirst()));
  }

  private List<Mail> mails(String kind) {
    return platform.mails().mails(new MailQuery(100, null)).mails().stream()
        .filter(mail -> mail.to().equals(user.email()) && mail.kind().equals(kind))
        .toList();
  }

  private static String text(Mail mail) {
    return platform.mails().mail(mail.id()).text();
  }

  private OpenedSession signIn(String password) {
    return accounts.openSession(new OpenSession(user.email(), password, "test", "192.0.2.1"));
  }

  private static ProblemCode code(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return problem(call).code();
  }
}
