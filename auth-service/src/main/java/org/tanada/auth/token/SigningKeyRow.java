package org.tanada.auth.token;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.tanada.common.id.TanadaId;
import org.tanada.common.row.Table;

/**
 * A row of {@code signing_keys}.
 *
 * @param kid id of the key: its thumbprint (RFC 7638)
 * @param privateKeyEncrypted PKCS #8, encrypted, base64; empty once it must not sign any more
 * @param publicJwk JSON Web Key
 * @param state one of those below
 * @param changedAt when it came into this state; null for the first key of older installations
 */
record SigningKeyRow(
    String kid,
    String privateKeyEncrypted,
    String publicJwk,
    String state,
    @Nullable Instant changedAt) {
  static final Table<SigningKeyRow> TABLE = new Table<>("signing_keys", SigningKeyRow.class);

  /** The key that signs. */
  static final String ACTIVE = "active";

  /** The key that signs next: published ahead, so that every verifier knows it by then. */
  static final String STANDBY = "standby";

  /** A key that has signed tokens which may still be good. */
  static final String RETIRED = "retired";

  /** A key whose signatures are refused. */
  static final String REVOKED = "revoked";

  /** Owner of the keys: an id before all users' in shard 0, which every installation has. */
  static final long OWNER = TanadaId.of(TanadaId.EPOCH_MILLIS, 0, 1);

  /** Id of the first key: fixed, so that of several servers that make one only one succeeds. */
  static final long FIRST = TanadaId.of(TanadaId.EPOCH_MILLIS, 0, 2);
}
