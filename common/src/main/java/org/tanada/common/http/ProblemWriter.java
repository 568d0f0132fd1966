package org.tanada.common.http;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tanada.common.problem.Problem;
import tools.jackson.databind.json.JsonMapper;

/** Writes problems where no controller advice reaches: in servlet filters and data paths. */
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
    headers(problem).forEach(response::setHeader);
    byte[] body = body(problem);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  /** The problem as JSON. */
  public byte[] body(Problem problem) {
    return json.writeValueAsBytes(problem);
  }

  /** The headers that go with it, beside those of its content. */
  public static Map<String, String> headers(Problem problem) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Cache-Control", "no-store");
    if (problem.status() == 401) {
      headers.put("WWW-Authenticate", "Bearer");
    }
    if (problem.status() == 503) {
      headers.put("Retry-After", "1");
    }
    return headers;
  }
}
