package org.tanada.common.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.springframework.web.filter.OncePerRequestFilter;
import org.tanada.common.permission.Permissions;
import org.tanada.common.problem.Problem;
import org.tanada.common.problem.ProblemCode;

/** Lets in only our own services; probes of the table of permissions are open to anybody. */
final class ServiceCredentialFilter extends OncePerRequestFilter {
  private final byte[] credential;
  private final Permissions permissions;
  private final ProblemWriter problems;

  ServiceCredentialFilter(String credential, Permissions permissions, ProblemWriter problems) {
    this.credential = credential.getBytes(StandardCharsets.UTF_8);
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
