package org.tanada.app.page;

import java.util.List;
import java.util.Map;
import org.tanada.app.page.view.Amount;
import org.tanada.app.page.view.Form;
import org.tanada.app.video.Video;
import org.tanada.app.web.Money;
import org.tanada.app.web.Price;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;

/**
 * What stands in the form of a video.
 *
 * @param title as typed
 * @param description as typed, lines ended by LF
 * @param price as typed, in the currency's main unit
 * @param currency ISO 4217 code
 */
record VideoForm(String title, String description, String price, String currency) {
  static final List<String> CURRENCIES = Money.CURRENCIES;

  VideoForm {
    description = description.replace("\r\n", "\n"); // forms are sent with CRLF
  }

  /** An empty form. */
  static VideoForm empty() {
    return new VideoForm("", "", "0", CURRENCIES.getFirst());
  }

  static VideoForm of(Stored<Video> video) {
    Video row = video.value();
    return new VideoForm(
        row.title(),
        row.description(),
        Amount.field(row.priceMinor(), row.currency()),
        row.currency());
  }

  /**
   * The price.
   *
   * @throws ProblemException {@code validation-failed}
   */
  Price checked() {
    if (!CURRENCIES.contains(currency)) {
      throw ProblemException.invalid("price", "must be in one of the currencies that we take");
    }
    long minor = Amount.parse(price, currency);
    if (minor < 0) {
      throw ProblemException.invalid(
          "price", "must be an amount such as " + Amount.field(450, currency));
    }
    if (minor > Money.MAX_AMOUNT) {
      throw ProblemException.invalid(
          "price", "must be at most " + Amount.amount(Money.MAX_AMOUNT, currency));
    }
    return new Price(minor, currency);
  }

  /** To be shown; the extra fields are hidden ones. */
  Form form(String hidden, String value) {
    return Form.of(
        Map.of(
            "title",
            title,
            "description",
            description,
            "price",
            price,
            "currency",
            currency,
            hidden,
            value));
  }
}
