package org.tanada.auth.account;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.Secrets;
import org.tanada.auth.store.User;
import org.tanada.common.id.TanadaId;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Rows;
import org.tanada.common.row.Stored;

/** Finds the user of an e-mail address and a password. */
@Component
public final class SignIns {
  private static final Logger log = LoggerFactory.getLogger(SignIns.class);

  /** An id before all users'. */
  private static final long NOBODY = TanadaId.of(TanadaId.EPOCH_MILLIS, 0, 20);

  private final AccountRows rows;
  private final Passwords passwords;

  SignIns(AccountRows rows, Passwords passwords) {
    this.rows = rows;
    this.passwords = passwords;
  }

  /**
   * Who has proved to be whom.
   *
   * @param user whose password it was
   * @param hash that the password matched
   */
  public record Proof(Stored<User> user, String hash) {
    /** What stands for the hash where the hash itself must not be seen. */
    public String fingerprint() {
      return Secrets.digest(hash);
    }

    @Override
    public String toString() {
      return "Proof[user=" + user.id() + "]";
    }
  }

  /**
   * The user, or the same refusal after the same work whichever of the two is wrong.
   *
   * @throws ProblemException {@code invalid-credentials}; {@code account-locked} and {@code
   *     account-deleted}, which only who knows the password is told; {@code unavailable} if too
   *     many sign in
   */
  public Proof authenticate(@Nullable String email, @Nullable String password) {
    if (email == null || password == null) {
      throw ProblemException.invalid(email == null ? "email" : "password", "is required");
    }
    if (email.length() > SignUpRules.MAX_EMAIL || password.length() > SignUpRules.MAX_PASSWORD) {
      throw refused(); // nobody can have signed up with these
    }
    Long userId = rows.holder(Names.EMAIL, Names.canonical(email));
    // rows are read either way, so that the time does not tell whether there is an account
    Rows.Pair<Credential, User> account =
        rows.findNow(Credential.TABLE, User.TABLE, userId == null ? NOBODY : userId);
    Stored<Credential> credential = account.first();
    Stored<User> user = account.second();
    String hash = credential == null ? null : credential.value().passwordHash();
    if (credential == null || user == null || hash == null) {
      passwords.matchesNobody(password);
      throw refused();
    }
    if (!passwords.matches(password, hash)) {
      throw refused();
    }
    unlocked(user);
    return new Proof(user, passwords.outdated(hash) ? rehash(credential, hash, password) : hash);
  }

  /**
   * The same proof a little later, if the password is still the same.
   *
   * @param fingerprint see {@link Proof#fingerprint}
   * @throws ProblemException {@code unavailable} if it is another one; {@code account-locked},
   *     {@code account-deleted}
   */
  public Proof again(long userId, String fingerprint) {
    Rows.Pair<Credential, User> account = rows.findNow(Credential.TABLE, User.TABLE, userId);
    Stored<User> user = account.second();
    if (user == null) {
      throw changed();
    }
    unlocked(user);
    return Optional.ofNullable(account.first())
        .map(credential -> credential.value().passwordHash())
        .map(hash -> new Proof(user, hash))
        .filter(proof -> proof.fingerprint().equals(fingerprint))
        .orElseThrow(SignIns::changed);
  }

  /**
   * Whoever has opened something by a proof asks, when it is kept, whether the proof still holds,
   * and else ends it: a change of the password, of roles, or a lock ends what was there before it,
   * and this may have come after.
   *
   * @throws ProblemException {@code unavailable}: another try succeeds, or tells why it does not
   */
  public void confirm(Proof proof, Runnable end) {
    Rows.Pair<Credential, User> now = rows.findNow(Credential.TABLE, User.TABLE, proof.user().id());
    boolean samePassword =
        now.first() != null && proof.hash().equals(now.first().value().passwordHash());
    if (!samePassword || !AccountRows.stands(proof.user(), now.second())) {
      end.run();
      throw changed();
    }
  }

  /**
   * Whoever has shown who they are is told that their account is locked, or is being deleted.
   *
   * @throws ProblemException {@code account-locked}, {@code account-deleted}
   */
  public static void unlocked(Stored<User> user) {
    switch (user.value().state()) {
      case User.ACTIVE -> {
        // it may be used
      }
      case User.DELETED ->
          throw new ProblemException(
              ProblemCode.ACCOUNT_DELETED, ProblemCode.ACCOUNT_DELETED.advice());
      default ->
          throw new ProblemException(
              ProblemCode.ACCOUNT_LOCKED, ProblemCode.ACCOUNT_LOCKED.advice());
    }
  }

  /** The account is not any more what it was when the sign-in began. */
  public static ProblemException changed() {
    return new ProblemException(
        ProblemCode.UNAVAILABLE, "The account was changed at this moment: sign in again.");
  }

  /**
   * Whose address it is, if it is anybody's.
   *
   * @throws ProblemException {@code unavailable}
   */
  public Optional<Long> holder(@Nullable String email) {
    return email == null || email.length() > SignUpRules.MAX_EMAIL
        ? Optional.empty()
        : Optional.ofNullable(rows.holder(Names.EMAIL, Names.canonical(email)));
  }

  /** Only now is the password known. A sign-in does not fail for that; the next one tries again. */
  private String rehash(Stored<Credential> credential, String old, String password) {
    try {
      String hash = passwords.hash(password);
      rows.commit(credential.id(), Credential.rehashed(credential, hash));
      return hash;
    } catch (ProblemException e) {
      log.info("the password of user {} keeps its old hash: {}", credential.id(), e.getMessage());
      return old;
    }
  }

  private static ProblemException refused() {
    return new ProblemException(
        ProblemCode.INVALID_CREDENTIALS, ProblemCode.INVALID_CREDENTIALS.title() + ".");
  }
}
