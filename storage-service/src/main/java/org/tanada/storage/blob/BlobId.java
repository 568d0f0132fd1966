package org.tanada.storage.blob;

import java.util.OptionalLong;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** Ids as they stand in paths: one spelling each, so that one file has one address. */
public final class BlobId {
  private BlobId() {}

  /** The id, if the text is one. */
  public static OptionalLong parse(String text) {
    if (text.isEmpty() || text.length() > 19 || text.charAt(0) == '0') {
      return OptionalLong.empty();
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return OptionalLong.empty();
      }
    }
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return OptionalLong.empty(); // 19 digits beyond 63 bits
    }
  }

  /**
   * The id.
   *
   * @throws ProblemException {@code not-found} if the text is none
   */
  public static long require(String text) {
    return parse(text)
        .orElseThrow(() -> new ProblemException(ProblemCode.NOT_FOUND, "That is no file's id."));
  }
}
