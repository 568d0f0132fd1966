package org.tanada.auth.account;

import java.text.Normalizer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Component;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * Hashes passwords with Argon2id and OWASP's parameters (19 MiB, two passes, one lane), a few at a
 * time, so that a wave of sign-ins cannot starve the board. Passwords are normalised (NFKC), so
 * that they do not depend on the keyboard (NIST SP 800-63B, 3.1.1.2).
 */
@Component
final class Passwords {
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;
  private static final int LANES = 1;
  private static final int MEMORY_KIB = 19 * 1024;
  private static final int PASSES = 2;

  /** A hash with our parameters that no password has: to compare with when there is no user. */
  private static final String NOBODY =
      "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA"
          + "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

  private final PasswordEncoder argon2 =
      new Argon2PasswordEncoder(SALT_BYTES, HASH_BYTES, LANES, MEMORY_KIB, PASSES);
  private final PasswordProperties limits;
  private final Semaphore turns;
  private final Semaphore places;

  Passwords(PasswordProperties limits) {
    this.limits = limits;
    this.turns = new Semaphore(limits.parallel(), true);
    this.places = new Semaphore(limits.parallel() + limits.queue());
  }

  /** The hash to keep. */
  String hash(String password) {
    return inTurn(() -> String.valueOf(argon2.encode(normal(password))));
  }

  /** Whether the hash is the password's. */
  boolean matches(String password, String hash) {
    return inTurn(() -> argon2.matches(normal(password), hash));
  }

  /** Takes as long as {@link #matches} does, and answers false. */
  boolean matchesNobody(String password) {
    return matches(password, NOBODY);
  }

  private static String normal(String password) {
    return Normalizer.normalize(password, Normalizer.Form.NFKC);
  }

  private <T> T inTurn(Supplier<T> work) {
    if (!places.tryAcquire()) {
      throw busy();
    }
    try {
      if (!turns.tryAcquire(limits.patience().toMillis(), TimeUnit.MILLISECONDS)) {
        throw busy();
      }
      try {
        return work.get();
      } finally {
        turns.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProblemException(ProblemCode.UNAVAILABLE, "The server is stopping.", e);
    } finally {
      places.release();
    }
  }

  private static ProblemException busy() {
    return new ProblemException(
        ProblemCode.UNAVAILABLE, "Too many people sign in right now: try again in a second.");
  }
}
