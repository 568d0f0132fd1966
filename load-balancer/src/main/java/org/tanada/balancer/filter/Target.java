package org.tanada.balancer.filter;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.netty.http.server.HttpServerRequest;

/** A request's target as it stood on the wire, and what it means for us. */
public final class Target {
  private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD);
  private static final Pattern UPLOAD =
      Pattern.compile("/api/v1/videos/[^/]+/content|/upload|/uploads(?:/.*)?");
  private static final Pattern AVATAR = Pattern.compile("(?:/api/v1)?/me/avatar");
  private static final Pattern INTERNAL = Pattern.compile("/(?:actuator|internal|v1)(?:[/;].*)?");

  private Target() {}

  /** Path and query, unchanged: decoding and encoding again would change some. */
  public static String raw(ServerHttpRequest request) {
    Object nativeRequest = ServerHttpRequestDecorator.getNativeRequest(request);
    if (nativeRequest instanceof HttpServerRequest netty) {
      return netty.uri();
    }
    URI uri = request.getURI();
    return uri.getRawQuery() == null
        ? uri.getRawPath()
        : uri.getRawPath() + "?" + uri.getRawQuery();
  }

  /** Whether the request carries a video. */
  public static boolean isUpload(ServerWebExchange exchange) {
    ServerHttpRequest request = exchange.getRequest();
    return !reads(request) && UPLOAD.matcher(path(raw(request))).matches();
  }

  /** Whether the request changes nothing. */
  static boolean reads(ServerHttpRequest request) {
    return READS.contains(request.getMethod());
  }

  static boolean isAvatar(ServerHttpRequest request) {
    return AVATAR.matcher(path(raw(request))).matches();
  }

  /** Whether it names what only our own services may call. */
  static boolean isInternal(String target) {
    String path = path(target);
    String decoded =
        path.indexOf('%') < 0
            ? path
            : URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
    return INTERNAL.matcher(decoded).matches();
  }

  /**
   * Whether different parsers could read the path differently: it is not of the origin form (RFC
   * 9112, 3.2.1), has dot or empty segments, a backslash, a control character, or one of those in
   * encoded form. Such a target is refused rather than repaired.
   */
  static boolean isOdd(String target) {
    if (target.isEmpty() || target.charAt(0) != '/') {
      return true;
    }
    for (int i = 0; i < target.length() && target.charAt(i) != '?'; i++) {
      char c = target.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '\\' || c == '#') {
        return true;
      }
      if (c == '/' && oddSegment(target, i + 1)) {
        return true;
      }
      if (c == '%' && oddByte(target, i + 1)) {
        return true;
      }
    }
    return target.indexOf('#') >= 0;
  }

  static String path(String target) {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /** An empty segment that is not the last, or one of dots only. */
  private static boolean oddSegment(String target, int start) {
    int end = start;
    while (end < target.length() && "/;?".indexOf(target.charAt(end)) < 0) {
      end++;
    }
    boolean followed = end < target.length() && target.charAt(end) != '?';
    String segment = target.substring(start, Math.min(end, start + 3));
    return segment.equals(".") || segment.equals("..") || (segment.isEmpty() && followed);
  }

  /** A percent sign that encodes a delimiter, a dot, itself or a control, or nothing. */
  private static boolean oddByte(String target, int start) {
    if (start + 2 > target.length()) {
      return true;
    }
    int high = Character.digit(target.charAt(start), 16);
    int low = Character.digit(target.charAt(start + 1), 16);
    if (high < 0 || low < 0) {
      return true;
    }
    int value = high * 16 + low;
    return value < 0x20
        || value == '.'
        || value == '/'
        || value == '\\'
        || value == '%'
        || value == 0x7f;
  }
}
