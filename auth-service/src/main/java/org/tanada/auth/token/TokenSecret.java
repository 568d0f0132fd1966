package org.tanada.auth.token;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** The secret that only auth servers have, and the keys derived from it, one a purpose. */
@Component
public final class TokenSecret {
  private static final int MIN_LENGTH = 32;
  private static final String HMAC = "HmacSHA256";

  private final byte[] secret;

  TokenSecret(@Value("${tanada.secret.token-key-encryption}") String secret) {
    if (secret.length() < MIN_LENGTH) {
      throw new IllegalArgumentException(
          "tanada.secret.token-key-encryption must have at least 32 characters");
    }
    this.secret = secret.getBytes(StandardCharsets.UTF_8);
  }

  /** A key of 256 bits for this purpose alone (the expand step of RFC 5869 with one block). */
  public SecretKeySpec key(String purpose, String algorithm) {
    byte[] info = (purpose + "\u0001").getBytes(StandardCharsets.UTF_8);
    return new SecretKeySpec(hmac(new SecretKeySpec(secret, HMAC), info), algorithm);
  }

  /** HMAC-SHA-256 (RFC 2104). */
  static byte[] hmac(SecretKeySpec key, byte[] message) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
