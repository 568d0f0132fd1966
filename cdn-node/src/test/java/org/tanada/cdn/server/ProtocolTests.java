package org.tanada.cdn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tanada.common.testing.Poll;

/** What the edge takes from clients, and what it refuses. */
class ProtocolTests {
  private static final String CREDENTIAL = "Tanada-Service-Credential: " + Http.CREDENTIAL + "\r\n";
  private static TestEdge edge;
  private static ScriptedOrigin origin;

  @BeforeAll
  static void start() {
    edge = new TestEdge("max-uri", "1KB", "max-headers", "4KB", "idle-timeout", "1s");
    origin = edge.origin();
    origin.on("/a", call -> call.respond(200, "aaa", "Cache-Control: max-age=60"));
    origin.on("/b", call -> call.respond(200, "bbb", "Cache-Control: no-store"));
  }

  @AfterAll
  static void stop() {
    edge.close();
  }

  private static Http.Answer raw(String request) {
    try (Http http = new Http(edge.port())) {
      http.raw(request);
      return http.answer(false);
    }
  }

  @Test
  void onlyOurOwnServicesGetIn() {
    Http.Answer none = raw("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    Http.Answer wrong =
        raw("GET /a HTTP/1.1\r\nHost: x\r\nTanada-Service-Credential: guess\r\n\r\n");
    Http.Answer two =
        raw(
            "GET /a HTTP/1.1\r\nHost: x\r\nTanada-Service-Credential: guess\r\n"
                + CREDENTIAL
                + "\r\n");

    assertThat(none.status()).isEqualTo(401);
    assertThat(none.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(none.header("WWW-Authenticate")).isEqualTo("Bearer");
    assertThat(wrong.status()).isEqualTo(401);
    assertThat(two.status()).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource({"POST, 405", "DELETE, 405", "OPTIONS, 405", "TRACE, 405", "BREW, 501"})
  void otherMethodsAreRefused(String method, int status) {
    Http.Answer answer = Http.call(edge.port(), method, "/a");

    assertThat(answer.status()).isEqualTo(status);
    if (status == 405) {
      assertThat(answer.header("Allow")).isEqualTo("GET, HEAD");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "GET /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n",
        "GET /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n",
        "GET /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n",
        "GET /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n",
        "GET /a HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n",
        "GET /a HTTP/1.1\r\nHost: x\r\nHost: y\r\n",
        "GET /a HTTP/1.1\r\n",
        "GET /a HTTP/1.1\r\nHost: x\r\nName : value\r\n",
        "GET http://x/a HTTP/1.1\r\nHost: x\r\n",
        "GET a HTTP/1.1\r\nHost: x\r\n",
        "GET * HTTP/1.1\r\nHost: x\r\n",
        "GET /a/../b HTTP/1.1\r\nHost: x\r\n",
        "GET /a/%2e%2E/b HTTP/1.1\r\nHost: x\r\n",
        "GET /a/..%2fb HTTP/1.1\r\nHost: x\r\n",
        "GET /a/%00 HTTP/1.1\r\nHost: x\r\n",
        "GET /a\\b HTTP/1.1\r\nHost: x\r\n",
        "GET /a#b HTTP/1.1\r\nHost: x\r\n",
        "GET /\u00e4 HTTP/1.1\r\nHost: x\r\n",
      })
  void whatCanBeReadInTwoWaysIsRefusedAndTheConnectionClosed(String head) {
    try (Http http = new Http(edge.port())) {
      http.raw(head + CREDENTIAL + "\r\nGET /b HTTP/1.1\r\nHost: x\r\n" + CREDENTIAL + "\r\n");

      Http.Answer answer = http.answer(false);

      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.text()).contains("\"code\":\"malformed-request\"");
      assertThat(answer.header("Connection")).isEqualTo("close");
      assertThat(http.isClosed()).isTrue();
    }
  }

  @Test
  void longAddressesAndHeadersAreRefused() {
    assertThat(edge.get("/" + "x".repeat(2000)).status()).isEqualTo(414);
    assertThat(edge.get("/a", "X-Long: " + "x".repeat(5000)).status()).isEqualTo(431);
  }

  @Test
  void pipelinedRequestsAreAnsweredInTheirOrder() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    origin.on(
        "/first",
        call -> {
          second.await(200, TimeUnit.MILLISECONDS); // never released: /b would be ready long before
          call.respond(200, "first", "Cache-Control: no-store");
        });
    edge.get("/a");
    try (Http http = new Http(edge.port())) {
      http.send("GET", "/first");
      http.send("GET", "/b");
      http.send("HEAD", "/a");
      for (int i = 0; i < 100; i++) {
        http.send("GET", "/a");
      }

      assertThat(http.answer(false).text()).isEqualTo("first");
      assertThat(http.answer(false).text()).isEqualTo("bbb");
      assertThat(http.answer(true).header("Content-Length")).isEqualTo("3");
      for (int i = 0; i < 100; i++) {
        assertThat(http.answer(false).text()).isEqualTo("aaa");
      }
    }
  }

  @Test
  void oldClientsGetNoChunks() throws Exception {
    origin.on(
        "/chunked",
        call -> {
          call.head(200, "Cache-Control: no-store", "Transfer-Encoding: chunked");
          call.chunk("hello");
          call.write("0\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        });
    try (Http http = new Http(edge.port())) {
      http.raw("GET /chunked HTTP/1.0\r\n" + CREDENTIAL + "\r\n");
      Http.Answer head = http.head();

      assertThat(head.headers()).doesNotContainKey("Transfer-Encoding");
      assertThat(head.header("Connection")).isEqualTo("close");
      assertThat(new String(http.bytes(100), java.nio.charset.StandardCharsets.US_ASCII))
          .isEqualTo("hello");
    }
  }

  @Test
  void idleConnectionIsClosed() {
    try (Http http = new Http(edge.port())) {
      assertThat(http.isClosed()).isTrue();
    }
  }

  @Test
  void whoStopsReadingIsCutOff() throws Exception {
    origin.on(
        "/endless",
        call -> {
          call.head(200, "Cache-Control: no-store", "Content-Length: 1000000000");
          while (true) {
            call.write(new byte[65536]);
          }
        });
    try (Http http = new Http(edge.port())) {
      http.send("GET", "/endless");
      http.head();

      Poll.until(() -> edge.server().connections() == 0);
    }
  }

  @Test
  void aNodeThatLeavesFinishesWhatItHasAndClosesConnections() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (TestEdge leaving = new TestEdge();
        Http idle = new Http(leaving.port());
        Http busy = new Http(leaving.port())) {
      leaving
          .origin()
          .on(
              "/slow",
              call -> {
                release.await(10, TimeUnit.SECONDS);
                call.respond(200, "done", "Cache-Control: no-store");
              });
      busy.send("GET", "/slow");
      Poll.until(() -> !leaving.origin().calls("/slow").isEmpty());

      Thread stopping = Thread.ofVirtual().start(leaving.server()::stop);
      assertThat(idle.isClosed()).isTrue();
      release.countDown();

      Http.Answer answer = busy.answer(false);
      assertThat(answer.text()).isEqualTo("done");
      assertThat(answer.header("Connection")).isEqualTo("close");
      assertThat(stopping.join(java.time.Duration.ofSeconds(10))).isTrue();
    }
  }
}
