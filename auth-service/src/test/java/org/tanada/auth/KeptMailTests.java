package org.tanada.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tanada.auth.Problems.problem;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tanada.auth.mail.MailReader;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.account.MailContract.Mail;
import org.tanada.common.account.MailContract.MailQuery;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.testing.Poll;

/** Mails without a server. */
class KeptMailTests {
  private static AuthPlatform platform;

  @BeforeAll
  static void start() {
    platform = AuthPlatform.with("tanada.auth.mail.sweep=100ms", "tanada.auth.mail.keep-at-most=3");
  }

  @Test
  void theyAreReadOnWhicheverServerUntilTheyExpire() {
    SignUp user = AuthPlatform.newcomer();
    platform.accounts().signUp(user);

    for (var node : platform.nodes) {
      MailReader reader = node.getBean(MailReader.class);
      Mail mail = newest(reader.mails(new MailQuery(100, null)).mails(), user);
      assertThat(mail.state()).isEqualTo("kept");
      assertThat(mail.kind()).isEqualTo("email-verification");
      assertThat(reader.mail(mail.id()).text()).contains(user.username(), "token=");
    }

    platform.advance(Duration.ofDays(8));

    Poll.until(() -> platform.rows.all("mails").isEmpty());
  }

  @Test
  void theOldestGiveWay() {
    SignUp last = AuthPlatform.newcomer();
    for (int i = 0; i < 5; i++) {
      platform.accounts().signUp(AuthPlatform.newcomer());
      platform.advance(Duration.ofMillis(2));
    }
    platform.accounts().signUp(last);

    Poll.until(() -> platform.rows.all("mails").size() == 3);
    newest(platform.mails().mails(new MailQuery(100, null)).mails(), last);
  }

  @Test
  void whatIsNotThereIsNotFound() {
    assertThat(problem(() -> platform.mails().mail(7)).code()).isEqualTo(ProblemCode.NOT_FOUND);
    assertThat(problem(() -> platform.mails().mails(new MailQuery(0, null))).code())
        .isEqualTo(ProblemCode.VALIDATION_FAILED);
  }

  @Test
  void aServerWithoutAnAddressToSendFromStopsTheStart() {
    assertThatThrownBy(() -> AuthPlatform.with("tanada.auth.mail.host=localhost"))
        .hasStackTraceContaining("tanada.auth.mail.from is required");
    assertThatThrownBy(() -> AuthPlatform.with("tanada.auth.public-url=shop.example"))
        .hasStackTraceContaining("tanada.auth.public-url");
  }

  private static Mail newest(List<Mail> mails, SignUp user) {
    return mails.stream().filter(mail -> mail.to().equals(user.email())).findFirst().orElseThrow();
  }
}
