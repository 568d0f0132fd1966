package org.tanada.deploy.container;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.tanada.deploy.launcher.Launcher.Reply;

class ServiceCallTests {
  @Test
  void answersOfHttpAreTakenApart() {
    assertThat(ServiceCall.parse("HTTP/1.1 409 \r\nContent-Type: a\r\n\r\n{\"a\":1}\r\n"))
        .contains(new Reply(409, "{\"a\":1}\n"));
    assertThat(ServiceCall.parse("")).isEmpty();
    assertThat(ServiceCall.parse("HTTP/1.1 200 \r\nConnection: close")).isEmpty();
  }
}
