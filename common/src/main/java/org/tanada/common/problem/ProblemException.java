package org.tanada.common.problem;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An error with a stable code; the web tier turns it into the answer. */
public class ProblemException extends RuntimeException {
  private final ProblemCode code;
  private final List<Problem.FieldError> errors;
  private final @Nullable String reason;
  private final @Nullable Integer shard;
  private final @Nullable String ticket;

  /** A problem with a sentence on what happened this time. */
  public ProblemException(ProblemCode code, String detail) {
    this(code, detail, List.of(), null, null);
  }

  /** A problem that another failure led to. */
  public ProblemException(ProblemCode code, String detail, Throwable cause) {
    this(code, detail, List.of(), null, cause);
  }

  /** A problem with all its members. */
  public ProblemException(
      ProblemCode code,
      String detail,
      List<Problem.FieldError> errors,
      @Nullable String reason,
      @Nullable Throwable cause) {
    this(code, detail, errors, reason, null, null, cause);
  }

  private ProblemException(
      ProblemCode code,
      String detail,
      List<Problem.FieldError> errors,
      @Nullable String reason,
      @Nullable Integer shard,
      @Nullable String ticket,
      @Nullable Throwable cause) {
    super(detail, cause);
    this.code = code;
    this.errors = List.copyOf(errors);
    this.reason = reason;
    this.shard = shard;
    this.ticket = ticket;
  }

  /** A problem with a virtual shard. */
  public static ProblemException ofShard(
      ProblemCode code, int shard, String detail, @Nullable Throwable cause) {
    return new ProblemException(code, detail, List.of(), "shard", shard, null, cause);
  }

  /** A password was right, and a second factor has to follow with this ticket. */
  public static ProblemException secondStep(String ticket) {
    ProblemCode code = ProblemCode.SECOND_FACTOR_REQUIRED;
    return new ProblemException(code, code.advice(), List.of(), null, null, ticket, null);
  }

  /** Too much of something within a time: the reason says after how many seconds to come again. */
  public static ProblemException tooMany(String detail, long seconds) {
    return new ProblemException(
        ProblemCode.TOO_MANY_REQUESTS, detail, List.of(), Long.toString(seconds), null);
  }

  /** The kind of problem. */
  public ProblemCode code() {
    return code;
  }

  /** The machine-readable refinement, see {@link Problem#reason()}. */
  public @Nullable String reason() {
    return reason;
  }

  /** The virtual shard that is concerned, or the first of several; null if it is none. */
  public @Nullable Integer shard() {
    return shard;
  }

  /** What a second step has to bring; null if it is no second step that is wanted. */
  public @Nullable String ticket() {
    return ticket;
  }

  /** The fields that are wrong. */
  public List<Problem.FieldError> errors() {
    return errors;
  }

  /** As it travels. */
  public Problem problem() {
    String detail = getMessage();
    return new Problem(
        code.type(),
        code.title(),
        code.status(),
        detail == null ? code.title() : detail,
        code.code(),
        errors,
        reason,
        shard,
        ticket);
  }

  /** One field is wrong. */
  public static ProblemException invalid(String field, String message) {
    return new ProblemException(
        ProblemCode.VALIDATION_FAILED,
        field + " " + message,
        List.of(new Problem.FieldError(field, message)),
        null,
        null);
  }

  /** A problem that another service answered with. */
  public static ProblemException of(Problem problem) {
    ProblemCode code =
        ProblemCode.find(problem.code() == null ? "" : problem.code())
            .orElse(ProblemCode.ofStatus(problem.status()));
    String detail = problem.detail() == null ? code.title() : problem.detail();
    return new ProblemException(
        code, detail, problem.errors(), problem.reason(), problem.shard(), problem.ticket(), null);
  }
}
