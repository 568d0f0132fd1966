package org.tanada.cdn.server;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One requested range of bytes (RFC 9110, 14). Several ranges in one request, other units and what
 * cannot be read are ignored: the whole object is the answer then.
 *
 * @param first offset, or -1 for a suffix
 * @param last offset, or length of the suffix; {@link Long#MAX_VALUE} if open
 */
record ByteRange(long first, long last) {
  private static final Pattern SINGLE =
      Pattern.compile("bytes\\s*=\\s*(\\d{0,18})\\s*-\\s*(\\d{0,18})", Pattern.CASE_INSENSITIVE);

  static @Nullable ByteRange parse(@Nullable String header) {
    if (header == null) {
      return null;
    }
    Matcher matcher = SINGLE.matcher(header.trim());
    if (!matcher.matches()) {
      return null;
    }
    String from = matcher.group(1);
    String to = matcher.group(2);
    if (from.isEmpty()) {
      return to.isEmpty() ? null : new ByteRange(-1, Long.parseLong(to));
    }
    long first = Long.parseLong(from);
    long last = to.isEmpty() ? Long.MAX_VALUE : Long.parseLong(to);
    return last < first ? null : new ByteRange(first, last);
  }

  /** The bytes of an object of this length, or null if the range cannot be satisfied. */
  @Nullable Span of(long length) {
    if (first < 0) {
      return last == 0 || length == 0 ? null : new Span(Math.max(0, length - last), length);
    }
    return first >= length ? null : new Span(first, last >= length ? length : last + 1);
  }

  /**
   * Bytes of an object.
   *
   * @param from first byte
   * @param to the byte after the last
   */
  record Span(long from, long to) {}
}
