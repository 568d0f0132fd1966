package org.tanada.storage.blob;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code Range} header asks of a content (RFC 9110 section 14).
 *
 * @param start first byte
 * @param end the byte after the last one
 */
record ByteRange(long start, long end) {
  private static final Pattern ONE =
      Pattern.compile("bytes=\\s*(\\d{0,19})-(\\d{0,19})\\s*", Pattern.CASE_INSENSITIVE);

  /** An unsatisfiable range: 416. */
  static final ByteRange NONE = new ByteRange(0, 0);

  /**
   * The range, or null if the whole content is the answer: no header, another unit, a form that is
   * not understood, or several ranges, which a server may ignore (section 14.2).
   */
  static @Nullable ByteRange parse(@Nullable String header, long size) {
    if (header == null) {
      return null;
    }
    Matcher matcher = ONE.matcher(header);
    if (!matcher.matches()) {
      return null;
    }
    String first = matcher.group(1);
    String last = matcher.group(2);
    if (first.isEmpty()) {
      if (last.isEmpty()) {
        return null;
      }
      long suffix = number(last);
      return suffix == 0 || size == 0 ? NONE : new ByteRange(Math.max(0, size - suffix), size);
    }
    long start = number(first);
    long end = last.isEmpty() ? size : Math.min(size, saturatedNext(number(last)));
    if (!last.isEmpty() && number(last) < start) {
      return null; // an invalid range is ignored (section 14.1.1)
    }
    return start >= size ? NONE : new ByteRange(start, end);
  }

  private static long number(String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE; // beyond every file
    }
  }

  private static long saturatedNext(long value) {
    return value == Long.MAX_VALUE ? value : value + 1;
  }
}
