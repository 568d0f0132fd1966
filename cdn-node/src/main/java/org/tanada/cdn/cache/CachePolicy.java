package org.tanada.cdn.cache;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tanada.common.http.TanadaHeaders;

/**
 * Decides what a shared cache may keep (RFC 9111, 3) and for how long (4.2).
 *
 * <p>The first of {@code Tanada-Cache-Control}, {@code CDN-Cache-Control} that is there replaces
 * {@code Cache-Control} and {@code Expires} altogether (RFC 9213, 2.2). There are no heuristics: a
 * response without explicit freshness is kept only if it has a validator, and confirmed each time.
 *
 * <p>Deviation: {@code s-maxage} implies {@code proxy-revalidate} (5.2.2.10), which would forbid
 * stale answers while the origin is down. This edge belongs to the origin's owner, who asks for
 * s-maxage to set the edge's freshness and for {@code proxy-revalidate} to forbid stale answers: we
 * take only the latter as the prohibition.
 */
public final class CachePolicy {
  private static final String CDN_CACHE_CONTROL = "CDN-Cache-Control";

  // final statuses whose meaning does not depend on the one request; 206 is never kept
  private static final Set<Integer> STATUSES =
      Set.of(200, 203, 204, 300, 301, 302, 307, 308, 404, 405, 410, 414);

  private CachePolicy() {}

  /** What to do with a response to a GET: its freshness if it may be kept, else null. */
  public static @Nullable Freshness evaluate(
      HttpHeaders request, int status, HttpHeaders response) {
    if (!STATUSES.contains(status)
        || response.contains(HttpHeaderNames.SET_COOKIE)
        || response.getAll(HttpHeaderNames.VARY).stream().anyMatch(vary -> vary.contains("*"))) {
      return null;
    }
    CacheControl targeted = targeted(response);
    CacheControl control =
        targeted != null
            ? targeted
            : CacheControl.parse(response.getAll(HttpHeaderNames.CACHE_CONTROL));
    if (control.has("no-store") || control.has("private")) {
      return null;
    }
    // RFC 9111, 3.5
    if (request.contains(HttpHeaderNames.AUTHORIZATION)
        && !control.has("public")
        && !control.has("s-maxage")
        && !control.has("must-revalidate")) {
      return null;
    }
    boolean validator =
        response.contains(HttpHeaderNames.ETAG) || response.contains(HttpHeaderNames.LAST_MODIFIED);
    Long explicit = lifetime(control, targeted != null, response);
    if (explicit == null && status != 200) {
      return null;
    }
    boolean noCache = control.has("no-cache");
    boolean revalidate =
        noCache || control.has("must-revalidate") || control.has("proxy-revalidate");
    long lifetime = noCache || explicit == null ? 0 : explicit;
    long whileRevalidate = orZero(control.seconds("stale-while-revalidate"));
    Long ifError = control.seconds("stale-if-error");
    if (lifetime <= 0 && !validator && whileRevalidate == 0) {
      return null;
    }
    return new Freshness(
        Math.max(0, lifetime),
        revalidate,
        revalidate ? 0 : whileRevalidate,
        ifError == null ? -1 : ifError);
  }

  private static @Nullable CacheControl targeted(HttpHeaders response) {
    for (String field : List.of(TanadaHeaders.CACHE_CONTROL, CDN_CACHE_CONTROL)) {
      CacheControl control = CacheControl.parse(response.getAll(field));
      if (!control.isEmpty()) {
        return control;
      }
    }
    return null;
  }

  private static @Nullable Long lifetime(
      CacheControl control, boolean targeted, HttpHeaders response) {
    Long shared = control.seconds("s-maxage");
    if (shared != null) {
      return shared;
    }
    Long maxAge = control.seconds("max-age");
    if (maxAge != null) {
      return maxAge;
    }
    String expires = response.get(HttpHeaderNames.EXPIRES);
    if (targeted || expires == null) {
      return null;
    }
    Instant until = HttpDate.parse(expires);
    Instant date = HttpDate.parse(response.get(HttpHeaderNames.DATE));
    if (until == null) {
      return 0L; // "0" and other nonsense mean: already expired (RFC 9111, 5.3)
    }
    return Math.max(0, Duration.between(date == null ? Instant.now() : date, until).toSeconds());
  }

  private static long orZero(@Nullable Long value) {
    return value == null ? 0 : value;
  }
}
