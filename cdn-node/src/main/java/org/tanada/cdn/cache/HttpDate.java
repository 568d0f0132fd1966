package org.tanada.cdn.cache;

import io.netty.handler.codec.DateFormatter;
import java.time.Instant;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/** Dates in headers, in any of the three forms (RFC 9110, 5.6.7). */
public final class HttpDate {
  private HttpDate() {}

  /** The moment, or null if there is none or it cannot be read. */
  public static @Nullable Instant parse(@Nullable String value) {
    Date date = value == null ? null : DateFormatter.parseHttpDate(value);
    return date == null ? null : date.toInstant();
  }

  /** The preferred form. */
  public static String format(Instant moment) {
    return DateFormatter.format(Date.from(moment));
  }
}
