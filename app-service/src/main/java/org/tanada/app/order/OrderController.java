package org.tanada.app.order;

import static org.tanada.common.problem.ProblemCode.ALREADY_BOUGHT;
import static org.tanada.common.problem.ProblemCode.CONFLICT;
import static org.tanada.common.problem.ProblemCode.IDEMPOTENCY_KEY_REUSED;
import static org.tanada.common.problem.ProblemCode.INVALID_CURSOR;
import static org.tanada.common.problem.ProblemCode.NOT_FOUND;
import static org.tanada.common.problem.ProblemCode.UNAUTHENTICATED;
import static org.tanada.common.problem.ProblemCode.VALIDATION_FAILED;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
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
import org.tanada.app.web.Checks;
import org.tanada.app.web.Cursors;
import org.tanada.app.web.IdempotencyKey;
import org.tanada.app.web.Ids;
import org.tanada.app.web.ItemList;
import org.tanada.app.web.PageRequest;
import org.tanada.app.web.Problems;
import org.tanada.app.web.Required;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.row.Stored;

/** Buying, and what one has bought and sold. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "Orders", description = "Buying, and what one has bought and sold.")
class OrderController {
  private final OrderService orders;
  private final Cursors cursors;
  private final Checks checks;

  OrderController(OrderService orders, Cursors cursors, Checks checks) {
    this.orders = orders;
    this.cursors = cursors;
    this.checks = checks;
  }

  @PostMapping("/orders")
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      summary = "Buy a video",
      description =
          "One row on the buyer's shard; the sale follows on the seller's, exactly once, also"
              + " through a crash between the two.")
  @Problems({
    UNAUTHENTICATED,
    NOT_FOUND,
    CONFLICT,
    ALREADY_BOUGHT,
    VALIDATION_FAILED,
    IDEMPOTENCY_KEY_REUSED
  })
  ResponseEntity<OrderBody> buy(
      @Parameter(hidden = true) Identity user,
      @RequestHeader(name = IdempotencyKey.HEADER, required = false) @Nullable String key,
      @RequestBody NewOrder order) {
    checks.valid(order);
    long videoId = Ids.ofField("videoId", String.valueOf(order.videoId()));
    Stored<Order> placed = orders.buy(user, videoId, IdempotencyKey.of(key));
    return Answers.created("/api/v1/orders/" + placed.id(), placed.version(), OrderBody.of(placed));
  }

  @GetMapping("/orders")
  @Operation(summary = "The own orders", description = "Newest first.")
  @Problems({UNAUTHENTICATED, INVALID_CURSOR, VALIDATION_FAILED})
  ResponseEntity<ItemList<OrderBody>> orders(
      @Parameter(hidden = true) Identity user,
      @RequestParam(name = "limit", defaultValue = "20")
          @Parameter(schema = @Schema(type = "integer", minimum = "1", maximum = "100"))
          int limit,
      @RequestParam(name = "cursor", required = false) @Nullable String cursor) {
    String list = "orders of " + user.userId();
    PageRequest page = new PageRequest(limit, cursors.decode(list, cursor));
    return Answers.list(cursors, list, orders.orders(user, page), OrderBody::of);
  }

  @GetMapping("/orders/{id}")
  @Operation(summary = "One of the own orders")
  @Problems({UNAUTHENTICATED, NOT_FOUND})
  ResponseEntity<OrderBody> order(
      @Parameter(hidden = true) Identity user, @PathVariable("id") String id) {
    Stored<Order> order = orders.order(user, Ids.ofPath(id));
    return Answers.ok(order.version(), OrderBody.of(order));
  }

  @GetMapping("/sales")
  @Operation(summary = "The own sales", description = "Newest first.")
  @Problems({UNAUTHENTICATED, INVALID_CURSOR, VALIDATION_FAILED})
  ResponseEntity<ItemList<SaleBody>> sales(
      @Parameter(hidden = true) Identity user,
      @RequestParam(name = "limit", defaultValue = "20")
          @Parameter(schema = @Schema(type = "integer", minimum = "1", maximum = "100"))
          int limit,
      @RequestParam(name = "cursor", required = false) @Nullable String cursor) {
    String list = "sales of " + user.userId();
    PageRequest page = new PageRequest(limit, cursors.decode(list, cursor));
    return Answers.list(cursors, list, orders.sales(user, page), SaleBody::of);
  }

  /**
   * A wish to buy.
   *
   * @param videoId the video
   */
  @Schema(description = "What to buy, at its price of now.")
  record NewOrder(
      @Required @Schema(requiredMode = Schema.RequiredMode.REQUIRED) @Nullable String videoId) {}
}
