package org.tanada.app.upload;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tanada.app.web.Ids;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * {@code Upload-Metadata}: pairs of a key and a value in Base64 (tus, Creation). Only {@code video}
 * means something here, the id of the video whose content is uploaded; the rest is given back as it
 * came, and names no file anywhere.
 */
final class Metadata {
  private static final int MAX_LENGTH = 4096;
  private static final Pattern KEY = Pattern.compile("[\\x21-\\x2b\\x2d-\\x7e]{1,100}");

  private Metadata() {}

  /**
   * The video that the header names.
   *
   * @throws ProblemException {@code malformed-request}, {@code validation-failed} if it names none
   */
  static long video(@Nullable String header) {
    byte[] video = parse(header).get("video");
    if (video == null) {
      throw ProblemException.invalid("video", "is missing in Upload-Metadata");
    }
    return Ids.ofField("video", new String(video, java.nio.charset.StandardCharsets.UTF_8));
  }

  /** The pairs of the header. */
  static Map<String, byte[]> parse(@Nullable String header) {
    Map<String, byte[]> pairs = new LinkedHashMap<>();
    if (header == null || header.isBlank()) {
      return pairs;
    }
    if (header.length() > MAX_LENGTH) {
      throw malformed("is longer than " + MAX_LENGTH + " characters", null);
    }
    for (String pair : header.split(",", -1)) {
      String[] words = pair.strip().split(" ", -1);
      if (words.length > 2 || !KEY.matcher(words[0]).matches()) {
        throw malformed("is not a list of keys and values", null);
      }
      try {
        byte[] value = Base64.getDecoder().decode(words.length == 2 ? words[1] : "");
        if (pairs.put(words[0], value) != null) {
          throw malformed("has the same key twice", null);
        }
      } catch (IllegalArgumentException e) {
        throw malformed("has a value that is not Base64", e);
      }
    }
    return pairs;
  }

  private static ProblemException malformed(String what, @Nullable Throwable cause) {
    String detail = "Upload-Metadata " + what + ".";
    return cause == null
        ? new ProblemException(ProblemCode.MALFORMED_REQUEST, detail)
        : new ProblemException(ProblemCode.MALFORMED_REQUEST, detail, cause);
  }
}
