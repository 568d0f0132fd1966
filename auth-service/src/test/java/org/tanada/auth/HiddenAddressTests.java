package org.tanada.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tanada.auth.Problems.problem;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.account.EmailContract;
import org.tanada.common.account.EmailContract.MailedToken;
import org.tanada.common.account.EmailContract.RequestReset;
import org.tanada.common.account.MailContract.Mail;
import org.tanada.common.account.MailContract.MailQuery;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Row;
import org.tanada.common.testing.Poll;

/** Signing up where nobody is told that an address is taken but who reads its mails. */
class HiddenAddressTests {
  private static final String FINISH = "sign-up";
  private static final String AGAIN = "sign-up-again";
  private static AuthPlatform platform;

  private final AccountsContract accounts = platform.accounts();
  private final EmailContract emails = platform.emails();
  private final SignUp user = AuthPlatform.newcomer();

  @BeforeAll
  static void start() {
    platform =
        AuthPlatform.with(
            "tanada.auth.sign-up.hide-taken-addresses=true",
            "tanada.auth.mail.sweep=100ms",
            "tanada.auth.throttle.sign-ups=4");
  }

  @Test
  void addressIsTheUsersWhenTheLinkIsFollowed() {
    long userId = accounts.signUp(user).userId();
    assertThat(refusal(user)).isEqualTo(ProblemCode.INVALID_CREDENTIALS);
    assertThat(emails.address(userId).email()).isEmpty();
    String token = link(user);

    emails.verify(new MailedToken(token, null));

    assertThat(emails.address(userId).email()).isEqualTo(user.email());
    assertThat(emails.address(userId).verifiedAt()).isNotNull();
    assertThat(signIn(user)).isEqualTo(userId);
    assertThat(problem(() -> emails.verify(new MailedToken(token, null))).code())
        .isEqualTo(ProblemCode.INVALID_LINK);
  }

  @Test
  void takenAddressHasTheSameAnswerAndItsOwnerIsMailed() {
    long ownerId = finished(user);
    SignUp free = AuthPlatform.newcomer();
    SignUp taken =
        new SignUp(
            user.email().toUpperCase(Locale.ROOT),
            AuthPlatform.newcomer().username(),
            free.displayName(),
            "another horse altogether",
            null);

    long freeId = accounts.signUp(free).userId();
    long takenId = accounts.signUp(taken).userId();

    String mail = platform.mails().mail(mail(user.email(), AGAIN, 1).id()).text();
    assertThat(mail).contains("Hello " + user.username()).doesNotContain("token=");
    link(free);
    assertThat(seen(takenId)).isEqualTo(seen(freeId));
    assertThat(refusal(taken)).isEqualTo(refusal(free)).isEqualTo(ProblemCode.INVALID_CREDENTIALS);
    assertThat(emails.address(takenId).email()).isEmpty();
    assertThat(mails(user.email(), FINISH)).hasSize(1); // the owner's own
    assertThat(signIn(user)).isEqualTo(ownerId);
  }

  @Test
  void ofTwoWhoWaitForOneAddressTheFirstToFollowTheirLinkHasIt() {
    long first = accounts.signUp(user).userId();
    String link = link(user);
    SignUp other = at(user.email(), AuthPlatform.newcomer());
    long second = accounts.signUp(other).userId();
    String otherLink = link(other);

    emails.verify(new MailedToken(otherLink, null));

    assertThat(problem(() -> emails.verify(new MailedToken(link, null))).code())
        .isEqualTo(ProblemCode.EMAIL_TAKEN); // told to who reads that mailbox
    assertThat(signIn(other)).isEqualTo(second);
    assertThat(emails.address(first).email()).isEmpty();
  }

  @Test
  void samePersonAgainIsMailedAgainAlsoToAnotherAddress() {
    SignUp mistyped = at("typo-" + user.email(), user);
    long userId = accounts.signUp(mistyped).userId();
    link(mistyped);

    assertThat(accounts.signUp(user).userId()).isEqualTo(userId);

    emails.verify(new MailedToken(link(user), null));
    assertThat(signIn(user)).isEqualTo(userId);
    assertThat(problem(() -> accounts.signUp(user)).code()).isEqualTo(ProblemCode.USERNAME_TAKEN);
  }

  @Test
  void userNameIsHeldForAsLongAsTheLinkWorks() {
    accounts.signUp(user);
    SignUp rival =
        new SignUp("rival-" + user.email(), user.username(), "Rival", "another horse", null);
    assertThat(problem(() -> accounts.signUp(rival)).code()).isEqualTo(ProblemCode.USERNAME_TAKEN);
    String link = link(user);

    platform.advance(Duration.ofDays(1).plusMinutes(1));

    long userId = accounts.signUp(rival).userId();
    assertThat(problem(() -> emails.verify(new MailedToken(link, null))).code())
        .isEqualTo(ProblemCode.INVALID_LINK);
    emails.verify(new MailedToken(link(rival), null));
    assertThat(signIn(rival)).isEqualTo(userId);
  }

  @Test
  void sameKeyHasTheSameAnswer() {
    SignUp keyed =
        new SignUp(
            user.email(),
            user.username(),
            user.displayName(),
            user.password(),
            UUID.randomUUID().toString());

    assertThat(accounts.signUp(keyed).userId()).isEqualTo(accounts.signUp(keyed).userId());

    link(user);
    assertThat(mails(user.email(), FINISH)).hasSize(1);
  }

  @Test
  void oneAddressGetsAFewMailsTakenOrNot() {
    SignUp free = AuthPlatform.newcomer();
    finished(user); // one of four

    assertThat(Stream.generate(() -> refused(user.email())).limit(4))
        .containsExactly(null, null, null, ProblemCode.TOO_MANY_REQUESTS);
    assertThat(Stream.generate(() -> refused(free.email())).limit(5))
        .containsExactly(null, null, null, null, ProblemCode.TOO_MANY_REQUESTS);
    mail(user.email(), AGAIN, 3);
    mail(free.email(), FINISH, 4);
  }

  @Test
  void nobodySetsAPasswordByAnAddressThatWaits() {
    accounts.signUp(user);
    link(user);

    emails.requestReset(new RequestReset(user.email(), null));

    Poll.until(() ->
        platform.rows.all("mails").stream()
            .noneMatch(row -> "reset-wish".equals(row.values().get("kind"))));
    assertThat(mails(user.email(), "password-reset")).isEmpty();
  }

  private static ProblemCode refused(String email) {
    SignUp signUp = at(email, AuthPlatform.newcomer());
    try {
      platform.accounts().signUp(signUp);
      return null;
    } catch (ProblemException e) {
      return e.code();
    }
  }

  private static SignUp at(String email, SignUp signUp) {
    return new SignUp(email, signUp.username(), signUp.displayName(), signUp.password(), null);
  }

  /** Somebody who has shown that the address is theirs. */
  private long finished(SignUp signUp) {
    long userId = accounts.signUp(signUp).userId();
    emails.verify(new MailedToken(link(signUp), null));
    return userId;
  }

  private long signIn(SignUp signUp) {
    return accounts.openSession(AuthPlatform.login(signUp)).identity().userId();
  }

  private ProblemCode refusal(SignUp signUp) {
    return problem(() -> accounts.openSession(AuthPlatform.login(signUp))).code();
  }

  /** What others see of the account: everything but who it is. */
  private static List<String> seen(long userId) {
    return Stream.of("users", "credentials")
        .flatMap(table -> platform.rows.all(table).stream())
        .filter(row -> row.owner() == userId)
        .map(HiddenAddressTests::withoutNames)
        .toList();
  }

  private static String withoutNames(Row row) {
    var values = new TreeMap<>(row.values());
    values.keySet().removeAll(List.of("username", "password_hash"));
    return values.toString();
  }

  /** The secret of the link that was mailed to who signed up so. */
  private static String link(SignUp signUp) {
    List<String> texts = new ArrayList<>();
    Poll.until(() -> {
      mails(signUp.email(), FINISH).stream()
          .map(mail -> platform.mails().mail(mail.id()).text())
          .filter(text -> text.startsWith("Hello " + signUp.username() + ","))
          .forEach(texts::add);
      return !texts.isEmpty();
    });
    return Mailbox.token(texts.getFirst());
  }

  /** One of the mails of a kind to an address, once there are so many. */
  private static Mail mail(String email, String kind, int number) {
    Poll.until(() -> mails(email, kind).size() == number);
    return mails(email, kind).getFirst();
  }

  private static List<Mail> mails(String email, String kind) {
    return platform.mails().mails(new MailQuery(100, null)).mails().stream()
        .filter(mail -> mail.to().equals(email) && mail.kind().equals(kind))
        .toList();
  }
}
