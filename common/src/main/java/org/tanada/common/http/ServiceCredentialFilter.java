package org.tanada.common.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;
import org.tanada.common.permission.Permissions;

/** Lets in only our own services; probes of the table of permissions are open to anybody. */
final class ServiceCredentialFilter extends OncePerRequestFilter {
  private final ServiceCredential credential;
  private final Permissions permissions;
  private final ProblemWriter problems;

  ServiceCredentialFilter(
      ServiceCredential credential, Permissions permissions, ProblemWriter problems) {
    this.credential = credential;
    this.permissions = permissions;
    this.problems = problems;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return permissions.probe(request.getMethod(), request.getRequestURI());
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (!credential.is(request.getHeader(TanadaHeaders.SERVICE_CREDENTIAL))) {
      problems.write(response, ServiceCredential.problem());
      return;
    }
    chain.doFilter(request, response);
  }
}
