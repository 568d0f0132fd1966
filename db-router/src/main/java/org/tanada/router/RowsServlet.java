package org.tanada.router;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tanada.common.http.ProblemWriter;
import org.tanada.common.problem.Problem;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.RowJson;
import org.tanada.common.row.RowPaths;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.Transaction;
import org.tanada.router.claim.Claims;
import org.tanada.router.query.RowLister;
import org.tanada.router.query.RowReader;
import org.tanada.router.transaction.Transactions;
import tools.jackson.core.JacksonException;

/**
 * The rows contract over HTTP. A servlet and no controller, for it is the hot path: observations
 * and message conversion of a controller stay away from it.
 */
final class RowsServlet extends HttpServlet {
  private static final Logger log = LoggerFactory.getLogger(RowsServlet.class);
  private static final byte[] NOTHING = {};

  private final transient ProblemWriter problems;
  private final transient MeterRegistry meters;
  private final transient Map<String, Call> calls = new HashMap<>();
  private final transient Map<String, Timer> times = new HashMap<>();

  RowsServlet(
      ProblemWriter problems,
      MeterRegistry meters,
      RowReader reader,
      RowLister lister,
      Transactions transactions,
      Claims claims) {
    this.problems = problems;
    this.meters = meters;
    offer(RowPaths.READS, body -> read(reader, RowJson.read(body, RowsContract.Read.class)));
    offer(
        RowPaths.LISTS,
        body -> Answers.page(lister.list(RowJson.read(body, RowsContract.ListRows.class))));
    offer(
        RowPaths.TRANSACTIONS,
        body -> Answers.committed(transactions.commit(RowJson.read(body, Transaction.class))));
    offer(
        RowPaths.CLAIMS,
        body -> {
          claims.claim(RowJson.read(body, RowsContract.Claim.class));
          return NOTHING;
        });
    offer(
        RowPaths.RELEASES,
        body -> {
          claims.release(RowJson.read(body, RowsContract.Claim.class));
          return NOTHING;
        });
    offer(
        RowPaths.RESOLUTIONS,
        body ->
            RowJson.bytes(
                new RowsContract.Resolved(
                    claims.resolve(RowJson.read(body, RowsContract.Name.class)))));
  }

  private void offer(String path, Call call) {
    calls.put(path, call);
    times.put(
        path,
        Timer.builder("http.server.requests")
            .tag("method", "POST")
            .tag("uri", path)
            .tag("status", "200")
            .register(meters));
  }

  /** The paths that it serves. */
  String[] paths() {
    return calls.keySet().toArray(String[]::new);
  }

  private static byte[] read(RowReader reader, RowsContract.Read read) {
    if (read.keys().size() > RowsContract.MAX_BATCH) {
      throw new ProblemException(
          ProblemCode.MALFORMED_REQUEST, "a read has at most " + RowsContract.MAX_BATCH + " keys");
    }
    return Answers.found(reader.read(read));
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    long began = System.nanoTime();
    Call call = calls.get(request.getServletPath());
    if (call == null || !"POST".equals(request.getMethod())) {
      problems.write(
          response, Problem.of(ProblemCode.METHOD_NOT_ALLOWED, "Rows are called by POST."));
      return;
    }
    Problem problem = null;
    byte[] answer = NOTHING;
    try {
      answer = call.answer(request.getInputStream().readAllBytes());
    } catch (ProblemException e) {
      if (e.code().status() >= 500) {
        log.warn("{}: {}", e.code().code(), e.getMessage(), e.getCause());
      }
      problem = e.problem();
    } catch (JacksonException e) {
      problem =
          Problem.of(
              ProblemCode.MALFORMED_REQUEST,
              "The body is not the JSON that is expected here: " + e.getOriginalMessage());
    } catch (RuntimeException e) {
      log.error("unexpected failure", e);
      problem = Problem.of(ProblemCode.INTERNAL, ProblemCode.INTERNAL.advice());
    }
    if (problem == null) {
      write(response, answer);
    } else {
      problems.write(response, problem);
    }
    record(request.getServletPath(), problem, System.nanoTime() - began);
  }

  private static void write(HttpServletResponse response, byte[] answer) throws IOException {
    if (answer.length > 0) {
      response.setContentType("application/json");
    }
    response.setContentLength(answer.length);
    response.getOutputStream().write(answer);
  }

  private void record(String path, @Nullable Problem problem, long nanos) {
    Timer good = times.get(path);
    if (problem == null && good != null) {
      good.record(nanos, TimeUnit.NANOSECONDS);
    } else if (problem != null) {
      meters
          .timer(
              "http.server.requests",
              List.of(
                  io.micrometer.core.instrument.Tag.of("method", "POST"),
                  io.micrometer.core.instrument.Tag.of("uri", path),
                  io.micrometer.core.instrument.Tag.of("status", "" + problem.status())))
          .record(nanos, TimeUnit.NANOSECONDS);
    }
  }

  /** One call of the contract. */
  private interface Call {
    /** Its answer as JSON; empty if it has none. */
    byte[] answer(byte[] body);
  }
}
