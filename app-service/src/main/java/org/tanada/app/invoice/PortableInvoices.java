package org.tanada.app.invoice;

import java.io.IOException;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.tanada.app.data.ShopRows;
import org.tanada.app.export.Archive;
import org.tanada.app.export.Portable;
import org.tanada.app.order.Order;
import org.tanada.app.web.PageRequest;
import org.tanada.common.row.Rows;
import org.tanada.common.row.Stored;

/** The invoices that have been made, by their orders. */
@Component
final class PortableInvoices implements Portable {
  private final ShopRows rows;

  PortableInvoices(ShopRows rows) {
    this.rows = rows;
  }

  @Override
  public void export(long userId, Archive archive) throws IOException {
    Long before = null;
    do {
      // from the primary: the invoice is written in the background, its token reaches no client
      Rows.TypedPage<Order> page =
          rows.ofOwnerNow(
              Order.TABLE, userId, Map.of(), new PageRequest(PageRequest.MAX_LIMIT, before));
      for (Stored<Order> order : page.rows()) {
        Long invoice = order.value().invoiceId();
        if (invoice != null) {
          archive.file("files/invoices/" + order.id(), InvoiceService.PURPOSE, invoice);
        }
      }
      before = page.next();
    } while (before != null);
  }
}
