package org.tanada.app.session;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseCookie;
import org.tanada.app.web.FrontDoor;

/**
 * A cookie that scripts cannot read and that goes to this host alone. Lax, not Strict: who follows
 * a link to us, or comes back from an outside provider, brings it along.
 *
 * @param name where there is no TLS; with TLS {@code __Host-} stands before it: browsers then take
 *     it from this host alone, and never without TLS (RFC 6265bis)
 */
record HostCookie(String name) {
  /** What stands before the name where there is TLS. */
  static final String PREFIX = "__Host-";

  /**
   * Its value in this request; null if there is none. Of several that differ none is taken: one of
   * them was planted by somebody else, and nothing tells which.
   */
  @Nullable String read(HttpServletRequest request) {
    Cookie[] cookies = request.getCookies();
    if (cookies == null) {
      return null;
    }
    List<String> values =
        Arrays.stream(cookies)
            .filter(cookie -> cookie.getName().equals(name(request)))
            .map(Cookie::getValue)
            .distinct()
            .toList();
    return values.size() != 1 || values.getFirst().isEmpty() ? null : values.getFirst();
  }

  /** Sets it. */
  void set(
      HttpServletRequest request, HttpServletResponse response, String value, Duration lifetime) {
    response.addHeader(
        "Set-Cookie",
        ResponseCookie.from(name(request), value)
            .path("/")
            .httpOnly(true)
            .secure(FrontDoor.isSecure(request))
            .sameSite("Lax")
            .maxAge(lifetime)
            .build()
            .toString());
  }

  /** Takes it away. */
  void clear(HttpServletRequest request, HttpServletResponse response) {
    set(request, response, "", Duration.ZERO);
  }

  private String name(HttpServletRequest request) {
    return FrontDoor.isSecure(request) ? PREFIX + name : name;
  }
}
