package org.tanada.app.user;

import static org.tanada.common.problem.ProblemCode.CONTENT_TOO_LARGE;
import static org.tanada.common.problem.ProblemCode.FOREIGN_ORIGIN;
import static org.tanada.common.problem.ProblemCode.INVALID_CREDENTIALS;
import static org.tanada.common.problem.ProblemCode.PRECONDITION_REQUIRED;
import static org.tanada.common.problem.ProblemCode.PROOF_REQUIRED;
import static org.tanada.common.problem.ProblemCode.UNAUTHENTICATED;
import static org.tanada.common.problem.ProblemCode.UNSUPPORTED_MEDIA_TYPE;
import static org.tanada.common.problem.ProblemCode.VALIDATION_FAILED;
import static org.tanada.common.problem.ProblemCode.VERSION_MISMATCH;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.app.config.AppProperties;
import org.tanada.app.content.Content;
import org.tanada.app.content.FileType;
import org.tanada.app.session.NewPassword;
import org.tanada.app.session.SessionCookies;
import org.tanada.app.session.SessionService;
import org.tanada.app.web.Answers;
import org.tanada.app.web.IfMatch;
import org.tanada.app.web.Problems;
import org.tanada.common.account.AccountsContract.Identity;

/** The own profile. */
@RestController
@RequestMapping("/api/v1/me")
@Tag(name = "Me", description = "The own profile.")
class MeController {
  private final UserService users;
  private final SessionService sessions;
  private final SessionCookies cookies;
  private final AppProperties properties;

  MeController(
      UserService users,
      SessionService sessions,
      SessionCookies cookies,
      AppProperties properties) {
    this.users = users;
    this.sessions = sessions;
    this.cookies = cookies;
    this.properties = properties;
  }

  @GetMapping
  @Operation(summary = "The own profile")
  @Problems(UNAUTHENTICATED)
  ResponseEntity<Account> me(@Parameter(hidden = true) Identity user) {
    return answer(users.me(user));
  }

  @PatchMapping
  @Operation(summary = "Change name or bio", description = "What is absent or null stays.")
  @Problems({UNAUTHENTICATED, VERSION_MISMATCH, PRECONDITION_REQUIRED, VALIDATION_FAILED})
  ResponseEntity<Account> change(
      @Parameter(hidden = true) Identity user,
      @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
      @RequestBody ProfileChange change,
      @Parameter(hidden = true) HttpServletRequest request) {
    Account changed = users.change(user, IfMatch.of(ifMatch), change);
    cookies.forget(request); // the session knows the name too
    return answer(changed);
  }

  @PutMapping("/password")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      summary = "Change the password",
      description =
          "All sessions and tokens end. With a cookie, a session with a new id begins at once.")
  @Problems({
    UNAUTHENTICATED,
    INVALID_CREDENTIALS,
    VERSION_MISMATCH,
    VALIDATION_FAILED,
    FOREIGN_ORIGIN
  })
  ResponseEntity<Void> password(
      @Parameter(hidden = true) Identity user,
      @RequestBody NewPassword password,
      @Parameter(hidden = true) HttpServletRequest request,
      @Parameter(hidden = true) HttpServletResponse response) {
    sessions.changePassword(user, password, request, response);
    return Answers.noContent();
  }

  @PutMapping("/avatar")
  @Operation(
      summary = "Set the avatar",
      description = "The body is the picture: PNG, JPEG, WebP or GIF, at most 5 MB.")
  @io.swagger.v3.oas.annotations.parameters.RequestBody(
      required = true,
      content = {
        @io.swagger.v3.oas.annotations.media.Content(
            mediaType = "image/png",
            schema = @Schema(type = "string", format = "binary")),
        @io.swagger.v3.oas.annotations.media.Content(
            mediaType = "image/jpeg",
            schema = @Schema(type = "string", format = "binary")),
        @io.swagger.v3.oas.annotations.media.Content(
            mediaType = "image/webp",
            schema = @Schema(type = "string", format = "binary")),
        @io.swagger.v3.oas.annotations.media.Content(
            mediaType = "image/gif",
            schema = @Schema(type = "string", format = "binary"))
      })
  @Problems({UNAUTHENTICATED, CONTENT_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE})
  ResponseEntity<Account> avatar(
      @Parameter(hidden = true) Identity user, @Parameter(hidden = true) HttpServletRequest request)
      throws IOException {
    Content picture =
        Content.open(
            FileType.IMAGES,
            properties.maxAvatarSize(),
            request.getContentType(),
            request.getInputStream(),
            request.getContentLengthLong());
    return answer(users.avatar(user, picture));
  }

  @DeleteMapping
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      summary = "End the account",
      description =
          "Kept before it is answered, then carried out whatever fails. Sessions and tokens end,"
              + " the profile goes, names are free again; videos are withdrawn, and deleted unless"
              + " somebody has bought them. Orders and invoices are kept. Asks for a sign-in, or a"
              + " proof, of the last five minutes.")
  @Problems({UNAUTHENTICATED, PROOF_REQUIRED, VERSION_MISMATCH, PRECONDITION_REQUIRED})
  ResponseEntity<Void> leave(
      @Parameter(hidden = true) Identity user,
      @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
      @Parameter(hidden = true) HttpServletRequest request,
      @Parameter(hidden = true) HttpServletResponse response) {
    users.leave(user, IfMatch.of(ifMatch));
    cookies.clear(request, response);
    return Answers.noContent();
  }

  private static ResponseEntity<Account> answer(Account account) {
    return Answers.ok(account.version(), account);
  }
}
