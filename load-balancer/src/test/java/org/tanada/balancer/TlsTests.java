package org.tanada.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tanada.common.membership.Probes;
import org.tanada.common.membership.TestNode;
import org.tanada.common.tls.TlsEnvironment;
import org.tanada.common.tls.testing.TestTls;

/** A gateway among services that speak TLS, by the one setting that says so. */
class TlsTests {
  private static final TestTls TLS = new TestTls();

  @Test
  void bothSidesOfTheGatewayAndItsControlSideSpeakIt() throws Exception {
    try (TestNode app =
            new TestNode(
                "app-1", TLS.bundles().getBundle(TlsEnvironment.BUNDLE).createSslContext());
        Gateway gateway =
            new Gateway(
                List.of(app.node()), "tanada.tls.directory=" + TLS.properties().directory());
        HttpClient client = HttpClient.newBuilder().sslContext(TLS.properties().trust()).build()) {
      app.answers(exchange -> TestNode.answer(exchange, 200, "{\"from\": \"app\"}"));

      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + gateway.port + "/api/v1/x"))
                  .header("Tanada-Service-Credential", Gateway.CREDENTIAL)
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.body()).isEqualTo("{\"from\": \"app\"}");

      URI control = URI.create("https://127.0.0.1:" + gateway.controlPort);
      assertThat(
              Probes.status(
                  control.resolve(Probes.READINESS),
                  5_000,
                  TLS.properties().trust().getSocketFactory()))
          .isEqualTo(200);
    }
  }
}
