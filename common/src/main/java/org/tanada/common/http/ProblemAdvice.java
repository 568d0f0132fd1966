package org.tanada.common.http;

import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.tanada.common.problem.Problem;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** The one place where exceptions of a servlet service become answers. */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
final class ProblemAdvice {
  private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

  /**
   * The problem as it is said.
   *
   * @throws ProblemException the same if an answer has begun: a problem in the middle of a file
   *     would be taken for a part of it, where a broken connection tells that it is not whole
   */
  @ExceptionHandler
  ResponseEntity<Problem> problem(ProblemException e, HttpServletResponse response) {
    if (response.isCommitted()) {
      throw e;
    }
    return problem(e);
  }

  private static ResponseEntity<Problem> problem(ProblemException e) {
    if (e.code().status() >= 500) {
      log.warn("{}: {}", e.code().code(), e.getMessage(), e.getCause());
    }
    return answer(e.problem(), new HttpHeaders());
  }

  @ExceptionHandler
  ResponseEntity<Problem> unreadable(HttpMessageNotReadableException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProblemException problem) {
        return problem(problem); // a limit that was met while the body was read
      }
    }
    return answer(Problem.of(ProblemCode.MALFORMED_REQUEST, reason(e)), new HttpHeaders());
  }

  @ExceptionHandler
  ResponseEntity<Problem> wrongType(MethodArgumentTypeMismatchException e) {
    return answer(
        Problem.of(
            ProblemCode.MALFORMED_REQUEST, "The parameter " + e.getName() + " has the wrong type."),
        new HttpHeaders());
  }

  @ExceptionHandler
  ResponseEntity<Problem> invalid(MethodArgumentNotValidException e) {
    List<Problem.FieldError> errors = new ArrayList<>();
    for (ObjectError error : e.getBindingResult().getAllErrors()) {
      String field = error instanceof FieldError f ? f.getField() : error.getObjectName();
      errors.add(new Problem.FieldError(field, String.valueOf(error.getDefaultMessage())));
    }
    return invalid(errors);
  }

  @ExceptionHandler
  ResponseEntity<Problem> invalid(HandlerMethodValidationException e) {
    List<Problem.FieldError> errors = new ArrayList<>();
    e.getParameterValidationResults()
        .forEach(result ->
            result
                .getResolvableErrors()
                .forEach(error ->
                    errors.add(
                        new Problem.FieldError(
                            String.valueOf(result.getMethodParameter().getParameterName()),
                            String.valueOf(error.getDefaultMessage())))));
    return invalid(errors);
  }

  /** The client is gone: there is nobody to answer, and nothing is wrong here. */
  @ExceptionHandler
  void clientGone(AsyncRequestNotUsableException e) {
    log.debug("the client left: {}", e.toString());
  }

  @ExceptionHandler
  ResponseEntity<Problem> any(Exception e, HttpServletResponse response) throws Exception {
    if (response.isCommitted()) {
      throw e;
    }
    if (e instanceof ErrorResponse known) {
      HttpStatusCode status = known.getStatusCode();
      String detail = known.getBody().getDetail();
      ProblemCode code = ProblemCode.ofStatus(status.value());
      return answer(Problem.of(code, detail == null ? code.title() : detail), known.getHeaders());
    }
    log.error("unexpected failure", e);
    return answer(
        Problem.of(ProblemCode.INTERNAL, ProblemCode.INTERNAL.advice()), new HttpHeaders());
  }

  private static ResponseEntity<Problem> invalid(List<Problem.FieldError> errors) {
    Problem general =
        Problem.of(ProblemCode.VALIDATION_FAILED, ProblemCode.VALIDATION_FAILED.title());
    return answer(
        new Problem(
            general.type(),
            general.title(),
            general.status(),
            general.detail(),
            general.code(),
            errors,
            null,
            null,
            null),
        new HttpHeaders());
  }

  private static ResponseEntity<Problem> answer(Problem problem, HttpHeaders more) {
    HttpHeaders headers = new HttpHeaders();
    headers.addAll(more);
    headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
    headers.setCacheControl("no-store");
    if (problem.status() == 401) {
      headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    if (problem.status() == 503) {
      headers.set(HttpHeaders.RETRY_AFTER, "1");
    }
    String reason = problem.reason();
    if (problem.status() == 429) {
      headers.set(HttpHeaders.RETRY_AFTER, reason == null ? "60" : reason);
    }
    return new ResponseEntity<>(problem, headers, HttpStatusCode.valueOf(problem.status()));
  }

  private static String reason(HttpMessageNotReadableException e) {
    Throwable cause = e.getCause();
    if (cause instanceof tools.jackson.core.JacksonException jackson) {
      return "The body is not the JSON that is expected here: " + jackson.getOriginalMessage();
    }
    return "The body cannot be read.";
  }
}
