package org.tanada.app.export;

import static org.tanada.common.problem.ProblemCode.PROOF_REQUIRED;
import static org.tanada.common.problem.ProblemCode.TOO_MANY_REQUESTS;
import static org.tanada.common.problem.ProblemCode.UNAUTHENTICATED;
import static org.tanada.common.problem.ProblemCode.UNAVAILABLE;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.app.web.Problems;
import org.tanada.common.account.AccountsContract.Identity;

/** All of a user's data, over the API. */
@RestController
@Tag(name = "Me")
class ExportController {
  private final ExportService exports;

  ExportController(ExportService exports) {
    this.exports = exports;
  }

  @GetMapping("/api/v1/me/export")
  @Operation(
      summary = "All of the own data",
      description =
          "A ZIP with a JSON file for each kind, the own files, and manifest.json, which comes last"
              + " and has the digest of each entry. An answer that breaks off is not the whole."
              + " Asks for a sign-in, or a proof, of the last five minutes; three times an hour.")
  @ApiResponse(
      responseCode = "200",
      description = "The archive.",
      content =
          @Content(
              mediaType = "application/zip",
              schema = @Schema(type = "string", format = "binary")))
  @Problems({UNAUTHENTICATED, PROOF_REQUIRED, TOO_MANY_REQUESTS, UNAVAILABLE})
  void export(@Parameter(hidden = true) Identity user, HttpServletResponse response)
      throws IOException {
    exports.send(user, response);
  }
}
