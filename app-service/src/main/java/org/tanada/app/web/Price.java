package org.tanada.app.web;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

/**
 * A price as a client gives it.
 *
 * @param amountMinor in the currency's smallest unit; 0 is free
 * @param currency one of {@link Money#CURRENCIES}
 */
@Schema(description = "Money in the currency's smallest unit; 0 is free.")
public record Price(
    @Required
        @Min(value = 0, message = "must not be negative")
        @Max(value = Money.MAX_AMOUNT, message = "must be at most 1000000")
        @Schema(
            minimum = "0",
            maximum = "1000000",
            example = "450",
            requiredMode = Schema.RequiredMode.REQUIRED)
        @Nullable Long amountMinor,
    @Required
        @KnownCurrency
        @Schema(
            description = "ISO 4217 code",
            allowableValues = {"USD", "EUR", "GBP", "JPY", "CHF", "AUD", "CAD"},
            example = "USD",
            requiredMode = Schema.RequiredMode.REQUIRED)
        @Nullable String currency) {
  /** The amount of a price that has been checked. */
  public Money money() {
    if (amountMinor == null || currency == null) {
      throw new IllegalStateException("the price has not been checked");
    }
    return new Money(amountMinor, currency);
  }
}
