package org.tanada.app.session;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import org.tanada.common.problem.ProblemException;

/**
 * The second step of a sign-in.
 *
 * @param ticket of the first one; a secret
 * @param code of the app, or a recovery code
 */
@Schema(name = "SecondStep", description = "The ticket of the first step, and a code.")
record SecondStepBody(
    @Schema(requiredMode = Schema.RequiredMode.REQUIRED) @Nullable String ticket,
    @Schema(example = "123456", requiredMode = Schema.RequiredMode.REQUIRED)
        @Nullable String code) {
  /** Both, as they have to be there. {@code validation-failed}. */
  static FactorService.Step checked(@Nullable String ticket, @Nullable String code) {
    if (ticket == null || ticket.isEmpty()) {
      throw ProblemException.invalid("ticket", "is required");
    }
    if (code == null || code.isEmpty()) {
      throw ProblemException.invalid("code", "is required");
    }
    return new FactorService.Step(ticket, code);
  }

  @Override
  public String toString() {
    return "SecondStepBody[…]";
  }
}
