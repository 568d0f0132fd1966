package org.tanada.app.order;

import org.tanada.app.web.Money;
import org.tanada.common.row.Table;

/**
 * A row of {@code sales}, owned by the seller: the effect of an order.
 *
 * @param orderId the order
 * @param videoId the video
 * @param buyerId who bought it
 * @param priceMinor what was paid, in the currency's smallest unit
 * @param currency ISO 4217 code
 */
public record Sale(long orderId, long videoId, long buyerId, long priceMinor, String currency) {
  /** The table. */
  public static final Table<Sale> TABLE = new Table<>("sales", Sale.class);

  /** What was paid. */
  public Money price() {
    return new Money(priceMinor, currency);
  }
}
