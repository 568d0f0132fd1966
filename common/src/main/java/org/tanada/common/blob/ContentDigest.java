package org.tanada.common.blob;

import java.util.Base64;
import java.util.HexFormat;

/** Digests of contents in fields of HTTP (RFC 9530). */
public final class ContentDigest {
  private ContentDigest() {}

  /**
   * The value of {@code Content-Digest} or {@code Repr-Digest}.
   *
   * @param sha256 64 hexadecimal digits
   */
  public static String field(String sha256) {
    byte[] digest = HexFormat.of().parseHex(sha256);
    return "sha-256=:" + Base64.getEncoder().encodeToString(digest) + ":";
  }
}
