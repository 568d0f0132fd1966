package org.tanada.app.page;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.app.invoice.InvoiceService;
import org.tanada.app.order.Order;
import org.tanada.app.order.OrderService;
import org.tanada.app.page.Pages.Page;
import org.tanada.app.page.view.Frame.Section;
import org.tanada.app.page.view.OrderView;
import org.tanada.app.page.view.PageOf;
import org.tanada.app.session.CurrentUser;
import org.tanada.app.web.Cursors;
import org.tanada.app.web.Ids;
import org.tanada.app.web.PageRequest;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.row.Rows.TypedPage;

/** What one has bought, with the invoices. */
@RestController
final class OrdersPageController {
  private static final int PAGE = 20;

  private final Pages pages;
  private final Views views;
  private final OrderService orders;
  private final InvoiceService invoices;
  private final Cursors cursors;

  OrdersPageController(
      Pages pages, Views views, OrderService orders, InvoiceService invoices, Cursors cursors) {
    this.pages = pages;
    this.views = views;
    this.orders = orders;
    this.invoices = invoices;
    this.cursors = cursors;
  }

  @GetMapping("/me/orders")
  ResponseEntity<byte[]> orders(
      @RequestParam(required = false) @Nullable String cursor,
      @RequestParam(required = false) @Nullable String notice) {
    Identity user = CurrentUser.required();
    String list = "orders of " + user.userId();
    Long before = cursors.decode(list, cursor);
    TypedPage<Order> found = orders.orders(user, new PageRequest(PAGE, before));
    String next = cursors.encode(list, found.next());
    PageOf<OrderView> shown =
        new PageOf<>(
            found.rows().stream().map(views::order).toList(),
            next == null ? null : Pages.address("/me/orders", "cursor", next),
            before == null ? null : "/me/orders");
    return pages.own(
        Page.own(
                "orders", "My orders", Section.ORDERS, Views.visitor(user), Map.of("orders", shown))
            .saying(Notices.find(notice)));
  }

  @GetMapping("/me/orders/{id}/invoice")
  ResponseEntity<byte[]> invoice(@PathVariable String id) {
    Identity user = CurrentUser.required();
    long orderId = Ids.ofPath(id);
    Optional<String> url = invoices.url(user, orderId);
    if (url.isPresent()) {
      return Pages.seeOther(url.get());
    }
    ResponseEntity<byte[]> wait =
        pages.own(
            202,
            Page.own(
                "invoice-wait",
                "Your invoice",
                Section.ORDERS,
                Views.visitor(user),
                Map.of("orderId", Long.toString(orderId))));
    return ResponseEntity.status(202)
        .headers(wait.getHeaders())
        .header("Refresh", "1") // browsers look again by themselves; Retry-After they do not read
        .header("Retry-After", "1")
        .body(wait.getBody());
  }
}
