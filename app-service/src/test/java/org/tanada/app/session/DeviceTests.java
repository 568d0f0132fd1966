package org.tanada.app.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceTests {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0|Firefox on Linux",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"
            + "|Safari on iPhone",
        "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"
            + "|Edge on Windows",
        "curl/8.9.1|curl",
        "Tanada-Demo/1.0|Tanada-Demo",
        "null|Unknown program",
      })
  void programAndSystemAreNamed(String userAgent, String device) {
    assertThat(Device.of(userAgent)).isEqualTo(device);
  }
}
