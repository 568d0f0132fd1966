package org.tanada.common.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;

/** Lets in only our own services; health is open, so that anybody may probe it. */
final class ServiceCredentialFilter extends OncePerRequestFilter {
  private final ServiceCredential credential;
  private final ProblemWriter problems;

  ServiceCredentialFilter(ServiceCredential credential, ProblemWriter problems) {
    this.credential = credential;
    this.problems = problems;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    String path = request.getRequestURI();
    return path.equals("/actuator/health")
        || path.equals("/actuator/health/readiness")
        || path.equals("/actuator/health/liveness");
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
