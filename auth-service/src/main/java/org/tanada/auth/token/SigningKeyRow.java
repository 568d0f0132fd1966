package org.tanada.auth.token;

import org.tanada.common.id.TanadaId;
import org.tanada.common.row.Table;

/**
 * A row of {@code signing_keys}.
 *
 * @param kid id of the key: its thumbprint (RFC 7638)
 * @param privateKeyEncrypted PKCS #8, encrypted, base64
 * @param publicJwk JSON Web Key
 * @param state {@link #ACTIVE}
 */
record SigningKeyRow(String kid, String privateKeyEncrypted, String publicJwk, String state) {
  static final Table<SigningKeyRow> TABLE = new Table<>("signing_keys", SigningKeyRow.class);

  /** The key that signs. */
  static final String ACTIVE = "active";

  /** Owner of the keys: an id before all users' in shard 0, which every installation has. */
  static final long OWNER = TanadaId.of(TanadaId.EPOCH_MILLIS, 0, 1);

  /** Id of the first key: fixed, so that of several servers that make one only one succeeds. */
  static final long FIRST = TanadaId.of(TanadaId.EPOCH_MILLIS, 0, 2);
}
