package org.tanada.app.upload;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** What {@code Upload-Checksum} announces of the body of one request (tus, Checksum). */
final class Checksum {
  /** The algorithms, as {@code Tus-Checksum-Algorithm} names them. */
  static final String ALGORITHMS = "sha1,sha256";

  private static final Map<String, String> NAMES = Map.of("sha1", "SHA-1", "sha256", "SHA-256");

  private final MessageDigest digest;
  private final byte[] expected;

  private Checksum(MessageDigest digest, byte[] expected) {
    this.digest = digest;
    this.expected = expected;
  }

  /**
   * The checksum of a header, or null if there is none.
   *
   * @throws ProblemException {@code malformed-request}, also for an algorithm that is not known
   */
  static @Nullable Checksum parse(@Nullable String header) {
    if (header == null) {
      return null;
    }
    int space = header.indexOf(' ');
    String name = space < 0 ? null : NAMES.get(header.substring(0, space));
    if (name == null) {
      throw malformed("Upload-Checksum must be one of " + ALGORITHMS + " and Base64.", null);
    }
    try {
      MessageDigest digest = MessageDigest.getInstance(name);
      byte[] expected = Base64.getDecoder().decode(header.substring(space + 1).trim());
      if (expected.length != digest.getDigestLength()) {
        throw malformed("Upload-Checksum has the wrong length.", null);
      }
      return new Checksum(digest, expected);
    } catch (IllegalArgumentException e) {
      throw malformed("Upload-Checksum is not Base64.", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + name, e);
    }
  }

  void update(byte[] bytes, int offset, int count) {
    digest.update(bytes, offset, count);
  }

  /**
   * Holds all that has passed against what was announced.
   *
   * @throws ProblemException {@code checksum-mismatch}
   */
  void check() {
    if (!MessageDigest.isEqual(digest.digest(), expected)) {
      throw new ProblemException(
          ProblemCode.CHECKSUM_MISMATCH, ProblemCode.CHECKSUM_MISMATCH.advice());
    }
  }

  private static ProblemException malformed(String detail, @Nullable Throwable cause) {
    return cause == null
        ? new ProblemException(ProblemCode.MALFORMED_REQUEST, detail)
        : new ProblemException(ProblemCode.MALFORMED_REQUEST, detail, cause);
  }
}
