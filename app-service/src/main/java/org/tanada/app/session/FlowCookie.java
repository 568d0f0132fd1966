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
 * The cookie that a browser keeps while it is at an outside provider. Only auth servers can read
 * it. Lax, not Strict: the provider's redirect back to us is a navigation from another site.
 */
final class FlowCookie {
  /** The cookie where there is no TLS. */
  static final String NAME = "tanada-flow";

  private static final String HOST_NAME = "__Host-" + NAME;

  private FlowCookie() {}

  /** Its value; null if there is none, or several that differ. */
  static @Nullable String read(HttpServletRequest request) {
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
    return values.size() == 1 ? values.getFirst() : null;
  }

  /** Sets it. */
  static void set(
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

  /** Takes it away: a flow ends once. */
  static void clear(HttpServletRequest request, HttpServletResponse response) {
    set(request, response, "", Duration.ZERO);
  }

  private static String name(HttpServletRequest request) {
    return FrontDoor.isSecure(request) ? HOST_NAME : NAME;
  }
}
