package org.tanada.app.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.tanada.common.http.ProblemWriter;
import org.tanada.common.problem.ProblemException;

/**
 * Answers failures of servlet filters, which no controller advice sees by itself, in the same way
 * as those of controllers: a page for browsers, JSON for programs.
 */
@Component
public final class Failures {
  private final ObjectProvider<HandlerExceptionResolver> resolvers;
  private final ProblemWriter problems;

  Failures(ObjectProvider<HandlerExceptionResolver> resolvers, ProblemWriter problems) {
    this.resolvers = resolvers;
    this.problems = problems;
  }

  /** Answers with the failure. */
  public void answer(
      HttpServletRequest request, HttpServletResponse response, ProblemException failure)
      throws IOException {
    boolean answered =
        resolvers
            .orderedStream()
            .anyMatch(
                resolver -> resolver.resolveException(request, response, null, failure) != null);
    if (!answered) {
      problems.write(response, failure.problem());
    }
  }
}
