package org.tanada.common.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.filter.OncePerRequestFilter;
import org.tanada.common.credential.CredentialVerifier;
import org.tanada.common.permission.Permissions;
import org.tanada.common.permission.ServiceName;

/**
 * Lets in only our own services, and remembers which one it is; probes of the table of permissions
 * are open to anybody.
 */
public final class ServiceCredentialFilter extends OncePerRequestFilter {
  private static final String CALLER = ServiceCredentialFilter.class.getName() + ".caller";

  private final CredentialVerifier credentials;
  private final Permissions permissions;
  private final ProblemWriter problems;

  ServiceCredentialFilter(
      CredentialVerifier credentials, Permissions permissions, ProblemWriter problems) {
    this.credentials = credentials;
    this.permissions = permissions;
    this.problems = problems;
  }

  /** The service that sent a request; null if it has shown no credential: a probe. */
  public static @Nullable ServiceName caller(HttpServletRequest request) {
    return (ServiceName) request.getAttribute(CALLER);
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return permissions.probe(request.getMethod(), request.getRequestURI());
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    ServiceName caller = credentials.caller(request.getHeader(TanadaHeaders.SERVICE_CREDENTIAL));
    if (caller == null) {
      problems.write(response, CredentialVerifier.unknown());
      return;
    }
    request.setAttribute(CALLER, caller);
    chain.doFilter(request, response);
  }
}
