package org.tanada.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tanada.common.testing.Poll;

/** What the gateway does when app servers are lost, slow or leaving. */
@Timeout(60)
class FailureTests {
  static Gateway gateway;

  FakeApp good;

  @BeforeAll
  static void start() {
    gateway = new Gateway(List.of(), "tanada.balancer.upstream.head-timeout=1s");
  }

  @AfterAll
  static void end() {
    gateway.close();
  }

  @BeforeEach
  void startApp() throws Exception {
    good = new FakeApp("app-good");
  }

  @AfterEach
  void endApp() {
    gateway.changeTo();
    good.close();
  }

  @Test
  void withoutServersTheAnswerIsUnavailable() throws Exception {
    gateway.changeTo();

    HttpResponse<String> response = gateway.get("/");

    GatewayTests.assertProblem(response, 503, "unavailable");
    assertThat(response.headers().firstValue("retry-after")).isPresent();
    Poll.until(() -> gateway.control("/actuator/health/readiness", false).statusCode() == 503);
  }

  @Test
  void aDeadServerIsSkippedForEveryMethodAndComesBack() throws Exception {
    try (FakeApp other = new FakeApp("app-other")) {
      gateway.changeTo(good.node(), other.node());
      other.kill();
      for (int i = 0; i < 20; i++) {
        assertThat(gateway.get("/").body()).isEqualTo("app-good");
        assertThat(post("/api/v1/orders", "{\"videoId\":\"1\"}").body()).isEqualTo("app-good");
      }
      assertThat(good.seen).hasSize(40);

      other.revive();

      Poll.until(() -> gateway.get("/").body().equals("app-other"));
    }
  }

  @Test
  void aReadThatIsLostIsRepeatedOnAnotherServer() throws Exception {
    try (ScriptedServer bad = new ScriptedServer(client -> {})) {
      gateway.changeTo(bad.node(), good.node());
      for (int i = 0; i < 10; i++) {
        HttpResponse<String> response = gateway.get("/videos/" + i);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("app-good");
      }
      assertThat(bad.heads).isNotEmpty();
    }
  }

  @Test
  void aShortAnswerThatBreaksOffIsAskedForOnAnotherServer() throws Exception {
    try (ScriptedServer bad =
        new ScriptedServer(client ->
            client
                .getOutputStream()
                .write(ScriptedServer.text("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\napp-")))) {
      gateway.changeTo(bad.node(), good.node());
      for (int i = 0; i < 10; i++) {
        HttpResponse<String> response = gateway.get("/videos/" + i);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("app-good");
        assertThat(response.headers().allValues("content-length")).hasSize(1);
      }
      assertThat(bad.heads).isNotEmpty();

      gateway.changeTo(bad.node());

      GatewayTests.assertProblem(gateway.get("/"), 502, "upstream-failed");
    }
  }

  @Test
  void aChangeThatIsLostIsNeverSentTwice() throws Exception {
    try (ScriptedServer bad = new ScriptedServer(client -> {})) {
      gateway.changeTo(bad.node(), good.node());
      int failed = 0;
      for (int i = 0; i < 6; i++) {
        HttpResponse<String> response = post("/api/v1/orders", "{}");
        if (response.statusCode() == 502) {
          failed++;
          GatewayTests.assertProblem(response, 502, "upstream-failed");
        }
      }
      assertThat(failed).isEqualTo(bad.heads.size()).isPositive();
      assertThat(good.seen).hasSize(6 - failed);
    }
  }

  @Test
  void aServerThatIsLeavingIsSkippedForReads() throws Exception {
    try (FakeApp leaving = new FakeApp("app-leaving")) {
      leaving.draining = true;
      gateway.changeTo(leaving.node(), good.node());
      for (int i = 0; i < 10; i++) {
        assertThat(gateway.get("/").body()).isEqualTo("app-good");
      }
      assertThat(leaving.seen).isNotEmpty();

      gateway.changeTo(leaving.node());

      assertThat(gateway.get("/").statusCode()).isEqualTo(503);
      assertThat(gateway.get("/").body()).isEqualTo("app-leaving");
    }
  }

  @Test
  void aServerThatIsNotReadyGetsNothingMore() throws Exception {
    try (FakeApp leaving = new FakeApp("app-leaving")) {
      gateway.changeTo(leaving.node(), good.node());
      leaving.ready = false;
      Poll.until(() -> {
        int before = leaving.seen.size();
        gateway.get("/");
        gateway.get("/");
        return leaving.seen.size() == before;
      });
      for (int i = 0; i < 10; i++) {
        assertThat(gateway.get("/").body()).isEqualTo("app-good");
      }
    }
  }

  @Test
  void aSlowServerIsATimeoutAndIsNotRepeated() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (ScriptedServer slow = new ScriptedServer(client -> wait(end))) {
      gateway.changeTo(slow.node());

      GatewayTests.assertProblem(gateway.get("/"), 504, "upstream-timeout");

      assertThat(slow.heads).hasSize(1);
    } finally {
      end.countDown();
    }
  }

  @Test
  void anAnswerThatIsCutOffIsNotMadeWhole() throws Exception {
    for (String framing : List.of("Content-Length: 1000000", "Transfer-Encoding: chunked")) {
      String start = "HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n";
      String part = framing.startsWith("T") ? "5\r\nhello\r\n" : "hello";
      try (ScriptedServer cut =
          new ScriptedServer(
              client -> client.getOutputStream().write(ScriptedServer.text(start + part)))) {
        gateway.changeTo(cut.node());

        assertThatThrownBy(() -> gateway.get("/")).isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void anAnswerThatIsNotHttpIsABadGateway() throws Exception {
    try (ScriptedServer odd =
        new ScriptedServer(
            client -> client.getOutputStream().write(ScriptedServer.text("hello there\r\n\r\n")))) {
      gateway.changeTo(odd.node());

      GatewayTests.assertProblem(gateway.get("/"), 502, "upstream-failed");
    }
  }

  @Test
  void fieldsOfTheServersConnectionEndHere() throws Exception {
    String answer =
        """
        HTTP/1.1 200 OK\r
        Connection: close, X-Hop\r
        X-Hop: secret\r
        Keep-Alive: timeout=5\r
        Content-Length: 2\r
        \r
        ok\
        """;
    try (ScriptedServer server =
        new ScriptedServer(client -> client.getOutputStream().write(ScriptedServer.text(answer)))) {
      gateway.changeTo(server.node());

      HttpResponse<String> response = gateway.get("/");

      assertThat(response.body()).isEqualTo("ok");
      assertThat(response.headers().map()).doesNotContainKeys("x-hop", "keep-alive");
    }
  }

  @Test
  void aRequestInProgressIsFinishedWhenTheGatewayLeaves() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch reached = new CountDownLatch(1);
    try (ScriptedServer server =
        new ScriptedServer(client -> {
          reached.countDown();
          wait(go);
          client
              .getOutputStream()
              .write(ScriptedServer.text("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
        })) {
      Gateway leaving = new Gateway(List.of(server.node()));
      CompletableFuture<HttpResponse<String>> answer =
          leaving.client.sendAsync(leaving.to("/").build(), HttpResponse.BodyHandlers.ofString());
      reached.await();
      CompletableFuture<Void> closed = CompletableFuture.runAsync(leaving::stop);
      Poll.until(() -> !closed.isDone() && leaving.isLeaving());
      go.countDown();

      assertThat(answer.get(10, TimeUnit.SECONDS).body()).isEqualTo("ok");
      closed.get(30, TimeUnit.SECONDS);
      leaving.close();
    }
  }

  private static HttpResponse<String> post(String path, String body) throws Exception {
    return gateway.send(gateway.to(path).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static void wait(CountDownLatch latch) {
    try {
      latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
