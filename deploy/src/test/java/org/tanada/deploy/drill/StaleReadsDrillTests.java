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
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.ShardsContract;
import org.tanada.common.row.ShardsContract.ClusterState;
import org.tanada.common.row.ShardsContract.MemberState;
import tools.jackson.databind.json.JsonMapper;

/** Is the drill's checker awake? A small shop whose reads lag as a replica's do. */
class StaleReadsDrillTests {
  private final JsonMapper json = JsonMapper.builder().build();
  private final AtomicInteger users = new AtomicInteger();
  private final Map<String, String> titles = new ConcurrentHashMap<>();
  private final Map<String, String> before = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> reads = new ConcurrentHashMap<>();
  private volatile boolean heedsTokens = true;
  private volatile boolean canLag = true;
  private volatile boolean lags;
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
  void withoutTokensStaleReadsAreCountedAndAreNoFailure() {
    Verdict verdict = drill();

    assertThat(verdict.broken()).isEmpty();
    assertThat(verdict.figures().getFirst())
        .doesNotContain("without tokens: 0 of")
        .contains("seen");
    assertThat(verdict.figures().get(1)).startsWith("with tokens: 0 of ");
    assertThat(verdict.figures().getLast()).isEqualTo("replicas' greatest lag: mysql-1-b 1 s");
  }

  @Test
  void replicasLagNoMoreWhenItIsOver() {
    drill();

    assertThat(lags).isFalse();
  }

  @Test
  void aStaleReadWithATokenIsFound() {
    heedsTokens = false;

    assertThat(drill().broken())
        .singleElement()
        .asString()
        .contains("reads with a token were stale");
  }

  @Test
  void whereNothingLagsNothingIsStale() {
    canLag = false;

    assertThat(drill().figures().getFirst()).startsWith("without tokens: 0 of ");
  }

  private Verdict drill() {
    return new StaleReadsDrill(Duration.ofMillis(500))
        .run(new Shop(), new Drill.Settings(1, 0), line -> {});
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String query = exchange.getRequestURI().getQuery();
    byte[] body = exchange.getRequestBody().readAllBytes();
    String method = exchange.getRequestMethod();
    if (path.equals("/api/v1/users")) { // each in a virtual shard of its own
      reply(exchange, 201, Map.of("id", String.valueOf((long) users.incrementAndGet() << 12)));
    } else if (path.equals("/api/v1/tokens")) {
      reply(exchange, 201, Map.of("accessToken", "of-" + users.get()));
    } else if (path.equals("/api/v1/videos") && method.equals("POST")) {
      reply(exchange, 201, Map.of("id", "video-" + token(exchange)));
    } else if (path.equals("/api/v1/videos")) {
      String owner = "of-" + (Long.parseLong(query.substring(query.lastIndexOf('=') + 1)) >> 12);
      boolean token = exchange.getRequestHeaders().containsKey("Tanada-Consistency");
      boolean lagging =
          lags
              && !(token && heedsTokens)
              && reads.computeIfAbsent(owner, o -> new AtomicInteger()).incrementAndGet() % 2 == 1;
      String title = String.valueOf((lagging ? before : titles).get(owner));
      reply(exchange, 200, Map.of("items", List.of(Map.of("title", title))));
    } else if (method.equals("PATCH")) {
      String owner = token(exchange);
      before.put(owner, titles.getOrDefault(owner, "Edition 0"));
      titles.put(owner, json.readTree(body).get("title").asString());
      reads.remove(owner);
      exchange.getResponseHeaders().add("Tanada-Consistency", "1.a.b");
      reply(exchange, 200, Map.of());
    } else {
      reply(exchange, path.endsWith("/content") ? 201 : 200, Map.of());
    }
  }

  private static String token(HttpExchange exchange) {
    return exchange.getRequestHeaders().getFirst("Authorization").substring("Bearer ".length());
  }

  private void reply(HttpExchange exchange, int status, Object body) throws IOException {
    Replies.send(exchange, status, json.writeValueAsString(body).getBytes(StandardCharsets.UTF_8));
  }

  /** The small shop as an installation. */
  private class Shop extends StillInstallation {
    Shop() {
      super(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    }

    @Override
    public void delayReplicas(Duration delay) {
      lags = canLag && delay.isPositive();
    }

    @Override
    public DataTier data() {
      return new Databases();
    }
  }

  /** Of one cluster, whose replica says how far it is behind. */
  private class Databases implements DataTier {
    @Override
    public List<ClusterState> clusters() {
      return List.of(
          new ClusterState(
              1,
              0,
              null,
              List.of(
                  new MemberState("mysql-1-a", "primary", 0, null, "", ""),
                  new MemberState("mysql-1-b", "replica", 0, lags ? 1L : 0L, "", ""))));
    }

    @Override
    public List<RowsContract> routers() {
      throw new UnsupportedOperationException();
    }

    @Override
    public ShardsContract.Listing shards() {
      throw new UnsupportedOperationException();
    }

    @Override
    public String promote(int cluster) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean promotes() {
      return false;
    }

    @Override
    public void move(int shard, int cluster) {
      throw new UnsupportedOperationException();
    }
  }
}
