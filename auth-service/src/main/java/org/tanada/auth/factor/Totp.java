package org.tanada.auth.factor;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.OptionalLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.util.encoders.Base32;

/**
 * Time-based one-time passwords (RFC 6238) as all apps compute them: HMAC-SHA-1, steps of 30 s, six
 * digits. SHA-1's weakness is in collisions, which do not matter here (RFC 6238, B).
 */
final class Totp {
  /** Bytes of a secret: as long as the hash (RFC 4226, 4, R6). */
  static final int SECRET_BYTES = 20;

  private static final int STEP_SECONDS = 30;
  private static final int MODULUS = 1_000_000;

  /** Steps that the app's clock may be off in either direction (RFC 6238, 5.2). */
  private static final int WINDOW = 1;

  private static final String HMAC = "HmacSHA1";
  private static final String ISSUER = "Tanada";

  private Totp() {}

  /** The code of a step. */
  static String code(byte[] secret, long step) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(secret, HMAC));
      byte[] hash = mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(step).array());
      int offset = hash[hash.length - 1] & 0xf;
      int number = ByteBuffer.wrap(hash, offset, Integer.BYTES).getInt() & Integer.MAX_VALUE;
      return "%06d".formatted(number % MODULUS);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA1", e);
    }
  }

  /** The step of a moment. */
  static long step(Instant at) {
    return Math.floorDiv(at.getEpochSecond(), STEP_SECONDS);
  }

  /**
   * The step whose code it is, now or one step around it.
   *
   * @param after only later steps: their codes have not been used
   */
  static OptionalLong match(byte[] secret, String code, Instant now, long after) {
    long present = step(now);
    OptionalLong found = OptionalLong.empty();
    for (long step = present - WINDOW; step <= present + WINDOW; step++) {
      boolean same =
          MessageDigest.isEqual(
              code.getBytes(StandardCharsets.UTF_8),
              code(secret, step).getBytes(StandardCharsets.US_ASCII));
      if (same && step > after && found.isEmpty()) {
        found = OptionalLong.of(step);
      }
    }
    return found;
  }

  /** The secret as people type it, Base32 without padding. */
  static String text(byte[] secret) {
    return Base32.toBase32String(secret).replace("=", "");
  }

  /** The secret as apps read it from a QR code (Google Authenticator's key URI format). */
  static String uri(byte[] secret, String username) {
    return "otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=SHA1&digits=6&period=%d"
        .formatted(
            ISSUER,
            URLEncoder.encode(username, StandardCharsets.UTF_8).replace("+", "%20"),
            text(secret),
            ISSUER,
            STEP_SECONDS);
  }
}
