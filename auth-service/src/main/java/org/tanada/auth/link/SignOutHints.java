package org.tanada.auth.link;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.auth.provider.OutsideProvider;
import org.tanada.auth.provider.ProviderIdentity;
import org.tanada.auth.store.Encryption;
import org.tanada.auth.store.Secrets;
import org.tanada.auth.token.TokenSecret;

/**
 * What a session keeps of a sign-in by a provider: a digest of the session there, and the ID token,
 * encrypted, since it tells who somebody is and has to be shown at the sign-out.
 */
@Component
final class SignOutHints {
  /** Longer ones are not kept: then the provider asks its user whether to sign out. */
  private static final int MAX_TOKEN = 4096;

  private final SecretKey key;
  private final SecureRandom random;

  SignOutHints(TokenSecret secret, SecureRandom random) {
    this.key = secret.key("provider id token", "AES");
    this.random = random;
  }

  /** Digest of the session at the provider; null if it named none. */
  static @Nullable String session(ProviderIdentity identity) {
    return identity.session() == null ? null : session(identity.issuer(), identity.session());
  }

  /** Digest of a session at a provider. */
  static String session(String issuer, String session) {
    return Secrets.digest(issuer + "\n" + session);
  }

  /** The ID token as the row keeps it; null if it is not needed. */
  @Nullable String encrypt(long linkId, OutsideProvider provider, @Nullable String idToken) {
    if (idToken == null || idToken.length() > MAX_TOKEN || !provider.signsOut()) {
      return null;
    }
    byte[] plain = idToken.getBytes(StandardCharsets.US_ASCII);
    return Encryption.encryptText(plain, key, Long.toString(linkId), random);
  }

  /** The ID token. */
  @Nullable String decrypt(long linkId, @Nullable String encrypted) {
    if (encrypted == null) {
      return null;
    }
    try {
      byte[] plain = Encryption.decryptText(encrypted, key, Long.toString(linkId));
      return new String(plain, StandardCharsets.US_ASCII);
    } catch (GeneralSecurityException e) {
      return null; // the installation has got another secret: the provider asks its user
    }
  }
}
