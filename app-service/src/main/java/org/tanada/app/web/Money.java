package org.tanada.app.web;

import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;
import java.util.Locale;

/**
 * An amount of money in the smallest unit of its currency, so that nothing is ever rounded.
 *
 * @param amountMinor for example cents; yen have no smaller unit
 * @param currency ISO 4217 code
 */
@Schema(description = "Money in the currency's smallest unit: 450 USD are 4.50, 450 JPY are 450.")
public record Money(long amountMinor, String currency) {
  /** The currencies that the shop takes. */
  public static final List<String> CURRENCIES =
      List.of("USD", "EUR", "GBP", "JPY", "CHF", "AUD", "CAD");

  /** Highest price, in the smallest unit. */
  public static final long MAX_AMOUNT = 1_000_000;

  /** For people: {@code 4.50 USD}, {@code 450 JPY}. */
  public String text() {
    int digits = Math.max(Currency.getInstance(currency).getDefaultFractionDigits(), 0);
    BigDecimal amount = BigDecimal.valueOf(amountMinor, digits);
    return String.format(Locale.ROOT, "%,." + digits + "f %s", amount, currency);
  }
}
