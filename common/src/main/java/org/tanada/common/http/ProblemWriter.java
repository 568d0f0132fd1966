package org.tanada.common.http;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.tanada.common.problem.Problem;
import tools.jackson.databind.json.JsonMapper;

/** Writes problems where no controller advice reaches: in servlet filters. */
public final class ProblemWriter {
  private final JsonMapper json;

  /** Writes with this mapper. */
  public ProblemWriter(JsonMapper json) {
    this.json = json;
  }

  /** Answers with the problem. */
  public void write(HttpServletResponse response, Problem problem) throws IOException {
    response.setStatus(problem.status());
    response.setContentType(Problem.MEDIA_TYPE);
    response.setHeader("Cache-Control", "no-store");
    if (problem.status() == 401) {
      response.setHeader("WWW-Authenticate", "Bearer");
    }
    if (problem.status() == 503) {
      response.setHeader("Retry-After", "1");
    }
    byte[] body = json.writeValueAsBytes(problem);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
