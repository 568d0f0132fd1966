package org.tanada.deploy.nginx;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.tanada.common.membership.Node;

/** A server of a tier that remembers what reached it and answers with its name. */
final class FakeTier implements AutoCloseable {
  /** What the answer to {@code /own-policy} carries. */
  static final Map<String, String> OWN_POLICY =
      Map.of(
          "Content-Security-Policy", "default-src 'self'",
          "X-Content-Type-Options", "nosniff",
          "X-Frame-Options", "SAMEORIGIN",
          "Referrer-Policy", "no-referrer",
          "Permissions-Policy", "usb=()",
          "Cross-Origin-Opener-Policy", "unsafe-none");

  final String name;
  final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final Map<String, String> labels;
  private final SSLContext tls;
  private final int port;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer server;

  FakeTier(String name, Map<String, String> labels) throws IOException {
    this(name, labels, null);
  }

  /** The same by TLS. */
  FakeTier(String name, Map<String, String> labels, SSLContext tls) throws IOException {
    this.name = name;
    this.labels = labels;
    this.tls = tls;
    this.server = start(0);
    this.port = server.getAddress().getPort();
  }

  Node node() {
    URI address = URI.create((tls == null ? "http" : "https") + "://127.0.0.1:" + port);
    return new Node(name, address, address, labels);
  }

  void stop() {
    server.stop(0);
  }

  void startAgain() throws IOException {
    server = start(port);
  }

  Seen last() {
    return seen.getLast();
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }

  private HttpServer start(int onPort) throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), onPort);
    HttpServer started;
    if (tls == null) {
      started = HttpServer.create(address, 64);
    } else {
      HttpsServer secured = HttpsServer.create(address, 64);
      secured.setHttpsConfigurator(new HttpsConfigurator(tls));
      started = secured;
    }
    started.setExecutor(executor);
    started.createContext("/", this::answer);
    started.start();
    return started;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      long length = 0;
      byte[] buffer = new byte[65536];
      for (int n; (n = exchange.getRequestBody().read(buffer)) >= 0; ) {
        length += n;
      }
      URI uri = exchange.getRequestURI();
      seen.add(
          new Seen(
              exchange.getRequestMethod(), uri.toString(), exchange.getRequestHeaders(), length));
      Headers answer = exchange.getResponseHeaders();
      answer.set("Tanada-Cache-Control", "max-age=60");
      answer.set("X-Accel-Redirect", "/actuator");
      byte[] body = name.getBytes(StandardCharsets.UTF_8);
      if (uri.getPath().equals("/big-page")) {
        answer.set("Content-Type", "text/html");
        answer.set("ETag", "\"v1\"");
        body = "<p>terraces</p>\n".repeat(1000).getBytes(StandardCharsets.UTF_8);
      }
      if (uri.getPath().equals("/own-policy")) {
        OWN_POLICY.forEach(answer::set);
      }
      int status =
          uri.getPath().startsWith("/status/")
              ? 503
              : uri.getPath().equals("/unchanged") ? 304 : 200;
      boolean empty = exchange.getRequestMethod().equals("HEAD") || status == 304;
      exchange.sendResponseHeaders(status, empty ? -1 : body.length);
      if (!empty) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  /** A request as it arrived. */
  record Seen(String method, String uri, Headers headers, long length) {}
}
