package org.tanada.app.session;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.web.filter.OncePerRequestFilter;
import org.tanada.app.config.AppProperties;
import org.tanada.app.web.Failures;
import org.tanada.app.web.FrontDoor;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * Requests that change something and rest on what a browser sends by itself must come from our own
 * pages: told by {@code Sec-Fetch-Site} (W3C Fetch Metadata), else by {@code Origin} (RFC 6454),
 * and for browsers older than both by {@code Referer}. One with none of the three is refused. Forms
 * of our pages are always checked, so that nobody is signed in as somebody else either; the API
 * when the session cookie is used. A provider that tells of a sign-out is no browser, and its
 * request rests on a token.
 */
final class OwnOriginFilter extends OncePerRequestFilter {
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

  private static final Pattern BACK_CHANNEL =
      Pattern.compile("/sign-in/with/[a-z0-9-]{1,32}/backchannel-logout");

  private final SessionCookies cookies;
  private final Failures failures;
  private final String publicOrigin;

  OwnOriginFilter(SessionCookies cookies, AppProperties properties, Failures failures) {
    this.cookies = cookies;
    this.failures = failures;
    this.publicOrigin = properties.publicUrl().toString().toLowerCase(Locale.ROOT);
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (concerned(request) && !own(request)) {
      failures.answer(
          request,
          response,
          new ProblemException(
              ProblemCode.FOREIGN_ORIGIN, "Such a request must come from our own pages."));
      return;
    }
    chain.doFilter(request, response);
  }

  private boolean concerned(HttpServletRequest request) {
    if (SAFE.contains(request.getMethod())
        || AuthenticationFilter.hasToken(request)
        || BACK_CHANNEL.matcher(request.getRequestURI()).matches()) {
      return false;
    }
    return !request.getRequestURI().startsWith("/api/") || cookies.read(request) != null;
  }

  private boolean own(HttpServletRequest request) {
    String site = request.getHeader("Sec-Fetch-Site");
    if (site != null) {
      return site.equals("same-origin") || site.equals("none");
    }
    String origin = request.getHeader("Origin");
    String given = (origin == null ? referer(request) : origin).toLowerCase(Locale.ROOT);
    return given.equals(FrontDoor.origin(request)) || given.equals(publicOrigin);
  }

  /** Origin of the page that the browser says to come from; empty if it does not say. */
  private static String referer(HttpServletRequest request) {
    String page = request.getHeader("Referer");
    int host = page == null ? -1 : page.indexOf("://");
    if (page == null || host < 0) {
      return "";
    }
    int path = page.indexOf('/', host + 3);
    return path < 0 ? page : page.substring(0, path);
  }
}
