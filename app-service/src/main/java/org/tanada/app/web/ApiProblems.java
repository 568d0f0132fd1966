package org.tanada.app.web;

import java.util.List;
import java.util.stream.Collectors;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.tanada.common.problem.Problem;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/**
 * What is wrong with a JSON body, in the words of the field: an unknown field is 422 (it may be a
 * misspelt one, and silently dropping it would lose what the client meant), a wrong type or broken
 * JSON is 400. Names no class of ours.
 */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ApiProblems {
  @ExceptionHandler
  ResponseEntity<Problem> unreadable(HttpMessageNotReadableException e) {
    Problem problem = problem(e).problem();
    return ResponseEntity.status(problem.status())
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .header("Cache-Control", "no-store")
        .body(problem);
  }

  private static ProblemException problem(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case ProblemException known -> {
          return known; // a limit that was met while the body was read
        }
        case UnrecognizedPropertyException unknown -> {
          return ProblemException.invalid(
              path(unknown.getPath()), "is not a field that exists here");
        }
        case DatabindException wrong when !wrong.getPath().isEmpty() -> {
          return new ProblemException(
              ProblemCode.MALFORMED_REQUEST,
              "The field " + path(wrong.getPath()) + " has the wrong type.");
        }
        default -> {
          // the reason lies deeper
        }
      }
    }
    return new ProblemException(
        ProblemCode.MALFORMED_REQUEST, "The body is not the JSON object that is expected here.");
  }

  private static String path(List<JacksonException.Reference> path) {
    return path.stream()
        .map(step ->
            step.getPropertyName() == null
                ? String.valueOf(step.getIndex())
                : step.getPropertyName())
        .collect(Collectors.joining("."));
  }
}
