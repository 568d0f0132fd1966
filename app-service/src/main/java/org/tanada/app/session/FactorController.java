package org.tanada.app.session;

import static org.tanada.common.problem.ProblemCode.CONFLICT;
import static org.tanada.common.problem.ProblemCode.FOREIGN_ORIGIN;
import static org.tanada.common.problem.ProblemCode.INVALID_CREDENTIALS;
import static org.tanada.common.problem.ProblemCode.INVALID_FLOW;
import static org.tanada.common.problem.ProblemCode.NOT_FOUND;
import static org.tanada.common.problem.ProblemCode.PROOF_REQUIRED;
import static org.tanada.common.problem.ProblemCode.TOO_MANY_REQUESTS;
import static org.tanada.common.problem.ProblemCode.UNAUTHENTICATED;
import static org.tanada.common.problem.ProblemCode.VALIDATION_FAILED;
import static org.tanada.common.problem.ProblemCode.WRONG_CODE;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.app.web.Answers;
import org.tanada.app.web.Problems;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.account.FactorsContract;
import org.tanada.common.problem.ProblemException;

/** The own second factor, and proofs for what is dangerous. */
@RestController
@RequestMapping("/api/v1/me")
@Tag(name = "Factors", description = "Codes of an app after the password, and recovery codes.")
class FactorController {
  private final FactorService factors;

  FactorController(FactorService factors) {
    this.factors = factors;
  }

  @GetMapping("/factors")
  @Operation(summary = "The own second factor")
  @Problems(UNAUTHENTICATED)
  ResponseEntity<FactorsBody> factors(@Parameter(hidden = true) Identity user) {
    FactorsContract.Factors found = factors.of(user);
    return Answers.ok(new FactorsBody(found.totpSince(), found.recoveryCodes()));
  }

  @PostMapping("/factors/totp/enrolments")
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      summary = "Begin to enrol an app that shows codes (RFC 6238)",
      description = "Nothing changes before a code confirms it within a quarter of an hour.")
  @Problems({UNAUTHENTICATED, PROOF_REQUIRED, CONFLICT, FOREIGN_ORIGIN})
  ResponseEntity<EnrolmentBody> begin(@Parameter(hidden = true) Identity user) {
    FactorsContract.Enrolment begun = factors.begin(user);
    return Answers.created(null, new EnrolmentBody(begun.secret(), begun.uri(), begun.ticket()));
  }

  @PostMapping("/factors/totp")
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      summary = "Confirm the enrolment by a code",
      description = "The answer has the recovery codes, which are shown this once.")
  @Problems({
    UNAUTHENTICATED,
    WRONG_CODE,
    INVALID_FLOW,
    CONFLICT,
    VALIDATION_FAILED,
    FOREIGN_ORIGIN
  })
  ResponseEntity<RecoveryCodesBody> confirm(
      @Parameter(hidden = true) Identity user, @RequestBody SecondStepBody step) {
    FactorService.Step checked = SecondStepBody.checked(step.ticket(), step.code());
    return Answers.created(
        null,
        new RecoveryCodesBody(factors.confirm(user, checked.ticket(), checked.code()).codes()));
  }

  @DeleteMapping("/factors/totp")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(summary = "Ask for codes no more")
  @Problems({UNAUTHENTICATED, PROOF_REQUIRED, NOT_FOUND, FOREIGN_ORIGIN})
  ResponseEntity<Void> end(@Parameter(hidden = true) Identity user) {
    factors.end(user);
    return Answers.noContent();
  }

  @PostMapping("/factors/recovery-codes")
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(summary = "New recovery codes", description = "The old ones are worth nothing then.")
  @Problems({UNAUTHENTICATED, PROOF_REQUIRED, NOT_FOUND, FOREIGN_ORIGIN})
  ResponseEntity<RecoveryCodesBody> recoveryCodes(@Parameter(hidden = true) Identity user) {
    return Answers.created(null, new RecoveryCodesBody(factors.newCodes(user).codes()));
  }

  @PostMapping("/proofs")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      summary = "Prove anew who you are",
      description =
          "By the password or a code, for the next five minutes of this session. With a token:"
              + " fetch new tokens by the password instead.")
  @Problems({
    UNAUTHENTICATED,
    INVALID_CREDENTIALS,
    WRONG_CODE,
    TOO_MANY_REQUESTS,
    PROOF_REQUIRED,
    VALIDATION_FAILED,
    FOREIGN_ORIGIN
  })
  ResponseEntity<Void> prove(
      @Parameter(hidden = true) Identity user,
      @RequestBody ProofBody proof,
      @Parameter(hidden = true) HttpServletRequest request) {
    if ((proof.password() == null) == (proof.code() == null)) {
      throw ProblemException.invalid("password", "or code is required, one of the two");
    }
    factors.prove(user, proof.password(), proof.code(), request);
    return Answers.noContent();
  }

  /**
   * The own second factor.
   *
   * @param totpSince since when an app shows codes; null if none does
   * @param recoveryCodes how many are left
   */
  @Schema(name = "Factors", description = "The own second factor.")
  record FactorsBody(@Nullable Instant totpSince, int recoveryCodes) {}

  /**
   * An enrolment on its way.
   *
   * @param secret Base32; a secret
   * @param uri for a QR code; a secret
   * @param ticket for the confirmation; a secret
   */
  @Schema(name = "Enrolment", description = "What the app has to know, and a ticket.")
  record EnrolmentBody(String secret, String uri, String ticket) {
    @Override
    public String toString() {
      return "EnrolmentBody[…]";
    }
  }

  /**
   * Recovery codes.
   *
   * @param codes each works once; secrets
   */
  @Schema(name = "RecoveryCodes", description = "Recovery codes, shown this once.")
  record RecoveryCodesBody(List<String> codes) {
    RecoveryCodesBody {
      codes = List.copyOf(codes);
    }

    @Override
    public String toString() {
      return "RecoveryCodesBody[…]";
    }
  }

  /**
   * A proof: one of the two.
   *
   * @param password a secret
   * @param code of the app, or a recovery code
   */
  @Schema(name = "Proof", description = "The password or a code.")
  record ProofBody(@Schema(format = "password") @Nullable String password, @Nullable String code) {
    @Override
    public String toString() {
      return "ProofBody[…]";
    }
  }
}
