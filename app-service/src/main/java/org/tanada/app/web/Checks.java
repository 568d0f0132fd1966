package org.tanada.app.web;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;
import org.tanada.common.problem.Problem;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** Holds typed arguments against the constraints of their records, for the API and the pages. */
@Component
public final class Checks {
  private final Validator validator;

  Checks(Validator validator) {
    this.validator = validator;
  }

  /**
   * The same argument, if it is right.
   *
   * @throws ProblemException {@code validation-failed} with a message for each field
   */
  public <T> T valid(T argument) {
    Set<ConstraintViolation<T>> violations = validator.validate(argument);
    if (violations.isEmpty()) {
      return argument;
    }
    List<Problem.FieldError> errors =
        violations.stream()
            .map(violation ->
                new Problem.FieldError(
                    violation.getPropertyPath().toString(), violation.getMessage()))
            .sorted(java.util.Comparator.comparing(Problem.FieldError::field))
            .toList();
    throw new ProblemException(
        ProblemCode.VALIDATION_FAILED,
        errors.getFirst().field() + " " + errors.getFirst().message(),
        errors,
        null,
        null);
  }
}
