package org.tanada.app.page;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.multipart.MultipartFile;
import org.tanada.app.page.view.Form;
import org.tanada.common.problem.Problem;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** What forms have in common. */
final class Forms {
  private Forms() {}

  /** A key for a form that creates something, so that pressing twice creates one. */
  static String newKey() {
    return UUID.randomUUID().toString();
  }

  /** The text of a field as an address can carry it; null if it is empty. */
  static @Nullable String optional(@Nullable String value) {
    return value == null || value.isBlank() ? null : value;
  }

  /**
   * The form again, with what is wrong beside its fields.
   *
   * @throws ProblemException the same, if it is not about what was typed
   */
  static Form again(Form form, ProblemException e) {
    return switch (e.code()) {
      case VALIDATION_FAILED -> form.with(e.errors(), e.errors().isEmpty() ? said(e) : null);
      case EMAIL_TAKEN -> form.with(beside("email", e), null);
      case USERNAME_TAKEN -> form.with(beside("username", e), null);
      case WRONG_CODE -> form.with(beside("code", e), null);
      case TOO_MANY_REQUESTS -> form.with(List.of(), later(e));
      case ACCOUNT_LOCKED, ACCOUNT_DELETED -> form.with(List.of(), said(e));
      case INVALID_CREDENTIALS -> form.with(List.of(), "E-mail or password is wrong.");
      case VERSION_MISMATCH ->
          form.with(
              List.of(),
              "It was changed elsewhere meanwhile. This is what you typed; saving again keeps it.");
      case CONTENT_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, MALFORMED_REQUEST, CONFLICT, INVALID_LINK ->
          form.with(List.of(), said(e));
      default -> throw e;
    };
  }

  /**
   * The form again, with what is wrong with its file beside the field.
   *
   * @throws ProblemException the same, if it is not about the file
   */
  static Form file(Form form, String field, ProblemException e) {
    return switch (e.code()) {
      case CONTENT_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, MALFORMED_REQUEST, VALIDATION_FAILED ->
          form.and(field, "").with(List.of(new Problem.FieldError(field, said(e))), null);
      default -> throw e;
    };
  }

  /**
   * The file that was chosen.
   *
   * @throws ProblemException {@code validation-failed} if none was
   */
  static MultipartFile chosen(@Nullable MultipartFile file) {
    if (file == null || file.isEmpty()) {
      throw new ProblemException(ProblemCode.VALIDATION_FAILED, "Choose a file first.");
    }
    return file;
  }

  /** The status of a form that is shown again: what is wrong is what was typed. */
  static int status(ProblemException e) {
    // 401 would have to name a way of HTTP authentication, which this form is not (RFC 9110,
    // 15.5.2)
    return e.code().status() == 401 ? 422 : e.code().status();
  }

  private static String later(ProblemException e) {
    return e.reason() == null ? said(e) : "%s Next try in %s s.".formatted(said(e), e.reason());
  }

  private static List<Problem.FieldError> beside(String field, ProblemException e) {
    return List.of(new Problem.FieldError(field, e.code().title()));
  }

  private static String said(ProblemException e) {
    String message = e.getMessage();
    return message == null ? e.code().title() : message;
  }
}
