package org.tanada.cdn.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tanada.common.credential.testing.TestCredentials;
import org.tanada.common.permission.ServiceName;
import org.tanada.common.testing.Poll;

/** How the edge calls its origins, and what it does when they fail. */
class OriginTests {
  private TestEdge edge;
  private ScriptedOrigin origin;

  @BeforeEach
  void start() {
    edge = new TestEdge("origin.head-timeout", "1s", "origin.idle-timeout", "1s");
    origin = edge.origin();
  }

  @AfterEach
  void stop() {
    edge.close();
  }

  private static int deadPort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void nextNodeIsAskedWhenOneIsDown() throws Exception {
    int dead = deadPort();
    edge.nodes("lb", dead, origin.port());
    origin.on("/next", call -> call.respond(200, "ok", "Cache-Control: no-store"));

    for (int i = 0; i < 4; i++) {
      assertThat(edge.get("/next").text()).isEqualTo("ok");
    }
  }

  @Test
  void nextNodeIsAskedWhenOneCannotServe() {
    try (ScriptedOrigin other = new ScriptedOrigin()) {
      other.on("/busy", call -> call.respond(503, "leaving"));
      origin.on("/busy", call -> call.respond(200, "ok", "Cache-Control: no-store"));
      edge.nodes("lb", other.port(), origin.port());

      long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
      while (other.calls("/busy").isEmpty()
          && System.nanoTime() < end) { // until it is known to be up
        assertThat(edge.get("/busy").text()).isEqualTo("ok");
      }
      assertThat(other.calls("/busy")).isNotEmpty();
    }
  }

  @Test
  void theLastNodesErrorIsPassedOn() {
    origin.on("/error", call -> call.respond(503, "sorry", "Retry-After: 7"));

    Http.Answer answer = edge.get("/error");

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.text()).isEqualTo("sorry");
    assertThat(answer.header("Retry-After")).isEqualTo("7");
  }

  @Test
  void noNodeIsBadGateway() throws Exception {
    edge.nodes("lb", deadPort());

    Http.Answer answer = edge.get("/gone");

    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.text()).contains("\"code\":\"upstream-failed\"");
    edge.nodes("lb");
    assertThat(edge.get("/gone").status()).isEqualTo(502);
  }

  @Test
  void silentOriginIsGatewayTimeout() {
    origin.on("/silent", call -> new CountDownLatch(1).await(5, TimeUnit.SECONDS));

    Http.Answer answer = edge.get("/silent");

    assertThat(answer.status()).isEqualTo(504);
    assertThat(answer.text()).contains("\"code\":\"upstream-timeout\"");
  }

  @Test
  void originThatStopsInTheBodyIsCut() {
    origin.on(
        "/stops",
        call -> {
          call.head(200, "Cache-Control: no-store", "Transfer-Encoding: chunked");
          call.chunk("123");
          new CountDownLatch(1).await(5, TimeUnit.SECONDS);
        });

    assertThat(edge.get("/stops").complete()).isFalse();
  }

  @Test
  void shortAnswerThatStopsIsGatewayTimeout() {
    origin.on(
        "/stops-early",
        call -> {
          call.head(200, "Cache-Control: no-store", "Content-Length: 10");
          call.write("123".getBytes(US_ASCII));
          new CountDownLatch(1).await(5, TimeUnit.SECONDS);
        });

    assertThat(edge.get("/stops-early").status()).isEqualTo(504);
  }

  @Test
  void shortAnswerThatBreaksOffIsAskedForAtTheNextNode() {
    for (String keeping : new String[] {"no-store", "max-age=60"}) {
      try (ScriptedOrigin other = new ScriptedOrigin()) {
        String path = "/breaks/" + keeping;
        other.on(
            path,
            call -> {
              call.head(200, "Cache-Control: " + keeping, "Content-Length: 5");
              call.write("who".getBytes(US_ASCII));
              call.cut();
            });
        origin.on(path, call -> call.respond(200, "whole", "Cache-Control: " + keeping));
        edge.nodes("lb", other.port(), origin.port());

        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        for (int i = 0; other.calls(path).isEmpty() && System.nanoTime() < end; i++) {
          Http.Answer answer = edge.get(path + "?" + i);
          assertThat(answer.complete()).isTrue();
          assertThat(answer.text()).isEqualTo("whole");
        }
        assertThat(other.calls(path)).isNotEmpty();
      }
    }
  }

  @Test
  void staleObjectIsServedWhileOriginIsDown() {
    origin.on("/down", call -> call.respond(200, "old", "Cache-Control: max-age=10", "Age: 100"));
    origin.on(
        "/strict",
        call ->
            call.respond(
                200,
                "old",
                "ETag: \"v\"",
                "Cache-Control: max-age=10, must-revalidate",
                "Age: 100"));
    origin.on(
        "/too-old",
        call -> call.respond(200, "x", "ETag: \"v\"", "Cache-Control: max-age=10", "Age: 700"));
    // without a validator only what was fresh once is kept
    origin.on(
        "/down",
        call -> call.respond(200, "old", "ETag: \"v\"", "Cache-Control: max-age=10", "Age: 100"));
    edge.get("/down");
    edge.get("/strict");
    edge.get("/too-old");
    origin.close();

    Http.Answer stale = edge.get("/down");

    assertThat(stale.status()).isEqualTo(200);
    assertThat(stale.text()).isEqualTo("old");
    assertThat(stale.cacheStatus()).contains("detail=origin-down");
    assertThat(Integer.parseInt(stale.header("Age"))).isGreaterThanOrEqualTo(100);
    assertThat(edge.get("/strict").status()).isEqualTo(502);
    assertThat(edge.get("/too-old").status()).isEqualTo(502);
  }

  @Test
  void connectionsAreUsedAgainAndAClosedOneIsReplaced() throws Exception {
    origin.on(
        "/reuse",
        call -> {
          call.respond(200, "port " + call.socket().getPort(), "Cache-Control: no-store");
          if (call.uri().endsWith("?close")) {
            call.cut();
          }
        });

    // one client connection, so that all goes over one event loop
    try (Http client = new Http(edge.port())) {
      client.send("GET", "/reuse");
      String first = client.answer(false).text();
      client.send("GET", "/reuse?close");
      assertThat(client.answer(false).text()).isEqualTo(first);
      client.send("GET", "/reuse?again");
      assertThat(client.answer(false).text()).isNotEqualTo(first);
    }
  }

  @Test
  void headersOfOneHopStayThere() {
    origin.on(
        "/hop",
        call ->
            call.respond(
                200,
                "x",
                "Cache-Control: max-age=60",
                "Connection: keep-alive, X-Private",
                "Keep-Alive: timeout=5",
                "X-Private: 1",
                "X-Public: 2",
                "Proxy-Authenticate: Basic",
                "Tanada-Cache-Control: max-age=60"));

    Http.Answer answer =
        edge.get(
            "/hop",
            "Connection: close, X-Drop, X-Forwarded-For",
            "X-Drop: 1",
            "X-Forwarded-For: 1.2.3.4",
            "X-Forwarded-Proto: https",
            "TE: trailers",
            "Proxy-Authorization: Basic abc",
            "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

    assertThat(answer.header("X-Public")).isEqualTo("2");
    assertThat(answer.headers())
        .doesNotContainKeys(
            "X-Private", "Keep-Alive", "Proxy-Authenticate", "Tanada-Cache-Control");
    ScriptedOrigin.Call call = origin.calls("/hop").getFirst();
    assertThat(call.headers()).doesNotContainKeys("X-Drop", "TE", "Proxy-Authorization");
    assertThat(call.header("Host")).isEqualTo("shop.test");
    assertThat(call.header("X-Forwarded-For")).isEqualTo("1.2.3.4");
    assertThat(call.header("X-Forwarded-Proto")).isEqualTo("https");
    assertThat(call.header("Via")).isEqualTo("1.1 tanada-edge-1");
    assertThat(
            TestCredentials.verifier(ServiceName.LB)
                .caller(call.header("Tanada-Service-Credential")))
        .isEqualTo(ServiceName.EDGE);
    assertThat(call.header("traceparent"))
        .startsWith("00-0af7651916cd43dd8448eb211c80319c-")
        .doesNotContain("b7ad6b7169203331");
  }

  @Test
  void slowClientDoesNotMakeTheEdgeReadAhead() throws Exception {
    long total = 64L << 20;
    CountDownLatch done = new CountDownLatch(1);
    java.util.concurrent.atomic.AtomicLong written = new java.util.concurrent.atomic.AtomicLong();
    origin.on(
        "/slow",
        call -> {
          call.head(200, "Cache-Control: no-store", "Content-Length: " + total);
          byte[] part = new byte[65536];
          for (long at = 0; at < total; at += part.length) {
            call.write(part);
            written.addAndGet(part.length);
          }
          done.countDown();
        });

    try (Http client = new Http(edge.port())) {
      client.send("GET", "/slow");
      client.head();
      client.bytes(100);
      // the origin is stuck when nothing moved for a while: sockets' buffers are all that is full
      Poll.until(() -> {
        long before = written.get();
        return !done.await(300, TimeUnit.MILLISECONDS) && written.get() == before;
      });
      assertThat(written.get()).isLessThan(total / 2);
      assertThat(client.bytes((int) total - 100)).hasSize((int) total - 100);
    }
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
  }
}
