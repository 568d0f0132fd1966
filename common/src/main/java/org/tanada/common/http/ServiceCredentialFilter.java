package org.tanada.common.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.springframework.web.filter.OncePerRequestFilter;
import org.tanada.common.problem.Problem;
import org.tanada.common.problem.ProblemCode;

/** Lets in only our own services; health is open, so that anybody may probe it. */
final class ServiceCredentialFilter extends OncePerRequestFilter {
  private final byte[] credential;
  private final ProblemWriter problems;

  ServiceCredentialFilter(String credential, ProblemWriter problems) {
    this.credential = credential.getBytes(StandardCharsets.UTF_8);
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
    String shown = request.getHeader(TanadaHeaders.SERVICE_CREDENTIAL);
    if (shown == null
        || !MessageDigest.isEqual(shown.getBytes(StandardCharsets.UTF_8), credential)) {
      problems.write(
          response,
          Problem.of(ProblemCode.UNAUTHENTICATED, "Only Tanada's own services may call this one."));
      return;
    }
    chain.doFilter(request, response);
  }
}
