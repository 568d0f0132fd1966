package org.tanada.app.order;

import java.io.IOException;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.tanada.app.data.ShopRows;
import org.tanada.app.export.Archive;
import org.tanada.app.export.Portable;

/** What the user has bought and sold. */
@Component
final class PortableOrders implements Portable {
  private final ShopRows rows;

  PortableOrders(ShopRows rows) {
    this.rows = rows;
  }

  @Override
  public void export(long userId, Archive archive) throws IOException {
    archive.rows(
        "orders.json", page -> rows.ofOwner(Order.TABLE, userId, Map.of(), page), OrderBody::of);
    archive.rows(
        "sales.json", page -> rows.ofOwner(Sale.TABLE, userId, Map.of(), page), SaleBody::of);
  }
}
