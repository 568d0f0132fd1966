package org.tanada.auth.account;

import java.text.Normalizer;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Component;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * Hashes passwords with Argon2id, unless configured otherwise with OWASP's parameters (19 MiB, two
 * passes, one lane), a few at a time and after everything else, so that a wave of sign-ins cannot
 * starve the board. Passwords are normalised (NFKC), so that they do not depend on the keyboard
 * (NIST SP 800-63B, 3.1.1.2).
 */
@Component
final class Passwords {
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;

  /** What our own work leaves of the heap: the rest may be hashes. */
  private static final double HEAP_FOR_HASHES = 0.6;

  private final PasswordEncoder argon2;
  private final String nobody;
  private final PasswordProperties limits;
  private final ExecutorService threads;
  private final Semaphore turns;
  private final Semaphore places;

  /**
   * Fails where the hashes that may be computed at a time do not fit in the heap: better at the
   * start than at the first wave of sign-ins.
   */
  Passwords(PasswordProperties limits) {
    long most = limits.memory().toBytes() * limits.parallel();
    long heap = Runtime.getRuntime().maxMemory();
    if (most > heap * HEAP_FOR_HASHES) {
      throw new IllegalStateException(
          "%d hashes of %d KB at a time do not fit in a heap of %d MB: lower tanada.auth.password.parallel or memory, or raise the heap"
              .formatted(limits.parallel(), limits.memoryKib(), heap >> 20));
    }
    this.limits = limits;
    this.argon2 = new Argon2id(SALT_BYTES, HASH_BYTES, limits.cost());
    this.threads = NiceThreads.of(limits.parallel(), "password");
    this.nobody =
        "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
            .formatted(
                limits.memoryKib(),
                limits.passes(),
                limits.lanes(),
                "A".repeat(Math.ceilDiv(SALT_BYTES * 4, 3)),
                "A".repeat(Math.ceilDiv(HASH_BYTES * 4, 3)));
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

  /** Compares with a hash that no password has: takes as long as {@link #matches}. */
  boolean matchesNobody(String password) {
    return matches(password, nobody);
  }

  /** Whether the hash was made with less work than is configured now. */
  boolean outdated(String hash) {
    return argon2.upgradeEncoding(hash);
  }

  private static String normal(String password) {
    return Normalizer.normalize(password, Normalizer.Form.NFKC);
  }

  /** On threads of their own: one that serves requests would keep them waiting for a hash. */
  private <T> T inTurn(Callable<T> work) {
    if (!places.tryAcquire()) {
      throw busy();
    }
    try {
      if (!turns.tryAcquire(limits.patience().toMillis(), TimeUnit.MILLISECONDS)) {
        throw busy();
      }
      try {
        return threads.submit(work).get();
      } finally {
        turns.release();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a password could not be hashed", e.getCause());
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
