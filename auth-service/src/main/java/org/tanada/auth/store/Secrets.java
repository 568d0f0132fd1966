package org.tanada.auth.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Digests of secrets, as rows keep them: a secret of 256 random bits needs no slow hash. */
public final class Secrets {
  private Secrets() {}

  /** SHA-256 of the text in UTF-8, hexadecimal. */
  public static String digest(String text) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Whether the text has that digest, in a time that does not depend on where they differ. */
  public static boolean matches(String text, String digest) {
    return MessageDigest.isEqual(
        digest(text).getBytes(StandardCharsets.US_ASCII),
        digest.getBytes(StandardCharsets.US_ASCII));
  }
}
