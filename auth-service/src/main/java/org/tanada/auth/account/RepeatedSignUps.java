package org.tanada.auth.account;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.tanada.auth.store.AccountRows;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.account.AccountsContract.SignedUp;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * Recognises a sign-up that was sent before under the same idempotency key. The key is claimed like
 * a name, so that of two equal requests in flight one makes the account and the other waits for it.
 */
final class RepeatedSignUps {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final AccountRows rows;
  private final Passwords passwords;
  private final InstantSource clock;
  private final Duration keptFor;

  RepeatedSignUps(AccountRows rows, Passwords passwords, InstantSource clock, Duration keptFor) {
    this.rows = rows;
    this.passwords = passwords;
    this.clock = clock;
    this.keptFor = keptFor;
  }

  /**
   * Claims the key for a new user.
   *
   * @return null if the key is the new user's now; else the account that the same request made
   * @throws ProblemException {@code idempotency-key-reused} if another request made it; {@code
   *     conflict} if that one is still on its way
   */
  @Nullable SignedUp claim(SignUpFingerprint fingerprint, SignUp signUp, long userId) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!rows.claim(Names.SIGNUP_KEY, fingerprint.key(), userId)) {
      Long holder = rows.holder(Names.SIGNUP_KEY, fingerprint.key());
      if (holder != null) {
        Stored<Credential> credential = rows.findNow(Credential.TABLE, holder).orElse(null);
        if (credential != null && credential.createdAt().plus(keptFor).isAfter(clock.instant())) {
          return again(fingerprint, signUp, credential);
        }
        rows.release(Names.SIGNUP_KEY, fingerprint.key(), holder); // too old: the key is free
      } else if (System.nanoTime() - deadline > 0) {
        throw new ProblemException(
            ProblemCode.CONFLICT, "A request with the same idempotency key is on its way.");
      } else {
        LockSupport.parkNanos(STEP_NANOS);
      }
    }
    return null;
  }

  private SignedUp again(
      SignUpFingerprint fingerprint, SignUp signUp, Stored<Credential> credential) {
    String hash = credential.value().passwordHash();
    if (!fingerprint.toString().equals(credential.value().signupFingerprint())
        || hash == null
        || !passwords.matches(signUp.password(), hash)) {
      throw new ProblemException(
          ProblemCode.IDEMPOTENCY_KEY_REUSED, "The idempotency key was used for another sign-up.");
    }
    // An update that changes nothing: its token lets the client see what was written before.
    long id = credential.id();
    String token =
        rows.commit(
                id,
                Write.update(
                    Credential.TABLE,
                    id,
                    null,
                    Map.of("signupFingerprint", fingerprint.toString())))
            .token();
    return new SignedUp(id, token);
  }
}
