package org.tanada.auth;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.tanada.common.problem.ProblemException;

/** Catches what a call is refused with. */
final class Problems {
  private Problems() {}

  static ProblemException problem(ThrowingCallable call) {
    ProblemException problem = catchThrowableOfType(ProblemException.class, call);
    if (problem == null) {
      throw new AssertionError("the call was not refused");
    }
    return problem;
  }
}
