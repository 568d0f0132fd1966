package org.tanada.app.order;

import org.jspecify.annotations.Nullable;
import org.tanada.app.web.Money;
import org.tanada.common.row.Table;

/**
 * A row of {@code orders}, owned by its buyer; what was bought as it was then.
 *
 * @param videoId the video
 * @param sellerId its owner
 * @param title its title
 * @param priceMinor its price in the currency's smallest unit
 * @param currency ISO 4217 code
 * @param saleId the row on the seller's side, which follows
 * @param invoiceId blob of the invoice, or null while it is not made
 */
public record Order(
    long videoId,
    long sellerId,
    String title,
    long priceMinor,
    String currency,
    @Nullable Long saleId,
    @Nullable Long invoiceId) {
  /** The table. */
  public static final Table<Order> TABLE = new Table<>("orders", Order.class);

  /** What was paid. */
  public Money price() {
    return new Money(priceMinor, currency);
  }
}
