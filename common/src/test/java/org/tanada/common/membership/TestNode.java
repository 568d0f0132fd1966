package org.tanada.common.membership;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A real server of a tier whose health and answers a test sets. */
public final class TestNode implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger probes = new AtomicInteger();
  private final Node node;
  private volatile boolean ready = true;
  private volatile IntConsumer prober = port -> {};
  private volatile HttpHandler handler = exchange -> answer(exchange, 200, "{}");

  /** Starts a server that is ready and answers everything with an empty object. */
  public TestNode(String name) {
    this(name, null);
  }

  /** The same by TLS, as that shows it. */
  public TestNode(String name, @Nullable SSLContext tls) {
    InetSocketAddress anywhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try {
      if (tls == null) {
        server = HttpServer.create(anywhere, 0);
      } else {
        HttpsServer secured = HttpsServer.create(anywhere, 0);
        secured.setHttpsConfigurator(new HttpsConfigurator(tls));
        server = secured;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String scheme = tls == null ? "http" : "https";
    URI address = URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort());
    node = new Node(name, address, address, Map.of());
    server.setExecutor(threads);
    server.createContext(
        "/actuator/health/readiness",
        exchange -> {
          prober.accept(exchange.getRemoteAddress().getPort());
          probes.incrementAndGet();
          answer(exchange, ready ? 200 : 503, "{}");
        });
    server.createContext(
        "/",
        exchange -> {
          calls.incrementAndGet();
          handler.handle(exchange);
        });
    server.start();
  }

  /** Where it is. */
  public Node node() {
    return node;
  }

  /** Whether its probes say that it is ready. */
  public void ready(boolean isReady) {
    ready = isReady;
  }

  /** Who is told from which port each probe came. */
  public void probedBy(IntConsumer who) {
    prober = who;
  }

  /** How it answers calls. */
  public void answers(HttpHandler how) {
    handler = how;
  }

  /** Probes that arrived. */
  public int probes() {
    return probes.get();
  }

  /** Calls that arrived, probes not counted. */
  public int calls() {
    return calls.get();
  }

  /** Answers with a text. */
  public static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getRequestBody().readAllBytes();
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
