package org.tanada.auth.account;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Table;
import org.tanada.common.row.Write;

/**
 * A row of {@code credentials}; its id is the user's.
 *
 * @param passwordHash Argon2id in the encoded form; null if nobody signs in by a password
 * @param signupFingerprint what the sign-up's idempotency key stood for: digest of the key, a dot,
 *     digest of the request without its password; null without a key
 */
record Credential(@Nullable String passwordHash, @Nullable String signupFingerprint) {
  static final Table<Credential> TABLE = new Table<>("credentials", Credential.class);

  /** Another hash in place of this one; a change by somebody else meanwhile wins. */
  static Write rehashed(Stored<Credential> credential, String hash) {
    return Write.update(TABLE, credential.id(), credential.version(), Map.of("passwordHash", hash));
  }
}
