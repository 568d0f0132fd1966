package org.tanada.balancer;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.tanada.common.membership.Node;

/** An app server that answers with its name and remembers what reached it. */
final class FakeApp implements AutoCloseable {
  final String name;
  final List<Seen> seen = new CopyOnWriteArrayList<>();
  volatile boolean ready = true;
  volatile boolean draining;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final int port;
  private HttpServer server;

  FakeApp(String name) throws IOException {
    this.name = name;
    this.server = start(0);
    this.port = server.getAddress().getPort();
  }

  Node node() {
    URI address = URI.create("http://127.0.0.1:" + port);
    return new Node(name, address, address, Map.of());
  }

  void kill() {
    server.stop(0);
  }

  void revive() throws IOException {
    server = start(port);
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }

  private HttpServer start(int onPort) throws IOException {
    HttpServer started =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), onPort), 256);
    started.setExecutor(executor);
    started.createContext("/", this::answer);
    started.createContext("/actuator/health/readiness", this::readiness);
    started.start();
    return started;
  }

  private void readiness(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(ready ? 200 : 503, -1);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      long length = 0;
      try (InputStream in = exchange.getRequestBody()) {
        byte[] buffer = new byte[65536];
        for (int n; (n = in.read(buffer)) >= 0; ) {
          length += n;
        }
      }
      String target = exchange.getRequestURI().toString();
      seen.add(new Seen(exchange.getRequestMethod(), target, exchange.getRequestHeaders(), length));
      Headers answer = exchange.getResponseHeaders();
      answer.set("Server-Timing", "app;dur=1.00;desc=\"" + name + "\", db;dur=0.50;desc=\"r\"");
      answer.set("Tanada-Node", name);
      answer.set("X-Hop", "secret");
      answer.set("ETag", "\"v1\"");
      byte[] body = name.getBytes(StandardCharsets.UTF_8);
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(draining ? 503 : 200, head ? -1 : body.length);
      if (!head) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  /** A request as it arrived. */
  record Seen(String method, String target, Headers headers, long length) {}
}
