package org.tanada.auth.account;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.auth.mail.Outbox;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.User;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.account.AccountsContract.SignedUp;
import org.tanada.common.account.Role;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;

/**
 * Signs users up. Unique names are claimed first, then the rows are written in one transaction,
 * with the mail by which the address is verified. A claim whose row never comes lapses after a
 * minute, so a crash at any point leaves nothing behind.
 */
@Component
public final class SignUps {
  private static final Logger log = LoggerFactory.getLogger(SignUps.class);
  static final String FIRST_ROLES = Role.CUSTOMER.id();
  private static final int ATTEMPTS = 3;

  private final AccountRows rows;
  private final IdGenerator ids;
  private final Passwords passwords;
  private final PasswordStrength strength;
  private final EmailVerifications verifications;
  private final HiddenAddresses hidden;
  private final Outbox outbox;
  private final RepeatedSignUps repeated;

  SignUps(
      AccountRows rows,
      IdGenerator ids,
      Passwords passwords,
      PasswordStrength strength,
      EmailVerifications verifications,
      HiddenAddresses hidden,
      Outbox outbox,
      InstantSource clock) {
    this.rows = rows;
    this.ids = ids;
    this.passwords = passwords;
    this.strength = strength;
    this.verifications = verifications;
    this.hidden = hidden;
    this.outbox = outbox;
    this.repeated = new RepeatedSignUps(rows, passwords, clock, Duration.ofHours(24));
  }

  /** Whether every sign-up leads to a mail, and none tells that its address is taken. */
  public boolean hideTakenAddresses() {
    return hidden.on();
  }

  /** Looks at every field. {@code validation-failed} with all that is wrong. */
  public void check(SignUp signUp) {
    SignUpRules.check(signUp, strength);
  }

  /**
   * Makes the account.
   *
   * @throws ProblemException {@code validation-failed}, {@code email-taken} unless that is hidden,
   *     {@code username-taken}, {@code idempotency-key-reused}
   */
  public SignedUp signUp(SignUp signUp) {
    check(signUp);
    for (int attempt = 1; ; attempt++) {
      try {
        return attempt(signUp, ids.nextAnywhere(rows.shards()));
      } catch (ProblemException e) {
        // two servers made the same id in the same millisecond, or we were so slow that another one
        // was given our names: then the next attempt says which
        boolean passes = e.code() == ProblemCode.DUPLICATE || e.code() == ProblemCode.CLAIMED;
        if (!passes || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private SignedUp attempt(SignUp signUp, long userId) {
    SignUpFingerprint fingerprint = SignUpFingerprint.of(signUp);
    Deque<Runnable> releases = new ArrayDeque<>();
    String hash;
    try {
      if (fingerprint != null) {
        SignedUp earlier = repeated.claim(fingerprint, signUp, userId);
        if (earlier != null) {
          return earlier;
        }
        releases.push(() -> rows.release(Names.SIGNUP_KEY, fingerprint.key(), userId));
      }
      if (hidden.on()) {
        SignedUp same = hidden.again(signUp);
        if (same != null) {
          release(releases);
          return same;
        }
      } else {
        claim(Names.EMAIL, signUp.email(), userId, ProblemCode.EMAIL_TAKEN, releases);
      }
      claim(Names.USERNAME, signUp.username(), userId, ProblemCode.USERNAME_TAKEN, releases);
      hash = passwords.hash(signUp.password());
    } catch (ProblemException e) {
      release(releases);
      throw e;
    }
    try {
      return insert(signUp, userId, hash, fingerprint);
    } catch (ProblemException e) {
      if (!mayHaveBeenKept(e)) {
        release(releases);
      }
      throw e;
    }
  }

  private void claim(
      String kind, String name, long userId, ProblemCode taken, Deque<Runnable> releases) {
    String canonical = Names.canonical(name);
    // before the claim, as its answer may get lost; nobody else's claim is released by it
    releases.push(() -> rows.release(kind, canonical, userId));
    if (!rows.claim(kind, canonical, userId)) {
      boolean held = rows.holder(kind, canonical) != null;
      throw new ProblemException(
          taken,
          held
              ? taken.title() + "."
              : "Somebody signs up with it at this moment: if that is you, try again in a minute.");
    }
  }

  private SignedUp insert(
      SignUp signUp, long userId, String hash, @Nullable SignUpFingerprint fingerprint) {
    String email = signUp.email().strip();
    User user =
        new User(
            hidden.on() ? "" : email,
            signUp.username(),
            signUp.displayName().strip(),
            "",
            null,
            null,
            FIRST_ROLES,
            User.ACTIVE,
            null);
    Credential credential =
        new Credential(hash, fingerprint == null ? null : fingerprint.toString());
    List<Write> writes = new ArrayList<>();
    writes.add(Write.insert(User.TABLE, userId, user));
    writes.add(Write.insert(Credential.TABLE, userId, credential));
    if (hidden.on()) {
      writes.add(hidden.word(userId, email));
    } else {
      writes.addAll(verifications.mail(userId, user.username(), email));
    }
    String key = rows.newKey();
    try {
      return done(userId, rows.commit(userId, key, writes), writes);
    } catch (ProblemException e) {
      if (!mayHaveBeenKept(e)) {
        throw e;
      }
      return done(userId, rows.commit(userId, key, writes), writes); // asks for the lost answer
    }
  }

  private SignedUp done(long userId, Transaction.Committed committed, List<Write> writes) {
    outbox.posted(writes);
    return new SignedUp(userId, committed.token());
  }

  /** Whether the rows may be there although the answer was an error: then the claims must stay. */
  static boolean mayHaveBeenKept(ProblemException e) {
    return e.code().status() >= 500;
  }

  private static void release(Deque<Runnable> releases) {
    for (Runnable release : releases) {
      try {
        release.run();
      } catch (ProblemException e) {
        log.warn("a claim could not be released, it lapses by itself in a minute", e);
      }
    }
  }
}
