package org.tanada.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tanada.auth.Problems.problem;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.AccountsContract.OpenSession;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.account.EmailContract;
import org.tanada.common.account.EmailContract.ChangeEmail;
import org.tanada.common.account.EmailContract.MailedToken;
import org.tanada.common.account.EmailContract.RequestReset;
import org.tanada.common.account.EmailContract.ResetPassword;
import org.tanada.common.account.MailContract.Mail;
import org.tanada.common.account.MailContract.MailQuery;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.row.RowsContract;
import org.tanada.common.testing.Poll;

/** Another e-mail address for an account. */
class EmailChangeTests {
  private static AuthPlatform platform;

  private final AccountsContract accounts = platform.accounts();
  private final EmailContract emails = platform.emails();
  private final SignUp user = AuthPlatform.newcomer();
  private final String next = "new-" + user.email();

  @BeforeAll
  static void start() {
    platform =
        AuthPlatform.with("tanada.auth.mail.sweep=100ms", "tanada.auth.throttle.wishes=1000");
  }

  @Test
  void anAddressTakesItsPlaceWhenItIsVerifiedAndTheOldOneIsTold() {
    long userId = accounts.signUp(user).userId();

    emails.changeEmail(userId, change(next, user.password()));

    assertThat(emails.address(userId).email()).isEqualTo(user.email());
    assertThat(emails.address(userId).pending()).isEqualTo(next);
    assertThat(text(user.email(), "email-change-asked")).contains(next).doesNotContain("token=");
    signIn(user.email());

    String token = Mailbox.token(text(next, "email-change"));
    assertThat(emails.verify(new MailedToken(token, null)).changed()).isTrue();

    assertThat(emails.address(userId).email()).isEqualTo(next);
    assertThat(emails.address(userId).verifiedAt()).isNotNull();
    assertThat(emails.address(userId).pending()).isNull();
    assertThat(text(user.email(), "email-changed")).contains(next);
    signIn(next);
    assertThat(problem(() -> signIn(user.email())).code())
        .isEqualTo(ProblemCode.INVALID_CREDENTIALS);
    assertThat(problem(() -> emails.verify(new MailedToken(token, null))).code())
        .isEqualTo(ProblemCode.INVALID_LINK);
    Poll.until(() -> holder(user.email()) == null);
    accounts.signUp( // the old one is free
        new SignUp(user.email(), user.username() + "-2", "Other", user.password(), null));
  }

  @Test
  void aWrongPasswordChangesNothing() {
    long userId = accounts.signUp(user).userId();

    assertThat(problem(() -> emails.changeEmail(userId, change(next, "wrong horse"))).code())
        .isEqualTo(ProblemCode.INVALID_CREDENTIALS);
    assertThat(problem(() -> emails.changeEmail(userId, change("no address", "x"))).code())
        .isEqualTo(ProblemCode.VALIDATION_FAILED);
    assertThat(mails(next, "email-change")).isEmpty();
    assertThat(mails(user.email(), "email-change-asked")).isEmpty();
  }

  @Test
  void whetherAnAddressIsTakenIsToldOnlyToWhoReadsItsMails() {
    long userId = accounts.signUp(user).userId();
    SignUp other = AuthPlatform.newcomer();
    accounts.signUp(other);

    emails.changeEmail(userId, change(other.email(), user.password()));

    String token = Mailbox.token(text(other.email(), "email-change"));
    assertThat(problem(() -> emails.verify(new MailedToken(token, null))).code())
        .isEqualTo(ProblemCode.EMAIL_TAKEN);
    assertThat(emails.address(userId).email()).isEqualTo(user.email());
    signIn(user.email());
  }

  @Test
  void aLinkForANewPasswordDiesWithTheAddressThatItWasMailedTo() {
    long userId = accounts.signUp(user).userId();
    emails.requestReset(new RequestReset(user.email(), null));
    Poll.until(() -> !mails(user.email(), "password-reset").isEmpty());
    String reset = Mailbox.token(text(user.email(), "password-reset"));
    emails.changeEmail(userId, change(next, user.password()));

    emails.verify(new MailedToken(Mailbox.token(text(next, "email-change")), null));

    assertThat(
            problem(() ->
                    emails.resetPassword(
                        new ResetPassword(reset, "another horse altogether", null)))
                .code())
        .isEqualTo(ProblemCode.INVALID_LINK);
  }

  @Test
  void aServerThatDiesAfterTheClaimLeavesTheNewAddressToOthers() {
    long userId = accounts.signUp(user).userId();
    emails.changeEmail(userId, change(next, user.password()));
    String token = Mailbox.token(text(next, "email-change"));
    platform.rows.refuseTable("users", true);
    try {
      assertThat(problem(() -> emails.verify(new MailedToken(token, null))).code())
          .isEqualTo(ProblemCode.UNAVAILABLE);
    } finally {
      platform.rows.refuseTable("users", false);
    }
    assertThat(holder(next)).isEqualTo(userId);

    platform.advance(Duration.ofMinutes(3));

    Poll.until(() -> holder(next) == null);
    assertThat(emails.address(userId).email()).isEqualTo(user.email());
    emails.verify(new MailedToken(token, null)); // the link still works
    assertThat(holder(next)).isEqualTo(userId);
    assertThat(emails.address(userId).email()).isEqualTo(next);
  }

  @Test
  void anAddressInAnotherCaseIsChangedToo() {
    long userId = accounts.signUp(user).userId();
    String same = "USER" + user.email().substring(4);

    emails.changeEmail(userId, change(same, user.password()));
    emails.verify(new MailedToken(Mailbox.token(text(same, "email-change")), null));

    assertThat(emails.address(userId).email()).isEqualTo(same);
    Poll.until(() ->
        platform.rows.all("mails").stream()
            .noneMatch(
                row -> "spare-address".equals(row.values().get("kind")) && row.owner() == userId));
    assertThat(holder(user.email())).isEqualTo(userId);
  }

  @Test
  void anotherLinkToVerifyIsMailedThreeTimesAnHour() {
    long userId = accounts.signUp(user).userId(); // the first one

    emails.sendVerification(userId);
    emails.sendVerification(userId);

    assertThat(mails(user.email(), "email-verification")).hasSize(3);
    assertThat(problem(() -> emails.sendVerification(userId)).code())
        .isEqualTo(ProblemCode.TOO_MANY_REQUESTS);
    platform.advance(Duration.ofMinutes(61));
    emails.sendVerification(userId);
  }

  private static ChangeEmail change(String email, String password) {
    return new ChangeEmail(email, password, "192.0.2.1");
  }

  private void signIn(String email) {
    accounts.openSession(new OpenSession(email, user.password(), "test", "192.0.2.1"));
  }

  private static Long holder(String email) {
    return platform.rows.resolve(new RowsContract.Name("email", email)).id();
  }

  private static String text(String to, String kind) {
    return platform.mails().mail(mails(to, kind).getFirst().id()).text();
  }

  private static List<Mail> mails(String to, String kind) {
    return platform.mails().mails(new MailQuery(100, null)).mails().stream()
        .filter(mail -> mail.to().equals(to) && mail.kind().equals(kind))
        .toList();
  }
}
