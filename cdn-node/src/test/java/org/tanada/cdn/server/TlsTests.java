package org.tanada.cdn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.tanada.common.credential.testing.TestCredentials;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.membership.TestNode;
import org.tanada.common.permission.ServiceName;
import org.tanada.common.tls.TlsEnvironment;
import org.tanada.common.tls.testing.TestTls;

/** An edge among services that speak TLS: towards those behind, and towards the front door. */
class TlsTests {
  private static final TestTls TLS = new TestTls();
  private static final int SMALL = 10_000; // of these the memory takes care
  private static final int LARGE = 3_000_000; // of these the disk does

  @Test
  void objectsOfMemoryAndDiskAndPartsOfThemComeWhole() throws Exception {
    try (TestNode origin =
            new TestNode(
                "lb-1", TLS.bundles().getBundle(TlsEnvironment.BUNDLE).createSslContext());
        TestEdge edge = new TestEdge(TLS.properties(), TLS.bundles());
        HttpClient client = HttpClient.newBuilder().sslContext(TLS.properties().trust()).build()) {
      edge.node("lb", origin.node());
      for (int size : new int[] {SMALL, LARGE}) {
        byte[] object = new byte[size];
        new Random(size).nextBytes(object);
        origin.answers(exchange -> {
          exchange.getResponseHeaders().set("Cache-Control", "public, max-age=60");
          exchange.getResponseHeaders().set("ETag", "\"one\"");
          exchange.sendResponseHeaders(200, object.length);
          exchange.getResponseBody().write(object);
          exchange.close();
        });
        String path = "/object-" + size;
        assertThat(get(client, edge, path, "").body()).isEqualTo(object);
        HttpResponse<byte[]> hit = get(client, edge, path, "");
        assertThat(hit.headers().firstValue("Cache-Status").orElseThrow()).contains("hit");
        assertThat(hit.body()).isEqualTo(object);
        HttpResponse<byte[]> part = get(client, edge, path, "bytes=5000-8999");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(java.util.Arrays.copyOfRange(object, 5000, 9000));
      }
      assertThat(origin.calls()).isEqualTo(2);
    }
  }

  @Test
  void nobodyGetsAnAnswerWithoutIt() {
    try (TestEdge edge = new TestEdge(TLS.properties(), TLS.bundles())) {
      assertThatThrownBy(
              () -> {
                try (HttpClient client = HttpClient.newHttpClient()) {
                  client.send(
                      HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + edge.port() + "/"))
                          .build(),
                      HttpResponse.BodyHandlers.ofString());
                }
              })
          .isInstanceOf(IOException.class);
    }
  }

  private static HttpResponse<byte[]> get(
      HttpClient client, TestEdge edge, String path, String range) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + edge.port() + path))
            .header(
                TanadaHeaders.SERVICE_CREDENTIAL,
                TestCredentials.of(ServiceName.FRONT, ServiceName.EDGE));
    if (!range.isEmpty()) {
      request.header("Range", range);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }
}
