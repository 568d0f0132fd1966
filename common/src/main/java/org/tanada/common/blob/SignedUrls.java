package org.tanada.common.blob;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Addresses of private files that expire: {@code
 * /media/{purpose}/{id}?expires=SECONDS&signature=BASE64URL}, signed with HMAC-SHA-256 over the
 * path and the time. Edges verify them, so that private files can be cached.
 */
public final class SignedUrls {
  /** Query parameter: Unix time in seconds after which the address is refused. */
  public static final String EXPIRES = "expires";

  /** Query parameter: the signature. */
  public static final String SIGNATURE = "signature";

  private final byte[] key;
  private final InstantSource clock;

  /** Signs and verifies with this key. */
  public SignedUrls(String key, InstantSource clock) {
    this.key = key.getBytes(StandardCharsets.UTF_8);
    this.clock = clock;
  }

  /** The path with a signature that holds until the given time, to the second. */
  public String sign(String path, Instant until) {
    String expires = Long.toString(until.getEpochSecond());
    return path + "?" + EXPIRES + "=" + expires + "&" + SIGNATURE + "=" + signature(path, expires);
  }

  /**
   * Whether the signature is ours and still holds.
   *
   * @param path the path without its query
   * @param expires value of {@link #EXPIRES}, or null if there is none
   * @param signature value of {@link #SIGNATURE}, or null if there is none
   */
  public Verdict verify(String path, @Nullable String expires, @Nullable String signature) {
    if (expires == null || signature == null || expires.length() > 12) {
      return Verdict.INVALID;
    }
    byte[] expected = signature(path, expires).getBytes(StandardCharsets.US_ASCII);
    if (!MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.UTF_8))) {
      return Verdict.INVALID;
    }
    // only what we signed gets here, so it is a number
    return Long.parseLong(expires) < clock.instant().getEpochSecond()
        ? Verdict.EXPIRED
        : Verdict.VALID;
  }

  private String signature(String path, String expires) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      byte[] signed = mac.doFinal((path + "\n" + expires).getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(signed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  /** What verification says. */
  public enum Verdict {
    VALID,
    INVALID,
    EXPIRED
  }
}
