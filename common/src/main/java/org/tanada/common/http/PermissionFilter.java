package org.tanada.common.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.springframework.web.filter.OncePerRequestFilter;
import org.tanada.common.credential.CredentialVerifier;
import org.tanada.common.permission.Permissions;
import org.tanada.common.permission.Rule;
import org.tanada.common.permission.ServiceName;
import org.tanada.common.permission.Who;
import org.tanada.common.problem.Problem;
import org.tanada.common.problem.ProblemCode;

/**
 * Refuses what is not in the service's table, whoever asks, and what it has for other services than
 * the one that asks. Before it the credential has been looked at; signatures of addresses are
 * checked by whoever has the file.
 */
final class PermissionFilter extends OncePerRequestFilter {
  private final Permissions permissions;
  private final ProblemWriter problems;

  PermissionFilter(Permissions permissions, ProblemWriter problems) {
    this.permissions = permissions;
    this.problems = problems;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Rule rule = permissions.find(request.getMethod(), request.getRequestURI());
    if (rule != null && !rule.admits(Who.NOBODY)) {
      ServiceName caller = ServiceCredentialFilter.caller(request);
      if (rule.admits(caller)) {
        chain.doFilter(request, response);
      } else {
        problems.write(response, CredentialVerifier.refused(caller));
      }
      return;
    }
    Set<String> methods = permissions.methods(request.getRequestURI());
    if (rule != null || methods.isEmpty()) {
      problems.write(
          response, Problem.of(ProblemCode.NOT_FOUND, "There is nothing at this address."));
      return;
    }
    response.setHeader("Allow", String.join(", ", methods));
    problems.write(
        response,
        Problem.of(ProblemCode.METHOD_NOT_ALLOWED, ProblemCode.METHOD_NOT_ALLOWED.advice()));
  }
}
