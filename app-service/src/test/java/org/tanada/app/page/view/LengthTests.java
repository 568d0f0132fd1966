package org.tanada.app.page.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LengthTests {
  @ParameterizedTest
  @CsvSource({
    "1, 0:01, PT1S",
    "8_400, 0:08, PT8S",
    "59_999, 1:00, PT1M",
    "754_000, 12:34, PT12M34S",
    "3_723_000, 1:02:03, PT1H2M3S"
  })
  void lengthIsSaidAsOnAPlayer(String millis, String said, String exact) {
    assertThat(Length.of(Long.parseLong(millis.replace("_", ""))))
        .isEqualTo(new Length(said, exact));
  }
}
