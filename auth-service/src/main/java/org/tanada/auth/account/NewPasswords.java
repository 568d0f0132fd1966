package org.tanada.auth.account;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;
import org.tanada.auth.mail.Letters;
import org.tanada.auth.mail.MailedLinks;
import org.tanada.auth.mail.MailedLinks.Found;
import org.tanada.auth.mail.MailedLinks.Purpose;
import org.tanada.auth.mail.Outbox;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.User;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * Sets passwords by mailed links. As with {@link PasswordChanges}, all sessions and tokens end
 * before the new hash is kept, and once more after it. The link, all others of the account and word
 * of it by mail go with the hash in one transaction: whoever dies in between has signed out, and
 * used nothing up.
 */
@Component
public final class NewPasswords {
  private final AccountRows rows;
  private final Credentials credentials;
  private final Passwords passwords;
  private final PasswordStrength strength;
  private final SignOuts signOuts;
  private final EmailVerifications verifications;
  private final MailedLinks links;
  private final Letters letters;
  private final Outbox outbox;
  private final InstantSource clock;

  NewPasswords(
      AccountRows rows,
      Credentials credentials,
      Passwords passwords,
      PasswordStrength strength,
      SignOuts signOuts,
      EmailVerifications verifications,
      MailedLinks links,
      Letters letters,
      Outbox outbox,
      InstantSource clock) {
    this.rows = rows;
    this.credentials = credentials;
    this.passwords = passwords;
    this.strength = strength;
    this.signOuts = signOuts;
    this.verifications = verifications;
    this.links = links;
    this.letters = letters;
    this.outbox = outbox;
    this.clock = clock;
  }

  /**
   * Sets the password of the account that the link is of.
   *
   * @return whose it is
   * @throws ProblemException {@code invalid-link}, {@code validation-failed} of {@code password},
   *     {@code version-mismatch}, {@code unavailable}
   */
  public long set(String token, String password) {
    Found link = links.find(token, Purpose.RESET).orElseThrow(MailedLinks::invalid);
    long userId = link.userId();
    User user = verifications.userOfPresentAddress(link).value();
    Stored<Credential> credential = credentials.of(userId);
    String flaw =
        SignUpRules.password(
            password, List.of(user.email(), user.username(), user.displayName()), strength);
    if (flaw != null) {
      throw ProblemException.invalid("password", flaw);
    }
    String hash = passwords.hash(password);
    List<Write> writes = new ArrayList<>();
    writes.add(link.use());
    writes.add(Credential.rehashed(credential, hash));
    writes.addAll(links.endOthers(link));
    if (user.emailVerifiedAt() == null) {
      writes.add(EmailVerifications.verified(userId, clock.instant()));
    }
    writes.add(
        outbox.mail(userId, Letters.RESET_DONE, letters.resetDone(user.email(), user.username())));
    signOuts.beforeNow(userId);
    EmailVerifications.use(() -> rows.commit(userId, rows.newKey(), writes));
    outbox.posted(writes);
    signOuts.beforeNow(userId); // who has come in by the old one in between
    return userId;
  }
}
