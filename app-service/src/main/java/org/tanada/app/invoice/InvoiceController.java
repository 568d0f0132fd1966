package org.tanada.app.invoice;

import static org.tanada.common.problem.ProblemCode.NOT_FOUND;
import static org.tanada.common.problem.ProblemCode.UNAUTHENTICATED;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.app.web.Ids;
import org.tanada.app.web.Problems;
import org.tanada.common.account.AccountsContract.Identity;

/** The invoice of an order. */
@RestController
@Tag(name = "Orders")
class InvoiceController {
  private final InvoiceService invoices;

  InvoiceController(InvoiceService invoices) {
    this.invoices = invoices;
  }

  @GetMapping("/api/v1/orders/{id}/invoice")
  @Operation(summary = "The invoice", description = "A PDF, made once in the background.")
  @ApiResponse(responseCode = "303", description = "Location is a signed address of the PDF.")
  @ApiResponse(responseCode = "202", description = "It is being made: ask again.")
  @Problems({UNAUTHENTICATED, NOT_FOUND})
  ResponseEntity<Void> invoice(
      @Parameter(hidden = true) Identity user, @PathVariable("id") String id) {
    return invoices
        .url(user, Ids.ofPath(id))
        .map(url ->
            ResponseEntity.status(HttpStatus.SEE_OTHER)
                .location(URI.create(url))
                .header("Cache-Control", "private, no-store")
                .<Void>build())
        .orElseGet(() ->
            ResponseEntity.status(HttpStatus.ACCEPTED)
                .header("Retry-After", "1")
                .header("Cache-Control", "private, no-store")
                .build());
  }
}
