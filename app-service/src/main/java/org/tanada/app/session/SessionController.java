package org.tanada.app.session;

import static org.tanada.common.problem.ProblemCode.FOREIGN_ORIGIN;
import static org.tanada.common.problem.ProblemCode.INVALID_CREDENTIALS;
import static org.tanada.common.problem.ProblemCode.INVALID_FLOW;
import static org.tanada.common.problem.ProblemCode.NOT_FOUND;
import static org.tanada.common.problem.ProblemCode.SECOND_FACTOR_REQUIRED;
import static org.tanada.common.problem.ProblemCode.TOO_MANY_REQUESTS;
import static org.tanada.common.problem.ProblemCode.UNAUTHENTICATED;
import static org.tanada.common.problem.ProblemCode.VALIDATION_FAILED;
import static org.tanada.common.problem.ProblemCode.WRONG_CODE;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.app.web.Answers;
import org.tanada.app.web.Ids;
import org.tanada.app.web.ItemList;
import org.tanada.app.web.Problems;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.account.AccountsContract.OpenedSession;

/** Sessions with a cookie, for browsers. */
@RestController
@RequestMapping("/api/v1/sessions")
@Tag(name = "Sessions", description = "Signing in with a cookie, for browsers.")
class SessionController {
  private final SessionService sessions;
  private final FactorService factors;

  SessionController(SessionService sessions, FactorService factors) {
    this.sessions = sessions;
    this.factors = factors;
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @SecurityRequirements
  @Operation(
      summary = "Sign in",
      description =
          "Sets the session cookie. With a second factor the answer is a problem with a ticket, for"
              + " POST /sessions/codes.")
  @Problems({INVALID_CREDENTIALS, SECOND_FACTOR_REQUIRED, VALIDATION_FAILED, FOREIGN_ORIGIN})
  ResponseEntity<SessionBody> open(
      @RequestBody Credentials credentials,
      @Parameter(hidden = true) HttpServletRequest request,
      @Parameter(hidden = true) HttpServletResponse response) {
    return created(sessions.signIn(credentials, request, response));
  }

  @PostMapping("/codes")
  @ResponseStatus(HttpStatus.CREATED)
  @SecurityRequirements
  @Operation(
      summary = "Sign in, the second step",
      description = "The ticket of the first one, and a code; sets the session cookie.")
  @Problems({WRONG_CODE, TOO_MANY_REQUESTS, INVALID_FLOW, VALIDATION_FAILED, FOREIGN_ORIGIN})
  ResponseEntity<SessionBody> open(
      @RequestBody SecondStepBody step,
      @Parameter(hidden = true) HttpServletRequest request,
      @Parameter(hidden = true) HttpServletResponse response) {
    return created(
        factors.signIn(SecondStepBody.checked(step.ticket(), step.code()), request, response));
  }

  private static ResponseEntity<SessionBody> created(OpenedSession opened) {
    SessionBody body = SessionBody.of(opened.session(), opened.session().id());
    return Answers.created("/api/v1/sessions/" + body.id(), body);
  }

  @GetMapping
  @Operation(summary = "The own live sessions", description = "Newest first.")
  @Problems(UNAUTHENTICATED)
  ResponseEntity<ItemList<SessionBody>> list(@Parameter(hidden = true) Identity user) {
    List<SessionBody> items =
        sessions.sessions(user).stream()
            .map(session -> SessionBody.of(session, user.sessionId()))
            .toList();
    return Answers.ok(new ItemList<>(items, null));
  }

  @DeleteMapping("/current")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(summary = "Sign out", description = "Ends the cookie's session.")
  @Problems({UNAUTHENTICATED, FOREIGN_ORIGIN, NOT_FOUND})
  ResponseEntity<Void> signOut(
      @Parameter(hidden = true) Identity user,
      @Parameter(hidden = true) HttpServletRequest request,
      @Parameter(hidden = true) HttpServletResponse response) {
    sessions.signOut(user, request, response);
    return Answers.noContent();
  }

  @DeleteMapping
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      summary = "Sign out everywhere",
      description = "Ends all sessions and tokens of the user, within two seconds on every server.")
  @Problems({UNAUTHENTICATED, FOREIGN_ORIGIN})
  ResponseEntity<Void> signOutEverywhere(
      @Parameter(hidden = true) Identity user,
      @Parameter(hidden = true) HttpServletRequest request,
      @Parameter(hidden = true) HttpServletResponse response) {
    sessions.signOutEverywhere(user, request, response);
    return Answers.noContent();
  }

  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(summary = "End one of the own sessions")
  @Problems({UNAUTHENTICATED, FOREIGN_ORIGIN, NOT_FOUND})
  ResponseEntity<Void> end(@Parameter(hidden = true) Identity user, @PathVariable("id") String id) {
    sessions.end(user, Ids.ofPath(id));
    return Answers.noContent();
  }
}
