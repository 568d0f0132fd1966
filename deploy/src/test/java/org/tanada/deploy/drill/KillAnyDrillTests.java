package org.tanada.deploy.drill;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Is the drill's checker awake? Each promise is broken once by a small shop that lies. */
class KillAnyDrillTests {
  private enum Lie {
    NONE,
    FORGETS_AN_ACKNOWLEDGED_WRITE,
    FAILS_A_SAFE_REQUEST,
    CHANGES_AN_ACKNOWLEDGED_WRITE
  }

  private final JsonMapper json = JsonMapper.builder().build();
  private final Map<String, String> titles = new ConcurrentHashMap<>();
  private final Map<String, String> keys = new ConcurrentHashMap<>();
  private final AtomicInteger ids = new AtomicInteger(1000);
  private final AtomicReference<Lie> lie = new AtomicReference<>(Lie.NONE);
  private HttpServer server;

  @BeforeEach
  void open() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  @Test
  void anHonestShopKeepsItsPromises() {
    Verdict verdict = drill(Lie.NONE);

    assertThat(verdict.broken()).isEmpty();
    assertThat(verdict.held()).isTrue();
    assertThat(verdict.figures()).anyMatch(line -> line.contains("writes acknowledged"));
  }

  @Test
  void aLostWriteIsFound() {
    assertThat(drill(Lie.FORGETS_AN_ACKNOWLEDGED_WRITE).broken())
        .singleElement()
        .asString()
        .contains("acknowledged writes are lost");
  }

  @Test
  void aChangedWriteIsFound() {
    assertThat(drill(Lie.CHANGES_AN_ACKNOWLEDGED_WRITE).broken())
        .singleElement()
        .asString()
        .contains("instead of Drill");
  }

  @Test
  void aFailedSafeRequestIsFound() {
    assertThat(drill(Lie.FAILS_A_SAFE_REQUEST).broken())
        .singleElement()
        .asString()
        .contains("safe requests failed");
  }

  @Test
  void aWriteDoneTwiceIsFound() {
    Ledger ledger = new Ledger();

    ledger.acknowledged("key", write("1"));
    ledger.acknowledged("key", write("2"));

    assertThat(ledger.broken()).singleElement().asString().contains("done twice");
  }

  @Test
  void aNodeThatStaysDownIsFound() {
    Verdict verdict =
        new KillAnyDrill(Duration.ofMillis(300))
            .run(
                new OneServer() {
                  @Override
                  public void awaitReady(Duration limit) {
                    throw new IllegalStateException("app-1 is down");
                  }
                },
                new Drill.Settings(1, 0),
                line -> {});

    assertThat(verdict.broken()).singleElement().asString().contains("app-1 is down");
  }

  private static Ledger.Acknowledged write(String id) {
    Instant now = Instant.now();
    return new Ledger.Acknowledged("/" + id, id, "title", "t", account(), now, now);
  }

  private Verdict drill(Lie told) {
    lie.set(told);
    return new KillAnyDrill(Duration.ofMillis(300))
        .run(new OneServer(), new Drill.Settings(1, 0), line -> {});
  }

  private static org.tanada.deploy.shop.ShopClient.Account account() {
    return new org.tanada.deploy.shop.ShopClient.Account("1", "u", "u@example.net", "token");
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String call = exchange.getRequestMethod() + " " + path;
    JsonNode body = json.readTree(exchange.getRequestBody().readAllBytes());
    switch (call) {
      case "POST /api/v1/users" -> reply(exchange, 201, "{\"id\":\"1\"}");
      case "POST /api/v1/tokens" -> reply(exchange, 201, "{\"accessToken\":\"token\"}");
      case "POST /api/v1/sessions" -> {
        exchange.getResponseHeaders().add("Set-Cookie", "tanada-session=secret; Path=/");
        reply(exchange, 201, "{}");
      }
      case "POST /api/v1/videos" -> {
        String key = String.valueOf(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
        String id = keys.computeIfAbsent(key, k -> String.valueOf(ids.incrementAndGet()));
        titles.put(id, body.get("title").asString());
        if (id.equals("1005") && lie.get() == Lie.FORGETS_AN_ACKNOWLEDGED_WRITE) {
          titles.remove(id);
        }
        if (id.equals("1005") && lie.get() == Lie.CHANGES_AN_ACKNOWLEDGED_WRITE) {
          titles.put(id, "something else");
        }
        reply(exchange, 201, "{\"id\":\"" + id + "\"}");
      }
      case "GET /" -> reply(exchange, lie.get() == Lie.FAILS_A_SAFE_REQUEST ? 502 : 200, "{}");
      default -> {
        String id = path.substring(path.lastIndexOf('/') + 1);
        String title = titles.get(id);
        boolean list = !path.startsWith("/api/v1/videos/");
        reply(
            exchange,
            list || title != null ? 200 : 404,
            json.writeValueAsString(Map.of("title", title == null ? "" : title)));
      }
    }
  }

  private static void reply(HttpExchange exchange, int status, String body) throws IOException {
    Replies.send(exchange, status, body.getBytes(StandardCharsets.UTF_8));
  }

  /** The lying shop as an installation of two app servers; killing does nothing to it. */
  private class OneServer extends StillInstallation {
    OneServer() {
      super(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    }

    @Override
    public List<String> nodes(String tier) {
      return tier.equals("app") ? List.of("app-1", "app-2") : List.of();
    }
  }
}
