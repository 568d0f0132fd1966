package org.tanada.app.upload;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;
import org.tanada.app.web.Failures;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * What is the same for every request of the protocol: its version is answered with, and must be
 * asked for, except by OPTIONS (tus, Tus-Resumable).
 */
final class TusFilter extends OncePerRequestFilter {
  static final String VERSION = "1.0.0";

  private final Failures failures;

  TusFilter(Failures failures) {
    this.failures = failures;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    response.setHeader("Tus-Resumable", VERSION);
    boolean known = VERSION.equals(request.getHeader("Tus-Resumable"));
    if (!known && !request.getMethod().equals("OPTIONS")) {
      response.setHeader("Tus-Version", VERSION);
      failures.answer(
          request,
          response,
          new ProblemException(
              ProblemCode.PROTOCOL_VERSION, ProblemCode.PROTOCOL_VERSION.advice()));
      return;
    }
    chain.doFilter(request, response);
  }
}
