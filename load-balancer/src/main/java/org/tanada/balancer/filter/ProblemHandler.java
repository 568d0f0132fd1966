package org.tanada.balancer.filter;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import org.tanada.common.http.NodeProperties;
import org.tanada.common.http.TraceContext;
import org.tanada.common.problem.Problem;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** The one place where this gateway's errors become answers. Before Boot's own, which is at -1. */
@Component
@Order(-2)
final class ProblemHandler implements WebExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(ProblemHandler.class);

  private final NodeProperties node;
  private final JsonMapper json = JsonMapper.builder().build();

  ProblemHandler(NodeProperties node) {
    this.node = node;
  }

  @Override
  public Mono<Void> handle(ServerWebExchange exchange, Throwable error) {
    ServerHttpResponse response = exchange.getResponse();
    Passage passage = Passage.of(exchange);
    if (response.isCommitted()) {
      log(passage, () -> log.warn("an answer was cut off: {}", error.toString()));
      return Mono.error(error); // too late for another: the connection is cut, so that it shows
    }
    Problem problem = problem(error, passage);
    HttpHeaders headers = response.getHeaders();
    for (String name : List.copyOf(headers.headerNames())) {
      headers.remove(name); // of an answer that did not come to its end
    }
    response.setStatusCode(HttpStatusCode.valueOf(problem.status()));
    headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
    headers.setCacheControl("no-store");
    if (problem.status() == 401) {
      headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    if (problem.status() == 503) {
      headers.set(HttpHeaders.RETRY_AFTER, "1");
    }
    passage.tell(headers, node.timingName(), node.node());
    byte[] body = json.writeValueAsBytes(problem);
    headers.setContentLength(body.length);
    return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
  }

  private static Problem problem(Throwable error, Passage passage) {
    if (error instanceof ProblemException known) {
      if (known.code().status() >= 500) {
        log(passage, () -> log.warn("{}: {}", known.code().code(), cause(known)));
      }
      return known.problem();
    }
    if (error instanceof ResponseStatusException known) {
      ProblemCode code = ProblemCode.ofStatus(known.getStatusCode().value());
      return Problem.of(code, code.advice());
    }
    log(passage, () -> log.error("unexpected failure", error));
    return Problem.of(ProblemCode.INTERNAL, ProblemCode.INTERNAL.advice());
  }

  private static String cause(ProblemException error) {
    Throwable cause = error.getCause();
    return cause == null ? String.valueOf(error.getMessage()) : cause.toString();
  }

  /** Event loops serve many requests: the trace is bound for the one line only. */
  private static void log(Passage passage, Runnable line) {
    passage.trace().bind();
    try {
      line.run();
    } finally {
      TraceContext.unbind();
    }
  }
}
