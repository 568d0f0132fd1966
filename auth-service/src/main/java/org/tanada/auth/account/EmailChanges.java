package org.tanada.auth.account;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.tanada.auth.mail.Letters;
import org.tanada.auth.mail.MailedLinks;
import org.tanada.auth.mail.MailedLinks.Found;
import org.tanada.auth.mail.MailedLinks.Issued;
import org.tanada.auth.mail.MailedLinks.Purpose;
import org.tanada.auth.mail.Outbox;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.User;
import org.tanada.common.account.EmailContract.Verified;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * Gives users another address. It is theirs when they have followed a link that was mailed to it.
 * Then the name is claimed, the row is changed, and the old name is given up. An errand stands
 * before the claim, so that whatever dies in between, a name that no row has is given up.
 */
@Component
public final class EmailChanges {
  /** So long a claim may wait for its row. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final AccountRows rows;
  private final Credentials credentials;
  private final EmailVerifications verifications;
  private final MailedLinks links;
  private final Letters letters;
  private final Outbox outbox;
  private final InstantSource clock;

  EmailChanges(
      AccountRows rows,
      Credentials credentials,
      EmailVerifications verifications,
      MailedLinks links,
      Letters letters,
      Outbox outbox,
      InstantSource clock) {
    this.rows = rows;
    this.credentials = credentials;
    this.verifications = verifications;
    this.links = links;
    this.letters = letters;
    this.outbox = outbox;
    this.clock = clock;
  }

  /**
   * Mails a link to the new address, and word of it to the present one. Whether somebody else has
   * the new one is not told here.
   *
   * @throws ProblemException {@code invalid-credentials}, {@code validation-failed}, {@code
   *     too-many-requests}, {@code conflict}, {@code not-found}
   */
  public void ask(long userId, String email, String password) {
    String next = email.strip();
    if (!SignUpRules.isEmail(next)) {
      throw ProblemException.invalid("email", "must be an e-mail address");
    }
    Stored<User> user = rows.activeUser(userId);
    if (!credentials.guard(userId).password()) {
      throw new ProblemException(
          ProblemCode.CONFLICT,
          "The account has no password yet: set one first, by \"Forgot your password?\".");
    }
    credentials.prove(userId, password);
    String present = user.value().email();
    if (next.equals(present)) {
      throw ProblemException.invalid("email", "is the present one");
    }
    verifications.enough(userId, Purpose.CHANGE);
    String username = user.value().username();
    Issued link = links.issue(userId, Purpose.CHANGE, next);
    List<Write> writes = new ArrayList<>();
    writes.add(link.write());
    writes.add(outbox.mail(userId, Letters.CHANGE, letters.change(next, username, link.address())));
    if (!present.isEmpty()) {
      writes.add(
          outbox.mail(userId, Letters.CHANGE_ASKED, letters.changeAsked(present, username, next)));
    }
    rows.commit(userId, rows.newKey(), writes);
    outbox.posted(writes);
  }

  /**
   * Follows a link, of a change or of the present address.
   *
   * @throws ProblemException {@code invalid-link}, {@code email-taken}
   */
  public Verified follow(String token) {
    Optional<Found> change = links.find(token, Purpose.CHANGE);
    if (change.isPresent()) {
      change(change.get());
      return new Verified(change.get().userId(), true);
    }
    Found present = links.find(token, Purpose.VERIFY).orElseThrow(MailedLinks::invalid);
    verifications.verify(present);
    return new Verified(present.userId(), false);
  }

  private void change(Found link) {
    long userId = link.userId();
    Stored<User> user = verifications.user(link);
    String old = user.value().email();
    Write giveUp = outbox.errand(userId, SpareAddresses.KIND, link.email(), PATIENCE);
    rows.commit(userId, giveUp);
    if (!rows.claim(Names.EMAIL, Names.canonical(link.email()), userId)) {
      throw new ProblemException(ProblemCode.EMAIL_TAKEN, ProblemCode.EMAIL_TAKEN.title() + ".");
    }
    List<Write> writes = new ArrayList<>();
    writes.add(link.use());
    writes.add(
        Write.update(
            User.TABLE,
            userId,
            user.version(),
            Map.of("email", link.email(), "emailVerifiedAt", clock.instant())));
    writes.addAll(links.endOthers(link));
    writes.add(outbox.instead(giveUp.id(), 1, old));
    if (!old.isEmpty()) {
      writes.add(
          outbox.mail(
              userId,
              Letters.CHANGED,
              letters.changed(old, user.value().username(), link.email())));
    }
    EmailVerifications.use(() -> rows.commit(userId, rows.newKey(), writes));
    outbox.posted(writes);
  }
}
