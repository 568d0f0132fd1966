package org.tanada.auth.token;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.auth.store.AccountRows;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * The key that all auth servers share. It is read from the database when first needed; the first
 * server of an installation makes it, and of several that do so at once all but one find that the
 * row is there already and take it.
 */
@Component
public final class SigningKeys {
  private static final Logger log = LoggerFactory.getLogger(SigningKeys.class);

  private final AccountRows rows;
  private final SecureRandom random;
  private final SecretKey secret;
  private final ReentrantLock loading = new ReentrantLock();
  private volatile @Nullable SigningKey current;

  SigningKeys(AccountRows rows, SecureRandom random, TokenSecret secret) {
    this.rows = rows;
    this.random = random;
    this.secret = secret.key("signing key encryption", "AES");
  }

  /** The public keys as a JSON Web Key Set (RFC 7517). {@code unavailable}. */
  public String jwks() {
    return "{\"keys\":[" + current().publicJwk() + "]}";
  }

  /** Whether the key is at hand. */
  boolean ready() {
    return current != null;
  }

  /**
   * The key that signs.
   *
   * @throws ProblemException {@code unavailable} if the database is, or {@code internal} if the key
   *     in it cannot be decrypted
   */
  SigningKey current() {
    SigningKey known = current;
    if (known != null) {
      return known;
    }
    loading.lock();
    try {
      known = current;
      if (known == null) {
        known = load();
        current = known;
        log.info("access tokens are signed with key {}", known.kid());
      }
      return known;
    } finally {
      loading.unlock();
    }
  }

  private SigningKey load() {
    Optional<SigningKey> stored = stored();
    if (stored.isPresent()) {
      return stored.get();
    }
    SigningKey made = SigningKey.generate();
    try {
      rows.commit(
          SigningKeyRow.OWNER,
          Write.insert(SigningKeyRow.TABLE, SigningKeyRow.FIRST, made.encrypt(secret, random)));
      return made;
    } catch (ProblemException e) {
      if (e.code() != ProblemCode.DUPLICATE) {
        throw e;
      }
      return stored().orElseThrow(() -> e); // another server was faster: its key is ours, too
    }
  }

  private Optional<SigningKey> stored() {
    return rows.findNow(SigningKeyRow.TABLE, SigningKeyRow.FIRST)
        .map(Stored::value)
        .map(row -> {
          try {
            return SigningKey.decrypt(row, secret);
          } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new ProblemException(
                ProblemCode.INTERNAL,
                "The signing key was encrypted with another tanada.secret.token-key-encryption.",
                e);
          }
        });
  }
}
