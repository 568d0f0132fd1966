package org.tanada.app.page.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmountTests {
  @ParameterizedTest
  @CsvSource({"450,USD,$4.50", "123456,EUR,'€1,234.56'", "600,JPY,¥600", "5,GBP,£0.05"})
  void amountHasTheSignAndTheDecimalsOfItsCurrency(long minor, String currency, String text) {
    assertThat(Amount.of(minor, currency)).isEqualTo(new Amount(text, false));
  }

  @Test
  void aCodeThatServesAsSignKeepsADistance() {
    assertThat(Amount.of(900, "CHF").text().replace('\u00a0', ' ')).isEqualTo("CHF 9.00");
  }

  @Test
  void nothingToPayIsFree() {
    assertThat(Amount.of(0, "USD")).isEqualTo(new Amount("Free", true));
  }

  @ParameterizedTest
  @CsvSource({"4.50,USD,450", "'4,5',EUR,450", "' 7 ',USD,700", "600,JPY,600", "0,USD,0"})
  void amountIsReadAsPeopleTypeIt(String typed, String currency, long minor) {
    assertThat(Amount.parse(typed, currency)).isEqualTo(minor);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "4.505", "abc", "1e3", "99999999999", "4.", "$4"})
  void whatIsNoAmountIsRefused(String typed) {
    assertThat(Amount.parse(typed, "USD")).isEqualTo(-1);
  }

  @Test
  void yenHaveNoDecimals() {
    assertThat(Amount.parse("6.5", "JPY")).isEqualTo(-1);
    assertThat(Amount.field(650, "JPY")).isEqualTo("650");
    assertThat(Amount.field(650, "USD")).isEqualTo("6.50");
  }
}
