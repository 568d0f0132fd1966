package org.tanada.app.session;

import static org.tanada.common.problem.ProblemCode.EXPIRED_TOKEN;
import static org.tanada.common.problem.ProblemCode.INVALID_CREDENTIALS;
import static org.tanada.common.problem.ProblemCode.INVALID_FLOW;
import static org.tanada.common.problem.ProblemCode.INVALID_TOKEN;
import static org.tanada.common.problem.ProblemCode.SECOND_FACTOR_REQUIRED;
import static org.tanada.common.problem.ProblemCode.TOO_MANY_REQUESTS;
import static org.tanada.common.problem.ProblemCode.VALIDATION_FAILED;
import static org.tanada.common.problem.ProblemCode.WRONG_CODE;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.app.web.Answers;
import org.tanada.app.web.Checks;
import org.tanada.app.web.Problems;
import org.tanada.app.web.Required;
import org.tanada.common.account.AccountsContract.Tokens;
import org.tanada.common.problem.ProblemException;

/** Tokens, for API clients. */
@RestController
@RequestMapping("/api/v1/tokens")
@Tag(name = "Tokens", description = "Signing in with tokens, for API clients.")
@SecurityRequirements
class TokenController {
  private static final int MAX_TOKEN = 512;

  private final SessionService sessions;
  private final FactorService factors;
  private final Checks checks;

  TokenController(SessionService sessions, FactorService factors, Checks checks) {
    this.sessions = sessions;
    this.factors = factors;
    this.checks = checks;
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      summary = "Get or refresh tokens",
      description =
          "By password, or by a refresh token, which works once (again within 30 s, for a lost"
              + " answer); a later use of it ends its whole family. With a second factor the"
              + " password is answered by a ticket, which the grant second-factor takes with a"
              + " code.")
  @Problems({
    INVALID_CREDENTIALS,
    SECOND_FACTOR_REQUIRED,
    WRONG_CODE,
    TOO_MANY_REQUESTS,
    INVALID_FLOW,
    INVALID_TOKEN,
    EXPIRED_TOKEN,
    VALIDATION_FAILED
  })
  ResponseEntity<Tokens> tokens(
      @RequestBody TokenRequest request, @Parameter(hidden = true) HttpServletRequest http) {
    checks.valid(request);
    Tokens tokens =
        switch (String.valueOf(request.grantType())) {
          case "password" ->
              sessions.tokens(new Credentials(request.email(), request.password()), http);
          case "second-factor" ->
              factors.tokens(SecondStepBody.checked(request.ticket(), request.code()), http);
          case "refresh" -> {
            if (request.refreshToken() == null || request.refreshToken().isEmpty()) {
              throw ProblemException.invalid("refreshToken", "is required");
            }
            yield sessions.refresh(request.refreshToken());
          }
          default ->
              throw ProblemException.invalid(
                  "grantType", "must be password, second-factor or refresh");
        };
    return ResponseEntity.status(HttpStatus.CREATED)
        .header("Cache-Control", "no-store") // RFC 6749, 5.1
        .body(tokens);
  }

  @DeleteMapping
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      summary = "Revoke a refresh token and its family",
      description = "An unknown one is no error (RFC 7009, 2.2).")
  @Problems(VALIDATION_FAILED)
  ResponseEntity<Void> revoke(@RequestBody Revocation revocation) {
    checks.valid(revocation);
    sessions.revoke(String.valueOf(revocation.refreshToken()));
    return Answers.noContent();
  }

  /**
   * A wish for tokens.
   *
   * @param grantType {@code password}, {@code second-factor} or {@code refresh}
   * @param email with {@code password}
   * @param password with {@code password}; a secret
   * @param refreshToken with {@code refresh}; a secret
   * @param ticket with {@code second-factor}: of the answer to the password; a secret
   * @param code with {@code second-factor}: of the app, or a recovery code
   */
  @Schema(description = "E-mail and password, a ticket and a code, or a refresh token.")
  record TokenRequest(
      @Required
          @Schema(
              allowableValues = {"password", "second-factor", "refresh"},
              requiredMode = Schema.RequiredMode.REQUIRED)
          @Nullable String grantType,
      @Nullable String email,
      @Schema(format = "password") @Nullable String password,
      @Size(max = MAX_TOKEN, message = "is too long") @Nullable String refreshToken,
      @Nullable String ticket,
      @Nullable String code) {
    @Override
    public String toString() {
      return "TokenRequest[" + grantType + "]";
    }
  }

  /**
   * What to revoke.
   *
   * @param refreshToken a secret
   */
  @Schema(description = "The refresh token to revoke.")
  record Revocation(
      @Required
          @Size(max = MAX_TOKEN, message = "is too long")
          @Schema(requiredMode = Schema.RequiredMode.REQUIRED)
          @Nullable String refreshToken) {
    @Override
    public String toString() {
      return "Revocation[…]";
    }
  }
}
