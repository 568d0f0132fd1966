package org.tanada.app.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.tanada.common.problem.ProblemException;

/**
 * Under which a creating request may be repeated: the same answer again for the same body.
 *
 * @param text 1 to 64 printable ASCII characters
 * @param chosen whether the client chose it
 */
public record IdempotencyKey(String text, boolean chosen) {
  /** The header. */
  public static final String HEADER = "Idempotency-Key";

  /**
   * The client's key, or a random one if it has none.
   *
   * @throws ProblemException {@code validation-failed}
   */
  public static IdempotencyKey of(@Nullable String header) {
    if (header == null) {
      return new IdempotencyKey(UUID.randomUUID().toString(), false);
    }
    if (!header.matches("[ -~]{1,64}") || header.isBlank()) {
      throw ProblemException.invalid(HEADER, "must be 1 to 64 printable ASCII characters");
    }
    return new IdempotencyKey(header, true);
  }

  /** Digest of what a key stands for: the call and its arguments. */
  public static String fingerprint(Object... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Object part : parts) {
        byte[] bytes = String.valueOf(part).getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
