package org.tanada.auth.token;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.auth.store.AccountRows;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * The keys that all auth servers share: one that signs, one that stands by, and those that have
 * signed what may still be good. They are in the database; the first server of an installation
 * makes them, and of several that do so at once all but one find the rows there and take them.
 *
 * <p>Every change touches the row of the key that signs at the version that was read: of two
 * servers that rotate at the same time one fails, and reads again.
 */
@Component
public final class SigningKeys {
  private static final Logger log = LoggerFactory.getLogger(SigningKeys.class);

  private final AccountRows rows;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final SecureRandom random;
  private final SecretKey secret;
  private final SigningAlgorithm algorithm;
  private final ReentrantLock loading = new ReentrantLock();
  private volatile @Nullable Loaded loaded;

  SigningKeys(
      AccountRows rows,
      IdGenerator ids,
      InstantSource clock,
      SecureRandom random,
      TokenSecret secret,
      TokenProperties properties) {
    this.rows = rows;
    this.ids = ids;
    this.clock = clock;
    this.random = random;
    this.secret = secret.key("signing key encryption", "AES");
    this.algorithm = properties.algorithm();
  }

  /** The public keys as a JSON Web Key Set (RFC 7517). {@code unavailable}. */
  public String jwks() {
    return known().ring().jwks();
  }

  /** The ids of the public keys; none if they have not been read yet. */
  public List<String> kids() {
    Loaded known = loaded;
    return known == null ? List.of() : known.ring().kids();
  }

  /** Whether the keys are at hand. */
  boolean ready() {
    return loaded != null;
  }

  /**
   * The key that signs.
   *
   * @throws ProblemException {@code unavailable} if the database is, or {@code internal} if the key
   *     in it cannot be decrypted
   */
  SigningKey current() {
    return known().active();
  }

  /** Reads the keys anew; makes what is missing. */
  Keyring reload() {
    loading.lock();
    try {
      Keyring ring = complete(new Keyring(rows.ofOwner(SigningKeyRow.TABLE, SigningKeyRow.OWNER)));
      Stored<SigningKeyRow> active = ring.in(SigningKeyRow.ACTIVE).orElseThrow();
      Loaded before = loaded;
      if (before == null || !before.active().kid().equals(active.value().kid())) {
        loaded = new Loaded(ring, decrypt(active.value()));
        log.info("access tokens are signed with key {}", active.value().kid());
      } else {
        loaded = new Loaded(ring, before.active());
      }
      return ring;
    } finally {
      loading.unlock();
    }
  }

  /** A new key that stands by. */
  Write newStandby() {
    return insert(ids.nextBeside(SigningKeyRow.OWNER), SigningKeyRow.STANDBY);
  }

  /** Brings a key into another state; one that must not sign any more loses its private part. */
  Write change(Stored<SigningKeyRow> row, String state) {
    Map<String, @Nullable Object> values =
        state.equals(SigningKeyRow.ACTIVE)
            ? Map.of("state", state, "changedAt", clock.instant())
            : Map.of("state", state, "changedAt", clock.instant(), "privateKeyEncrypted", "");
    return Write.update(SigningKeyRow.TABLE, row.id(), row.version(), values);
  }

  /** All or nothing. */
  void commit(List<Write> writes) {
    rows.commit(SigningKeyRow.OWNER, rows.newKey(), writes);
  }

  private Loaded known() {
    Loaded known = loaded;
    if (known == null) {
      reload();
      known = java.util.Objects.requireNonNull(loaded);
    }
    return known;
  }

  private Keyring complete(Keyring ring) {
    if (ring.in(SigningKeyRow.ACTIVE).isPresent() && ring.in(SigningKeyRow.STANDBY).isPresent()) {
      return ring;
    }
    List<Write> writes = new ArrayList<>();
    ring.in(SigningKeyRow.ACTIVE)
        .ifPresentOrElse(
            active ->
                writes.add(
                    Write.update(
                        SigningKeyRow.TABLE,
                        active.id(),
                        active.version(),
                        Map.of("state", SigningKeyRow.ACTIVE))),
            () -> writes.add(insert(SigningKeyRow.FIRST, SigningKeyRow.ACTIVE)));
    writes.add(newStandby());
    try {
      commit(writes);
    } catch (ProblemException e) {
      if (e.code() != ProblemCode.DUPLICATE && e.code() != ProblemCode.VERSION_MISMATCH) {
        throw e;
      }
      log.debug("another server was faster: its keys are ours, too");
    }
    return new Keyring(rows.ofOwner(SigningKeyRow.TABLE, SigningKeyRow.OWNER));
  }

  private Write insert(long id, String state) {
    SigningKey made = SigningKey.generate(algorithm);
    return Write.insert(
        SigningKeyRow.TABLE, id, made.encrypt(state, secret, random, clock.instant()));
  }

  private SigningKey decrypt(SigningKeyRow row) {
    try {
      return SigningKey.decrypt(row, secret);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new ProblemException(
          ProblemCode.INTERNAL,
          "The signing key was encrypted with another tanada.secret.token-key-encryption.",
          e);
    }
  }

  private record Loaded(Keyring ring, SigningKey active) {}
}
