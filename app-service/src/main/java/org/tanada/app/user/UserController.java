package org.tanada.app.user;

import static org.tanada.common.problem.ProblemCode.EMAIL_TAKEN;
import static org.tanada.common.problem.ProblemCode.IDEMPOTENCY_KEY_REUSED;
import static org.tanada.common.problem.ProblemCode.NOT_FOUND;
import static org.tanada.common.problem.ProblemCode.USERNAME_TAKEN;
import static org.tanada.common.problem.ProblemCode.VALIDATION_FAILED;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.app.web.Answers;
import org.tanada.app.web.IdempotencyKey;
import org.tanada.app.web.Ids;
import org.tanada.app.web.Problems;
import org.tanada.common.problem.ProblemException;

/** Sign-up and public profiles. */
@RestController
@RequestMapping("/api/v1/users")
@Tag(name = "Users", description = "Sign-up and public profiles.")
@SecurityRequirements
class UserController {
  private final UserService users;

  UserController(UserService users) {
    this.users = users;
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      summary = "Sign up",
      description =
          "Does not sign in: that is POST /sessions. Where taken addresses are hidden, there is no"
              + " email-taken: the account has no address, and nobody signs in to it, before a link"
              + " that is mailed to the address is followed.")
  @Problems({EMAIL_TAKEN, USERNAME_TAKEN, VALIDATION_FAILED, IDEMPOTENCY_KEY_REUSED})
  ResponseEntity<Account> signUp(
      @RequestBody NewUser user,
      @RequestHeader(name = IdempotencyKey.HEADER, required = false) @Nullable String key) {
    Account account = users.signUp(user, IdempotencyKey.of(key));
    return Answers.created("/api/v1/users/" + account.id(), account.version(), account);
  }

  @GetMapping("/{id}")
  @Operation(summary = "A public profile")
  @Problems(NOT_FOUND)
  ResponseEntity<Profile> byId(@PathVariable("id") String id) {
    return answer(users.find(Ids.ofPath(id)).orElseThrow(UserController::missing));
  }

  @GetMapping(params = "username")
  @Operation(summary = "A public profile by user name", description = "In any case.")
  @Problems(NOT_FOUND)
  ResponseEntity<Profile> byName(@RequestParam("username") String username) {
    return answer(users.find(username).orElseThrow(UserController::missing));
  }

  private static ResponseEntity<Profile> answer(Profile profile) {
    return Answers.ok(profile.version(), profile);
  }

  private static ProblemException missing() {
    return new ProblemException(NOT_FOUND, "There is no such user.");
  }
}
