package org.tanada.app.session;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;
import org.tanada.app.data.Seen;
import org.tanada.app.web.Failures;
import org.tanada.common.account.AccessTokens;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * Finds out who is asking: by the bearer token (RFC 6750), verified here alone, else by the session
 * cookie, verified by auth-service. A bad token is refused at once, as the client meant to be
 * somebody. A dead cookie makes an anonymous visitor; so does one that cannot be verified right
 * now, but then whatever needs a user answers with that failure.
 */
final class AuthenticationFilter extends OncePerRequestFilter {
  /** Request attribute: why the cookie could not be verified. */
  static final String FAILURE = AuthenticationFilter.class.getName() + ".failure";

  private static final String BEARER = "Bearer ";

  private final AccessTokens tokens;
  private final SessionCookies cookies;
  private final Failures failures;

  AuthenticationFilter(AccessTokens tokens, SessionCookies cookies, Failures failures) {
    this.tokens = tokens;
    this.cookies = cookies;
    this.failures = failures;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String authorization = request.getHeader("Authorization");
    Optional<SignedIn> user;
    try {
      user = authorization == null ? byCookie(request) : Optional.of(byToken(authorization));
    } catch (ProblemException e) {
      failures.answer(request, response, e);
      return;
    }
    user.ifPresent(signedIn -> {
      SecurityContext context = SecurityContextHolder.createEmptyContext();
      context.setAuthentication(signedIn);
      SecurityContextHolder.setContext(context);
      Seen.readBy(signedIn.getPrincipal().userId());
    });
    chain.doFilter(request, response);
  }

  /** Whether the request brings a bearer token, which no foreign page can make a browser send. */
  static boolean hasToken(HttpServletRequest request) {
    return request.getHeader("Authorization") != null;
  }

  private SignedIn byToken(String authorization) {
    if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      throw new ProblemException(
          ProblemCode.INVALID_TOKEN, "Authorization must be Bearer and an access token.");
    }
    AccessTokens.Verified token = tokens.verified(authorization.substring(BEARER.length()).trim());
    return new SignedIn(token.identity(), token.sessionId());
  }

  private Optional<SignedIn> byCookie(HttpServletRequest request) {
    @Nullable String cookie = cookies.read(request);
    if (cookie == null) {
      return Optional.empty();
    }
    try {
      return cookies.verify(cookie).map(identity -> new SignedIn(identity, identity.sessionId()));
    } catch (ProblemException e) {
      request.setAttribute(FAILURE, e);
      return Optional.empty();
    }
  }
}
