package org.tanada.auth.account;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.auth.mail.Errand;
import org.tanada.auth.mail.Letters;
import org.tanada.auth.mail.MailedLinks;
import org.tanada.auth.mail.MailedLinks.Issued;
import org.tanada.auth.mail.MailedLinks.Purpose;
import org.tanada.auth.mail.Outbox;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.User;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.account.AccountsContract.SignedUp;
import org.tanada.common.row.Rows;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * Sign-ups where nobody is told that an address is taken ({@link SignUpProperties}). Every sign-up
 * has the same answer after the same reads and writes: an account without an address, and an
 * errand. Whether the address has an account is found out by the errand, when nobody waits: then
 * its owner is told so by mail, else it is mailed a link, which gives the account the address as a
 * change of address does ({@link EmailChanges}).
 */
@Component
final class HiddenAddresses implements Errand {
  private static final String KIND = "sign-up-word";

  private final AccountRows rows;
  private final MailedLinks links;
  private final Letters letters;
  private final Outbox outbox;
  private final Passwords passwords;
  private final AccountDeletion deletion;
  private final InstantSource clock;
  private final SignUpProperties properties;

  HiddenAddresses(
      AccountRows rows,
      MailedLinks links,
      Letters letters,
      Outbox outbox,
      Passwords passwords,
      AccountDeletion deletion,
      InstantSource clock,
      SignUpProperties properties) {
    this.rows = rows;
    this.links = links;
    this.letters = letters;
    this.outbox = outbox;
    this.passwords = passwords;
    this.deletion = deletion;
    this.clock = clock;
    this.properties = properties;
  }

  /** Whether addresses are hidden at all. */
  boolean on() {
    return properties.hideTakenAddresses();
  }

  /** What the account is committed with in place of its address. */
  Write word(long userId, String email) {
    return outbox.errand(userId, KIND, email, Duration.ZERO);
  }

  /**
   * Whether the user name belongs to a sign-up whose address nobody has shown to be theirs. With
   * the same password it is the same person, who is mailed once more, to the address that is given
   * now. One that has waited for longer than its link works is deleted, and the name is free.
   *
   * @return the account of that sign-up; null if a new one may be tried
   */
  @Nullable SignedUp again(SignUp signUp) {
    Long holder = rows.holder(Names.USERNAME, Names.canonical(signUp.username()));
    if (holder == null) {
      return null;
    }
    Rows.Pair<Credential, User> account = rows.findNow(Credential.TABLE, User.TABLE, holder);
    Stored<User> user = account.second();
    if (user == null || !user.value().active() || hasAddress(user)) {
      return null;
    }
    String hash = account.first() == null ? null : account.first().value().passwordHash();
    if (hash == null) {
      return null; // somebody whom a provider vouches for
    }
    Instant end = user.createdAt().plus(links.lifetime(Purpose.CHANGE));
    if (clock.instant().isAfter(end)) {
      deletion.delete(holder);
      return null;
    }
    if (!passwords.matches(signUp.password(), hash)) {
      return null;
    }
    Write word = word(holder, signUp.email().strip());
    SignedUp same = new SignedUp(holder, rows.commit(holder, word).token());
    outbox.posted(List.of(word));
    return same;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public void run(long id, long userId, String email) {
    Stored<User> user = rows.findNow(User.TABLE, userId).orElse(null);
    if (user == null || !user.value().active() || hasAddress(user)) {
      return;
    }
    String key = KIND + id; // the same each time: one mail
    Stored<User> owner = Names.user(rows, email);
    if (owner != null && !owner.value().state().equals(User.DELETED)) {
      String address = owner.value().email();
      Write mail =
          outbox.mail(
              owner.id(),
              Letters.SIGN_UP_AGAIN,
              letters.signUpAgain(address, owner.value().username()));
      commit(owner.id(), key, List.of(mail));
    } else if (links.mayIssue(userId, Purpose.CHANGE)) {
      Issued link = links.issue(userId, Purpose.CHANGE, email);
      List<Write> writes = new ArrayList<>(List.of(link.write()));
      writes.add(
          outbox.mail(
              userId,
              Letters.SIGN_UP,
              letters.signUp(email, user.value().username(), link.address())));
      commit(userId, key, writes);
    }
  }

  private void commit(long owner, String key, List<Write> writes) {
    rows.commit(owner, key, writes);
    outbox.posted(writes);
  }

  private static boolean hasAddress(Stored<User> user) {
    return !user.value().email().isEmpty();
  }
}
