package org.tanada.auth.account;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.tanada.auth.mail.Letters;
import org.tanada.auth.mail.MailedLinks;
import org.tanada.auth.mail.MailedLinks.Found;
import org.tanada.auth.mail.MailedLinks.Issued;
import org.tanada.auth.mail.MailedLinks.Purpose;
import org.tanada.auth.mail.Outbox;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.User;
import org.tanada.common.account.EmailContract.Address;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/** Has users show that an address is theirs. */
@Component
public final class EmailVerifications {
  private final AccountRows rows;
  private final MailedLinks links;
  private final Letters letters;
  private final Outbox outbox;
  private final InstantSource clock;

  EmailVerifications(
      AccountRows rows, MailedLinks links, Letters letters, Outbox outbox, InstantSource clock) {
    this.rows = rows;
    this.links = links;
    this.letters = letters;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** The address of a user. {@code not-found}. */
  public Address address(long userId) {
    Stored<User> user = rows.activeUser(userId);
    List<String> pending = links.pending(userId, Purpose.CHANGE);
    return new Address(
        user.value().email(),
        user.value().emailVerifiedAt(),
        pending.isEmpty() ? null : pending.getFirst());
  }

  /** The mail with a link, to be committed with the account, or by itself. */
  List<Write> mail(long userId, String username, String email) {
    Issued link = links.issue(userId, Purpose.VERIFY, email);
    return List.of(
        link.write(),
        outbox.mail(
            userId, Letters.VERIFICATION, letters.verification(email, username, link.address())));
  }

  /** Mails another link. {@code too-many-requests}, {@code conflict}, {@code not-found}. */
  public void send(long userId) {
    User user = rows.activeUser(userId).value();
    if (user.email().isEmpty()) {
      throw new ProblemException(ProblemCode.CONFLICT, "The account has no e-mail address.");
    }
    if (user.emailVerifiedAt() != null) {
      return;
    }
    enough(userId, Purpose.VERIFY);
    List<Write> writes = mail(userId, user.username(), user.email());
    rows.commit(userId, rows.newKey(), writes);
    outbox.posted(writes);
  }

  /** Refuses more mails of a kind than an account gets in an hour. */
  void enough(long userId, Purpose purpose) {
    if (!links.mayIssue(userId, purpose)) {
      throw new ProblemException(
          ProblemCode.TOO_MANY_REQUESTS,
          "Enough mails are on their way: look for them, and try again in an hour.");
    }
  }

  /** Follows a link to the present address. {@code invalid-link}. */
  void verify(Found link) {
    userOfPresentAddress(link);
    use(() -> rows.commit(link.userId(), link.use(), verified(link.userId(), clock.instant())));
  }

  /** Notes when an address was shown to be its user's. */
  static Write verified(long userId, Instant at) {
    return Write.update(User.TABLE, userId, null, Map.of("emailVerifiedAt", at));
  }

  /** The user of a link, who can be locked, but not gone. */
  Stored<User> user(Found link) {
    return rows.findNow(User.TABLE, link.userId())
        .filter(user -> !user.value().state().equals(User.DELETED))
        .orElseThrow(MailedLinks::invalid);
  }

  /** The same, if the link was mailed to the address that they have now. {@code invalid-link}. */
  Stored<User> userOfPresentAddress(Found link) {
    Stored<User> user = user(link);
    if (!Names.canonical(link.email()).equals(Names.canonical(user.value().email()))) {
      throw MailedLinks.invalid(); // of an address that the account had once
    }
    return user;
  }

  /** Commits what uses a link up: somebody else may have been faster. */
  static void use(Runnable commit) {
    try {
      commit.run();
    } catch (ProblemException e) {
      throw e.code() == ProblemCode.NOT_FOUND ? MailedLinks.invalid() : e;
    }
  }
}
