package org.tanada.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.tanada.app.testing.AppTest;
import org.tanada.app.testing.Client;

@AppTest
class HealthTests {
  @LocalServerPort int port;

  @Test
  void namesTheServer() {
    Client.Answer health = new Client(port).get("/api/v1/health").is(200);

    assertThat(health.json().get("node").asString()).isEqualTo("app-1");
    assertThat(health.header("Tanada-Node")).isEqualTo("app-1");
    assertThat(health.header("Server-Timing")).contains("app;dur=");
  }
}
