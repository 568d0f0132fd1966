package org.tanada.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tanada.auth.Problems.problem;

import jakarta.mail.internet.MimeMessage;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.tanada.auth.mail.Letter;
import org.tanada.auth.mail.Outbox;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.account.EmailContract.MailedToken;
import org.tanada.common.account.EmailContract.RequestReset;
import org.tanada.common.account.MailContract.Mail;
import org.tanada.common.account.MailContract.MailQuery;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.row.Row;
import org.tanada.common.row.Table;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;
import org.tanada.common.testing.Poll;

/** How mails come to be sent, by a real SMTP server, whatever dies or is down meanwhile. */
@ExtendWith(OutputCaptureExtension.class)
class MailTests {
  private static Mailbox mailbox;
  private static AuthPlatform platform;

  @BeforeAll
  static void start() {
    mailbox = new Mailbox();
    platform =
        AuthPlatform.with(
            "tanada.auth.mail.host=127.0.0.1",
            "tanada.auth.mail.port=" + mailbox.port(),
            "tanada.auth.mail.encryption=none",
            "tanada.auth.mail.from=Tanada <shop@tanada.example>",
            "tanada.auth.mail.sweep=100ms",
            "tanada.auth.mail.attempts=3",
            "tanada.auth.public-url=https://shop.example");
  }

  @Test
  void aSignUpIsMailedALinkThatVerifiesTheAddressOnce() throws Exception {
    SignUp user = AuthPlatform.newcomer();
    long userId = platform.accounts().signUp(user).userId();
    assertThat(platform.emails().address(userId).verifiedAt()).isNull();

    MimeMessage mail = mailbox.await(user.email(), "Verify");
    String token = Mailbox.token(Mailbox.text(mail));
    platform.emails().verify(new MailedToken(token, "192.0.2.1"));

    assertThat(platform.emails().address(userId).verifiedAt()).isNotNull();
    assertThat(mail.getFrom()[0]).hasToString("Tanada <shop@tanada.example>");
    assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
    assertThat(problem(() -> platform.emails().verify(new MailedToken(token, null))).code())
        .isEqualTo(ProblemCode.INVALID_LINK);
    Poll.until(() -> rows(userId).isEmpty());
  }

  @Test
  void linksBeginWithTheConfiguredAddressWhateverARequestSays() throws Exception {
    SignUp user = AuthPlatform.newcomer();
    platform.accounts().signUp(user);

    String body = "{\"email\": \"" + user.email() + "\"}";
    URI node = URI.create(platform.address(0));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.getPort())) {
      socket
          .getOutputStream()
          .write(
              ("POST /v1/password-resets HTTP/1.1\r\nHost: evil.example\r\n"
                      + "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: http\r\n"
                      + "Forwarded: host=evil.example;proto=http\r\nOrigin: http://evil.example\r\n"
                      + TanadaHeaders.SERVICE_CREDENTIAL
                      + ": "
                      + AuthPlatform.CREDENTIAL
                      + "\r\nContent-Type: application/json\r\nConnection: close\r\n"
                      + "Content-Length: "
                      + body.length()
                      + "\r\n\r\n"
                      + body)
                  .getBytes(StandardCharsets.US_ASCII));
      InputStream answer = socket.getInputStream();
      assertThat(new String(answer.readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 200");
    }

    String text = Mailbox.text(mailbox.await(user.email(), "new password"));
    assertThat(Mailbox.page(text)).isEqualTo("https://shop.example/reset-password/new");
    assertThat(text).doesNotContain("evil");
  }

  @Test
  void aMailOfAServerThatDiedBeforeSendingItIsSentByAnotherOne() {
    SignUp user = AuthPlatform.newcomer();
    long userId = platform.accounts().signUp(user).userId();
    mailbox.await(user.email(), "Verify");

    commit(userId, "Left behind"); // and nobody is told

    mailbox.await(user.email(), "Left behind");
    Poll.until(() -> rows(userId).isEmpty());
  }

  @Test
  void aMailOfAServerThatDiedWhileSendingItIsSentWhenItsLeaseIsOver() throws Exception {
    SignUp user = AuthPlatform.newcomer();
    long userId = platform.accounts().signUp(user).userId();
    mailbox.await(user.email(), "Verify");
    Poll.until(() -> rows(userId).isEmpty());
    Write mail = outbox().mail(userId, "test", new Letter(user.email(), "Half sent", "Text."));
    Instant lease = platform.clock().instant().plus(Duration.ofMinutes(3));
    commit( // as the dead server has left it: taken, and tried once
        userId,
        mail,
        Write.update(
            new Table<>("mails", Record.class),
            mail.id(),
            1L,
            Map.of("attempts", 1, "notBefore", lease)));
    commit(userId, "Control");
    mailbox.await(user.email(), "Control"); // a sweep has passed it by
    assertThat(mailbox.to(user.email())).hasSize(2);

    platform.advance(Duration.ofMinutes(4));

    MimeMessage sent = mailbox.await(user.email(), "Half sent");
    assertThat(sent.getMessageID()).isEqualTo("<" + mail.id() + "@tanada.example>");
  }

  @Test
  void aServerThatIsDownIsTriedAgainAndThenTheMailIsShownAsGivenUp(CapturedOutput output) {
    SignUp user = AuthPlatform.newcomer();
    long userId = platform.accounts().signUp(user).userId();
    mailbox.await(user.email(), "Verify");
    Poll.until(() -> rows(userId).isEmpty());
    mailbox.stop();
    try {
      platform.emails().requestReset(new RequestReset(user.email(), "192.0.2.77"));
      for (int attempt = 1; attempt <= 3; attempt++) {
        int tried = attempt;
        Poll.until(() -> rows(userId).stream().anyMatch(row -> row.version() == 1 + 2L * tried));
        String state = String.valueOf(rows(userId).getFirst().values().get("state"));
        assertThat(state).isEqualTo(attempt < 3 ? "waiting" : "failed");
        platform.advance(Duration.ofMinutes(1));
      }
    } finally {
      mailbox.start();
    }

    Mail failed =
        platform.mails().mails(new MailQuery(100, null)).mails().stream()
            .filter(mail -> mail.to().equals(user.email()))
            .findFirst()
            .orElseThrow();
    assertThat(failed.state()).isEqualTo("failed");
    assertThat(failed.attempts()).isEqualTo(3);
    assertThat(failed.error()).contains("127.0.0.1");
    String token = Mailbox.token(platform.mails().mail(failed.id()).text());
    assertThat(output.getAll())
        .contains("is given up")
        .doesNotContain(token.substring(token.indexOf('.') + 1));
  }

  @Test
  void aServerThatComesBackGetsTheMail() {
    SignUp user = AuthPlatform.newcomer();
    mailbox.stop();
    long userId;
    try {
      userId = platform.accounts().signUp(user).userId();
      Poll.until(() -> tried(userId) == 1);
    } finally {
      mailbox.start();
    }

    platform.advance(Duration.ofMinutes(4));

    mailbox.await(user.email(), "Verify");
  }

  @Test
  void aRefusedAddressIsNotTriedAgain() {
    SignUp user = AuthPlatform.newcomer();
    long userId = platform.accounts().signUp(user).userId();
    mailbox.await(user.email(), "Verify");
    Poll.until(() -> rows(userId).isEmpty());

    commit(
        userId, outbox().mail(userId, "test", new Letter("a b@@example", "No address", "Text.")));

    Poll.until(
        () -> rows(userId).stream().anyMatch(row -> "failed".equals(row.values().get("state"))));
    assertThat(tried(userId)).isEqualTo(1);
  }

  @Test
  void linksAreNowhereInTheRows() {
    SignUp user = AuthPlatform.newcomer();
    platform.accounts().signUp(user);
    String token = Mailbox.token(Mailbox.text(mailbox.await(user.email(), "Verify")));

    for (String table : List.of("mails", "mailed_links")) {
      assertThat(platform.rows.all(table).toString())
          .doesNotContain(token.substring(token.indexOf('.') + 1));
    }
  }

  private static Outbox outbox() {
    return platform.nodes.getFirst().getBean(Outbox.class);
  }

  private static void commit(long userId, String subject) {
    String to = String.valueOf(platform.emails().address(userId).email());
    commit(userId, outbox().mail(userId, "test", new Letter(to, subject, "Text.")));
  }

  private static void commit(long userId, Write... writes) {
    platform.rows.commit(
        new Transaction(
            userId, List.of(writes), List.of(), String.valueOf(System.nanoTime()), "-", null));
  }

  private static List<Row> rows(long userId) {
    return platform.rows.all("mails").stream().filter(row -> row.owner() == userId).toList();
  }

  private static long tried(long userId) {
    return rows(userId).stream()
        .mapToLong(row -> ((Number) row.values().get("attempts")).longValue())
        .max()
        .orElse(0);
  }
}
