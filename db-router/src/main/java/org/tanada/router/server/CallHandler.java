package org.tanada.router.server;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.common.credential.CredentialVerifier;
import org.tanada.common.http.NodeProperties;
import org.tanada.common.http.ProblemWriter;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.http.TraceContext;
import org.tanada.common.permission.Permissions;
import org.tanada.common.permission.Rule;
import org.tanada.common.permission.ServiceName;
import org.tanada.common.problem.Problem;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.timing.ServerTiming;
import tools.jackson.core.JacksonException;

/**
 * Answers one HTTP request of the data path: shows it to the call at its path, and tells of
 * failures as problems (RFC 9457).
 */
@Component
final class CallHandler {
  private static final Logger log = LoggerFactory.getLogger(CallHandler.class);

  /** Bytes; the largest transaction that the contract allows is well below. */
  private static final int MAX_BODY = 4 << 20;

  private static final int OK = 200;

  private final RowsCalls calls;
  private final CredentialVerifier credentials;
  private final Permissions permissions;
  private final ProblemWriter problems;
  private final NodeProperties node;
  private final MeterRegistry meters;
  private final Map<Measured, Timer> timers = new ConcurrentHashMap<>();

  CallHandler(
      RowsCalls calls,
      CredentialVerifier credentials,
      Permissions permissions,
      ProblemWriter problems,
      NodeProperties node,
      MeterRegistry meters) {
    this.calls = calls;
    this.credentials = credentials;
    this.permissions = permissions;
    this.problems = problems;
    this.node = node;
    this.meters = meters;
  }

  /** Where there are calls, each by POST. */
  Set<String> paths() {
    return calls.paths();
  }

  /**
   * The answer, with trace and timing as every tier has them.
   *
   * @param read is told when the caller's part has ended
   */
  ClassicHttpResponse answer(ClassicHttpRequest request, Runnable read) throws IOException {
    long began = System.nanoTime();
    TraceContext trace = TraceContext.continueFrom(value(request, TanadaHeaders.TRACEPARENT));
    trace.bind();
    ServerTiming timing = ServerTiming.begin();
    try {
      ClassicHttpResponse response = served(request, read);
      long nanos = System.nanoTime() - began;
      response.setHeader(
          ServerTiming.HEADER, timing.header(node.timingName(), node.node(), nanos / 1e6));
      response.setHeader(TanadaHeaders.TRACEPARENT, trace.traceparent());
      record(request, response.getCode(), nanos);
      return response;
    } finally {
      ServerTiming.end();
      TraceContext.unbind();
    }
  }

  /** What cannot be read as HTTP. */
  ClassicHttpResponse malformed(String why) {
    return problem(Problem.of(ProblemCode.MALFORMED_REQUEST, why));
  }

  private ClassicHttpResponse served(ClassicHttpRequest request, Runnable read) throws IOException {
    ServiceName caller = credentials.caller(value(request, TanadaHeaders.SERVICE_CREDENTIAL));
    if (caller == null) {
      return problem(CredentialVerifier.unknown());
    }
    RowsCalls.Call call = calls.at(request.getPath());
    if (call == null) {
      return problem(Problem.of(ProblemCode.NOT_FOUND, "Rows are not called at this path."));
    }
    if (!"POST".equals(request.getMethod())) {
      ClassicHttpResponse response =
          problem(Problem.of(ProblemCode.METHOD_NOT_ALLOWED, "Rows are called by POST."));
      response.setHeader("Allow", "POST");
      return response;
    }
    Rule rule = permissions.find("POST", request.getPath());
    if (rule == null || !rule.admits(caller)) {
      return problem(CredentialVerifier.refused(caller));
    }
    try {
      byte[] body = body(request);
      read.run();
      byte[] answer = call.answer(body);
      ClassicHttpResponse response = new BasicClassicHttpResponse(OK);
      response.setEntity(
          new ByteArrayEntity(answer, answer.length == 0 ? null : ContentType.APPLICATION_JSON));
      return response;
    } catch (ProblemException e) {
      if (e.code().status() >= 500) {
        log.warn("{}: {}", e.code().code(), e.getMessage(), e.getCause());
      }
      return problem(e.problem());
    } catch (JacksonException e) {
      return malformed("The body is not the JSON that is expected here: " + e.getOriginalMessage());
    } catch (RuntimeException e) {
      log.error("unexpected failure", e);
      return problem(Problem.of(ProblemCode.INTERNAL, ProblemCode.INTERNAL.advice()));
    }
  }

  private static byte[] body(ClassicHttpRequest request) throws IOException {
    HttpEntity entity = request.getEntity();
    if (entity == null) {
      return new byte[0];
    }
    long length = entity.getContentLength();
    // as long as it says that it is: for any length a buffer of many kilobytes would be made
    int most = length < 0 || length > MAX_BODY ? MAX_BODY + 1 : (int) length;
    byte[] body = length > MAX_BODY ? null : entity.getContent().readNBytes(most);
    if (body == null || body.length > MAX_BODY) {
      throw new ProblemException(
          ProblemCode.CONTENT_TOO_LARGE, "A body has at most " + MAX_BODY + " bytes here.");
    }
    return body;
  }

  private ClassicHttpResponse problem(Problem problem) {
    ClassicHttpResponse response = new BasicClassicHttpResponse(problem.status());
    ProblemWriter.headers(problem).forEach(response::setHeader);
    response.setEntity(
        new ByteArrayEntity(problems.body(problem), ContentType.parse(Problem.MEDIA_TYPE)));
    return response;
  }

  private void record(ClassicHttpRequest request, int status, long nanos) {
    // paths of no call are not named: whoever guesses would make a metric of each
    String path = calls.at(request.getPath()) == null ? "UNKNOWN" : request.getPath();
    timers
        .computeIfAbsent(new Measured(path, status), this::timer)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer timer(Measured measured) {
    return Timer.builder("http.server.requests")
        .tag("method", "POST")
        .tag("uri", measured.path)
        .tag("status", Integer.toString(measured.status))
        .register(meters);
  }

  private static @Nullable String value(ClassicHttpRequest request, String name) {
    Header header = request.getFirstHeader(name);
    return header == null ? null : header.getValue();
  }

  private record Measured(String path, int status) {}
}
