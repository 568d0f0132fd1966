package org.tanada.router.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.tanada.common.credential.testing.TestCredentials;
import org.tanada.common.http.NodeProperties;
import org.tanada.common.http.ProblemWriter;
import org.tanada.common.permission.Permissions;
import org.tanada.common.permission.ServiceName;
import org.tanada.common.tls.TlsProperties;
import org.tanada.common.tls.testing.TestTls;
import tools.jackson.databind.json.JsonMapper;

/** The data path as HTTP: over bare sockets, with calls that need no database. */
final class DataPathServerTests {
  private static final String CREDENTIAL = TestCredentials.of(ServiceName.APP, ServiceName.ROUTER);
  private static final int PATIENCE_MILLIS = 10_000;

  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch let = new CountDownLatch(1);
  private @Nullable DataPathServer server;
  private int port;
  private TlsProperties tls = new TlsProperties("");
  private SslBundles bundles = new DefaultSslBundleRegistry();

  @AfterEach
  void end() {
    let.countDown();
    if (server != null) {
      server.stop();
    }
  }

  @Test
  void connectionServesCallAfterCall() throws Exception {
    start(16);
    try (Peer peer = new Peer()) {
      assertThat(peer.call("POST", "/v1/echo", "one")).startsWith("HTTP/1.1 200").endsWith("one");
      assertThat(peer.call("POST", "/v1/echo", "two"))
          .contains("Server-Timing: db;dur=", "traceparent: 00-")
          .endsWith("two");
    }
  }

  @Test
  void answersWhatIsNotACallWithAProblem() throws Exception {
    start(16);
    try (Peer peer = new Peer()) {
      assertThat(peer.call("POST", "/v1/nothing", "x"))
          .startsWith("HTTP/1.1 404")
          .contains("application/problem+json");
      assertThat(peer.call("GET", "/v1/echo", ""))
          .startsWith("HTTP/1.1 405")
          .contains("Allow: POST", "/problems/method-not-allowed");
      assertThat(peer.call("POST", "/v1/fails", "x"))
          .startsWith("HTTP/1.1 500")
          .contains("/problems/internal")
          .doesNotContain("secret");
    }
    try (Peer peer = new Peer()) {
      peer.send("POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
      assertThat(peer.answer()).startsWith("HTTP/1.1 401").contains("WWW-Authenticate: Bearer");
    }
    try (Peer peer = new Peer()) {
      peer.send("NONSENSE\r\n\r\n");
      assertThat(peer.answer()).startsWith("HTTP/1.1 400").contains("/problems/malformed-request");
      assertThat(peer.ended()).isTrue();
    }
  }

  @Test
  void endlessHeadersEndTheConnection() throws Exception {
    start(16);
    try (Peer peer = new Peer()) {
      peer.send("POST /v1/echo HTTP/1.1\r\nX: " + "x".repeat(20_000) + "\r\n\r\n");
      assertThat(peer.ended()).isTrue();
    }
  }

  @Test
  void rowsAreForTheServicesThatTheTableNames() throws Exception {
    start(16);
    for (ServiceName stranger :
        List.of(ServiceName.EDGE, ServiceName.LB, ServiceName.STORAGE, ServiceName.FRONT)) {
      try (Peer peer = new Peer()) {
        peer.send(
            "POST /v1/echo HTTP/1.1\r\nHost: a\r\nTanada-Service-Credential: "
                + TestCredentials.of(stranger, ServiceName.ROUTER)
                + "\r\nContent-Length: 3\r\n\r\nrow");
        assertThat(peer.answer()).as(stranger.text()).startsWith("HTTP/1.1 403");
      }
    }
  }

  @Test
  void whoIsSilentWithinACallIsGivenUp() throws Exception {
    start(16);
    try (Peer peer = new Peer()) {
      peer.send(
          "POST /v1/echo HTTP/1.1\r\nHost: a\r\nTanada-Service-Credential: "
              + CREDENTIAL
              + "\r\nContent-Length: 10\r\n\r\nhalf");
      assertThat(peer.ended()).isTrue();
    }
  }

  @Test
  void whoDoesNotTakeTheAnswerIsGivenUp() throws Exception {
    start(1);
    try (Peer deaf = new Peer()) {
      deaf.request("POST", "/v1/floods", "x");
      try (Peer next = new Peer()) { // there is room for one
        assertThat(next.call("POST", "/v1/echo", "one")).endsWith("one");
      }
    }
  }

  @Test
  void moreThanTheLimitWaitUntilOneHasGone() throws Exception {
    start(1);
    Peer first = new Peer();
    assertThat(first.call("POST", "/v1/echo", "one")).endsWith("one");
    try (Peer second = new Peer()) {
      second.request("POST", "/v1/echo", "two");
      second.socket.setSoTimeout(200);
      assertThatThrownBy(second::answer).isInstanceOf(SocketTimeoutException.class);
      second.socket.setSoTimeout(PATIENCE_MILLIS);
      first.close();
      assertThat(second.answer()).endsWith("two");
    }
  }

  @Test
  void leavingLetsCallsEndAndIdleConnectionsGo() throws Exception {
    DataPathServer leaving = start(16);
    try (Peer idle = new Peer();
        Peer busy = new Peer()) {
      idle.call("POST", "/v1/echo", "x");
      busy.request("POST", "/v1/waits", "x");
      assertThat(entered.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();

      CompletableFuture<Void> left = CompletableFuture.runAsync(leaving::stop);

      assertThat(idle.ended()).isTrue();
      assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
          .isInstanceOf(ConnectException.class);
      assertThat(left).isNotDone();
      let.countDown();
      assertThat(busy.answer()).startsWith("HTTP/1.1 200").contains("Connection: close");
      left.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private DataPathServer start(int connections) {
    RowsCalls calls =
        new RowsCalls(
            Map.of(
                "/v1/echo",
                body -> body,
                "/v1/fails",
                body -> {
                  throw new IllegalStateException("secret");
                },
                "/v1/floods",
                body -> new byte[64 << 20], // more than sockets take by themselves
                "/v1/waits",
                body -> {
                  entered.countDown();
                  await();
                  return body;
                }));
    CallHandler handler =
        new CallHandler(
            calls,
            TestCredentials.verifier(ServiceName.ROUTER),
            Permissions.parse(
                "POST /v1/echo app\nPOST /v1/fails app\nPOST /v1/floods app\nPOST /v1/waits app"),
            new ProblemWriter(JsonMapper.builder().build()),
            new NodeProperties("router-1", "db", Duration.ZERO),
            new SimpleMeterRegistry());
    DataPathServer started =
        new DataPathServer(
            new DataPathProperties(
                "127.0.0.1",
                0,
                connections,
                Duration.ofSeconds(30),
                Duration.ofMillis(300),
                Duration.ofSeconds(10)),
            handler,
            new SimpleMeterRegistry(),
            tls,
            bundles);
    started.start();
    server = started;
    port = started.port();
    return started;
  }

  private void await() {
    try {
      let.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void speaksTlsWhereServicesDo() throws Exception {
    TestTls inside = new TestTls();
    tls = inside.properties();
    bundles = inside.bundles();
    start(16);
    try (Peer plain = new Peer()) {
      plain.request("POST", "/v1/echo", "one");
      assertThat(plain.answer()).doesNotContain("HTTP/1.1 200");
    }
    SSLSocketFactory sockets = inside.properties().trust().getSocketFactory();
    try (Peer peer = new Peer(sockets.createSocket(InetAddress.getLoopbackAddress(), port))) {
      assertThat(peer.call("POST", "/v1/echo", "one")).startsWith("HTTP/1.1 200").endsWith("one");
      assertThat(peer.call("POST", "/v1/echo", "two")).endsWith("two");
    }
  }

  /** A caller. */
  private final class Peer implements AutoCloseable {
    private final Socket socket;

    Peer() throws IOException {
      this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    Peer(Socket connected) throws IOException {
      socket = connected;
      socket.setSoTimeout(PATIENCE_MILLIS);
    }

    String call(String method, String path, String body) throws IOException {
      request(method, path, body);
      return answer();
    }

    void request(String method, String path, String body) throws IOException {
      send(
          method
              + " "
              + path
              + " HTTP/1.1\r\nHost: a\r\nTanada-Service-Credential: "
              + CREDENTIAL
              + "\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body);
    }

    void send(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** One answer, whose length is announced. */
    String answer() throws IOException {
      StringBuilder text = new StringBuilder();
      int end = Integer.MAX_VALUE;
      while (text.length() < end) {
        int next = socket.getInputStream().read();
        if (next < 0) {
          break;
        }
        text.append((char) next);
        if (end == Integer.MAX_VALUE && text.toString().endsWith("\r\n\r\n")) {
          end = text.length() + length(text.toString());
        }
      }
      return text.toString();
    }

    private static int length(String head) {
      return head.lines()
          .filter(line -> line.startsWith("Content-Length: "))
          .mapToInt(line -> Integer.parseInt(line.substring("Content-Length: ".length())))
          .findFirst()
          .orElse(0);
    }

    /** Whether the server ends the connection, whatever it says before. */
    boolean ended() throws IOException {
      try {
        socket.getInputStream().readAllBytes();
        return true;
      } catch (SocketTimeoutException e) {
        return false;
      } catch (java.net.SocketException e) {
        return true; // reset: it has not read all
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
