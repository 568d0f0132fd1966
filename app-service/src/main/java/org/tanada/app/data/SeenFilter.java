package org.tanada.app.data;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.WebUtils;
import org.tanada.app.config.AppProperties;
import org.tanada.app.web.FrontDoor;
import org.tanada.common.http.TanadaHeaders;

/** Binds what the client has seen to the thread that serves its request. */
final class SeenFilter extends OncePerRequestFilter {
  private final AppProperties properties;

  SeenFilter(AppProperties properties) {
    this.properties = properties;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Seen.begin(
        new Seen(shown(request), response, FrontDoor.isSecure(request), properties.seenTime()));
    try {
      chain.doFilter(request, response);
    } finally {
      Seen.end();
    }
  }

  private static @Nullable String shown(HttpServletRequest request) {
    String token = request.getHeader(TanadaHeaders.CONSISTENCY);
    if (token == null) {
      var cookie = WebUtils.getCookie(request, Seen.COOKIE);
      token = cookie == null ? null : cookie.getValue();
    }
    // what the router could not have made names nothing: it is as if none were shown
    return token == null || token.length() > Seen.MAX_LENGTH || !token.matches("[!-~]+")
        ? null
        : token;
  }
}
