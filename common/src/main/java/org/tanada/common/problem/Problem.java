package org.tanada.common.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An error as it travels: RFC 9457 problem details with Tanada's members.
 *
 * @param type address of the explanation
 * @param title summary of the kind of problem
 * @param status HTTP status
 * @param detail what happened this time, for a person; no internals
 * @param code stable code, see {@link ProblemCode}
 * @param errors the fields that are wrong, on 422
 * @param reason a machine-readable refinement inside the platform, such as the name of the unique
 *     key that an insert met
 * @param shard the virtual shard that is concerned, or the first of several; null if it is none
 * @param ticket with {@link ProblemCode#SECOND_FACTOR_REQUIRED}, what the second step has to bring;
 *     a secret
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Problem(
    String type,
    String title,
    int status,
    String detail,
    String code,
    List<FieldError> errors,
    @Nullable String reason,
    @Nullable Integer shard,
    @Nullable String ticket) {
  /** Content type of a problem in JSON. */
  public static final String MEDIA_TYPE = "application/problem+json";

  public Problem {
    errors = errors == null ? List.of() : List.copyOf(errors);
  }

  /** A problem of the given kind. */
  public static Problem of(ProblemCode code, String detail) {
    return new Problem(
        code.type(), code.title(), code.status(), detail, code.code(), List.of(), null, null, null);
  }

  @Override
  public String toString() {
    return "Problem[code=" + code + ", detail=" + detail + "]";
  }

  /**
   * One field that is wrong.
   *
   * @param field its name as in the request, with dots for nested ones
   * @param message what is wrong with it
   */
  public record FieldError(String field, String message) {}
}
