package org.tanada.auth.account;

import org.jspecify.annotations.Nullable;
import org.tanada.auth.store.Secrets;
import org.tanada.common.account.AccountsContract.SignUp;

/**
 * What an idempotency key stands for, without the password, which is compared by its hash.
 *
 * @param key digest of the key
 * @param body digest of the request
 */
record SignUpFingerprint(String key, String body) {
  /** The fingerprint of the request; null if it has no key. */
  static @Nullable SignUpFingerprint of(SignUp signUp) {
    String key = signUp.idempotencyKey();
    if (key == null) {
      return null;
    }
    String body = signUp.email() + "\n" + signUp.username() + "\n" + signUp.displayName();
    return new SignUpFingerprint(Secrets.digest(key), Secrets.digest(body));
  }

  /** As the row keeps it. */
  @Override
  public String toString() {
    return key + "." + body;
  }

  /** The digest of the key in a fingerprint as a row keeps it. */
  static String key(String fingerprint) {
    return fingerprint.substring(0, fingerprint.indexOf('.'));
  }
}
