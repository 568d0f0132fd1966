package org.tanada.app.page;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.stereotype.Component;
import org.tanada.app.web.FrontDoor;

/**
 * Tells the scripts of public pages, which are the same for everybody, that it is worth asking for
 * the visitor's name. Proves nothing, and nothing on the server reads it.
 */
@Component
final class HintCookie {
  static final String NAME = "tanada-hint";

  private final InstantSource clock;

  HintCookie(InstantSource clock) {
    this.clock = clock;
  }

  void set(HttpServletRequest request, HttpServletResponse response, Instant until) {
    Duration left = Duration.between(clock.instant(), until);
    add(request, response, "1", left.isNegative() ? Duration.ZERO : left);
  }

  void clear(HttpServletRequest request, HttpServletResponse response) {
    add(request, response, "", Duration.ZERO);
  }

  private static void add(
      HttpServletRequest request, HttpServletResponse response, String value, Duration age) {
    response.addHeader(
        HttpHeaders.SET_COOKIE,
        ResponseCookie.from(NAME, value)
            .path("/")
            .secure(FrontDoor.isSecure(request))
            .sameSite("Lax")
            .maxAge(age)
            .build()
            .toString());
  }
}
