package org.tanada.app.page.view;

import java.math.BigDecimal;
import java.text.NumberFormat;
import java.util.Currency;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An amount of money as a page shows it.
 *
 * @param text for example {@code $4.50} or {@code Free}
 * @param free whether nothing is asked for
 */
public record Amount(String text, boolean free) {
  /** The amount in the minor unit of the currency, an ISO 4217 code. */
  public static Amount of(long amountMinor, String currency) {
    if (amountMinor == 0) {
      return new Amount("Free", true);
    }
    return new Amount(amount(amountMinor, currency), false);
  }

  /** The amount with the currency's sign, also when it is zero. */
  public static String amount(long amountMinor, String currency) {
    Currency unit = known(currency);
    if (unit == null) {
      return amountMinor + " " + currency;
    }
    NumberFormat format = NumberFormat.getCurrencyInstance(Locale.US);
    format.setCurrency(unit);
    format.setMinimumFractionDigits(digits(unit));
    format.setMaximumFractionDigits(digits(unit));
    // a code that stands for itself (CHF) keeps a thin distance from the figure
    String sign = unit.getSymbol(Locale.US);
    String text = format.format(BigDecimal.valueOf(amountMinor, digits(unit)));
    return sign.length() == 3 && sign.equals(currency) ? text.replace(sign, sign + "\u00a0") : text;
  }

  /** The amount as a form field holds it, for example {@code 4.50}. */
  public static String field(long amountMinor, String currency) {
    Currency unit = known(currency);
    return BigDecimal.valueOf(amountMinor, unit == null ? 2 : digits(unit)).toPlainString();
  }

  /**
   * Reads an amount from a form field: digits, with at most as many decimals as the currency has.
   *
   * @return the amount in the minor unit, or -1 if it is not one
   */
  public static long parse(String text, String currency) {
    Currency unit = known(currency);
    String plain = text.strip().replace(',', '.');
    if (unit == null || !plain.matches("\\d{1,9}(\\.\\d{1,3})?")) {
      return -1;
    }
    BigDecimal minor = new BigDecimal(plain).movePointRight(digits(unit)).stripTrailingZeros();
    return minor.scale() > 0 ? -1 : minor.longValueExact();
  }

  private static int digits(Currency unit) {
    return Math.max(0, unit.getDefaultFractionDigits());
  }

  private static @Nullable Currency known(String code) {
    try {
      return Currency.getInstance(code);
    } catch (IllegalArgumentException e) {
      return null; // a code that this JDK does not know is shown as it stands
    }
  }
}
