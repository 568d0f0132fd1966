package org.tanada.cdn.cache;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.tanada.common.http.TanadaHeaders;

/** Which header fields travel on, and which are kept. */
public final class Fields {
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authentication-info",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "http2-settings");

  // a client must not be able to have these taken off by naming them in Connection
  private static final Set<String> PROTECTED =
      Set.of(
          "host",
          "content-length",
          "cache-control",
          "authorization",
          "cookie",
          "set-cookie",
          "x-forwarded-for",
          "x-forwarded-proto",
          "x-forwarded-host",
          "vary");

  private static final Set<String> OF_ONE_EXCHANGE =
      Set.of(
          "age",
          "server-timing",
          "traceparent",
          "tracestate",
          "cache-status",
          TanadaHeaders.CACHE_CONTROL.toLowerCase(Locale.ROOT));

  private Fields() {}

  /** The fields without those that end at this hop (RFC 9110, 7.6.1). */
  public static HttpHeaders endToEnd(HttpHeaders fields) {
    HttpHeaders kept = new DefaultHttpHeaders();
    List<String> named = fields.getAll(HttpHeaderNames.CONNECTION);
    for (Map.Entry<String, String> field : fields) {
      String name = field.getKey().toLowerCase(Locale.ROOT);
      if (!HOP_BY_HOP.contains(name) && !isNamed(named, name)) {
        kept.add(field.getKey(), field.getValue());
      }
    }
    return kept;
  }

  private static boolean isNamed(List<String> connection, String name) {
    if (connection.isEmpty() || PROTECTED.contains(name)) {
      return false;
    }
    for (String line : connection) {
      for (String option : line.split(",", -1)) {
        if (option.trim().equalsIgnoreCase(name)) {
          return true;
        }
      }
    }
    return false;
  }

  /** The fields of a response that are kept with it. */
  static HttpHeaders storable(HttpHeaders fields) {
    HttpHeaders kept = endToEnd(fields);
    OF_ONE_EXCHANGE.forEach(kept::remove);
    return kept;
  }

  /** Seconds of age on arrival (RFC 9111, 4.2.3); times in milliseconds of the epoch. */
  static long initialAge(HttpHeaders fields, long requested, long arrived) {
    Instant date = HttpDate.parse(fields.get(HttpHeaderNames.DATE));
    long apparent = date == null ? 0 : Math.max(0, (arrived - date.toEpochMilli()) / 1000);
    long told = 0;
    String age = fields.get(HttpHeaderNames.AGE);
    if (age != null && age.matches("[0-9]{1,9}")) {
      told = Long.parseLong(age);
    }
    return Math.max(apparent, told + Math.max(0, arrived - requested) / 1000);
  }

  static boolean carriesPolicy(HttpHeaders fields) {
    return fields.contains(TanadaHeaders.CACHE_CONTROL)
        || fields.contains("CDN-Cache-Control")
        || fields.contains(HttpHeaderNames.CACHE_CONTROL)
        || fields.contains(HttpHeaderNames.EXPIRES);
  }

  static void copyPolicy(HttpHeaders from, HttpHeaders to) {
    List<String> targeted = from.getAll(TanadaHeaders.CACHE_CONTROL);
    if (!targeted.isEmpty()) {
      to.set(TanadaHeaders.CACHE_CONTROL, targeted);
    }
  }
}
