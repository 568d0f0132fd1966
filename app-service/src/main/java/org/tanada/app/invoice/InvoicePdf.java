package org.tanada.app.invoice;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.app.order.Order;
import org.tanada.app.user.UserRow;
import org.tanada.common.row.Stored;

/** Lays an invoice out. */
@Component
final class InvoicePdf {
  byte[] write(
      Stored<Order> order, @Nullable Stored<UserRow> buyer, @Nullable Stored<UserRow> seller) {
    return new byte[0];
  }
}
