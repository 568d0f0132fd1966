package org.tanada.router;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;
import org.tanada.common.credential.testing.TestCredentials;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.permission.ServiceName;
import org.tanada.common.problem.Problem;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.EffectsContract;
import org.tanada.common.row.Row;
import org.tanada.common.row.RowKey;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.ShardsContract;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;
import org.tanada.router.server.DataPathServer;
import tools.jackson.databind.json.JsonMapper;

/** A router process within the test, and a client of its contract over HTTP. */
final class Router implements AutoCloseable {
  private static final IdGenerator IDS =
      new IdGenerator(InstantSource.system(), RandomGenerator.getDefault());
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static Router shared;

  static {
    // Logback as logback-test.xml says: Boot's set-up of it fails where two routers start at once
    System.setProperty(LoggingSystem.SYSTEM_PROPERTY, LoggingSystem.NONE);
  }

  final ConfigurableApplicationContext context;
  final String address;
  final RestClient http;
  final RestClient control;
  final RowsContract rows;
  final ShardsContract shards;
  final EffectsContract effects;

  Router(String name, Path inventory, int shards) {
    this(name, inventory, shards, Map.of());
  }

  Router(String name, Path inventory, int shards, Map<String, Object> more) {
    this(name, inventory, shards, more, InstantSource.system());
  }

  Router(String name, Path inventory, int shards, Map<String, Object> more, InstantSource clock) {
    Map<String, Object> properties = new HashMap<>(more);
    properties.put("tanada.node", name);
    properties.put("tanada.drain-delay", "0ms");
    properties.put("tanada.membership.file", inventory.toString());
    properties.put("tanada.membership.refresh", "100ms");
    properties.put(
        "tanada.credential.directory", TestCredentials.directory(ServiceName.ROUTER).toString());
    properties.put("tanada.secret.database-password", Servers.PASSWORD);
    properties.put("tanada.router.virtual-shards", String.valueOf(shards));
    properties.put("server.port", "0");
    properties.put("tanada.router.data-path.port", "0");
    properties.put("server.address", "127.0.0.1");
    context =
        new SpringApplicationBuilder(RouterApplication.class)
            .web(WebApplicationType.SERVLET)
            .properties(properties)
            .initializers(fresh ->
                ((GenericApplicationContext) fresh)
                    .registerBean(
                        "testClock",
                        InstantSource.class,
                        () -> clock,
                        definition -> definition.setPrimary(true)))
            .run(
                properties.entrySet().stream()
                    .map(entry -> "--" + entry.getKey() + "=" + entry.getValue())
                    .toArray(String[]::new));
    address = "http://127.0.0.1:" + context.getBean(DataPathServer.class).port();
    http = client(address);
    control =
        client("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port"));
    rows = proxies(http).createClient(RowsContract.class);
    this.shards = proxies(control).createClient(ShardsContract.class);
    this.effects = proxies(control).createClient(EffectsContract.class);
  }

  private static RestClient client(String address) {
    return RestClient.builder()
        .requestFactory(new JdkClientHttpRequestFactory()) // as many connections as are needed
        .baseUrl(address)
        .defaultHeader(
            TanadaHeaders.SERVICE_CREDENTIAL,
            TestCredentials.of(ServiceName.OPERATOR, ServiceName.ROUTER))
        .defaultStatusHandler(
            HttpStatusCode::isError,
            (request, response) -> {
              throw ProblemException.of(
                  MAPPER.readValue(response.getBody().readAllBytes(), Problem.class));
            })
        .build();
  }

  private static HttpServiceProxyFactory proxies(RestClient http) {
    return HttpServiceProxyFactory.builderFor(RestClientAdapter.create(http)).build();
  }

  /** One router over all servers, shared by the tests that do not break anything. */
  static synchronized Router get() {
    if (shared == null) {
      Servers servers = Servers.get();
      shared = new Router("router-1", servers.inventory(servers.everything()), 8);
      shared.awaitReady();
    }
    return shared;
  }

  boolean ready() {
    return control
            .get()
            .uri("/actuator/health/readiness")
            .exchange((request, response) -> response.getStatusCode().value())
        == 200;
  }

  void awaitReady() {
    Servers.await("the router is ready", this::ready);
  }

  /** A new id in the shard. */
  static long id(int shard) {
    return IDS.next(shard);
  }

  /** A transaction with a key of its own. */
  Transaction.Committed commit(long owner, Write... writes) {
    return rows.commit(transaction(owner, List.of(writes), List.of(), "key-" + id(0)));
  }

  static Transaction transaction(
      long owner, List<Write> writes, List<Transaction.Effect> effects, String key) {
    return new Transaction(owner, writes, effects, key, "fingerprint", null);
  }

  static Write insert(String table, long id, Map<String, Object> values) {
    return new Write(Write.Operation.INSERT, table, id, null, values, Map.of());
  }

  static Write update(String table, long id, Long version, Map<String, Object> values) {
    return new Write(Write.Operation.UPDATE, table, id, version, values, Map.of());
  }

  static Write user(long id, String name) {
    return insert(
        "users",
        id,
        Map.of(
            "email",
            name + "@example.org",
            "username",
            name,
            "display_name",
            name,
            "roles",
            "user"));
  }

  static Write video(long id, String title, String state) {
    return insert("videos", id, Map.of("title", title, "price_minor", 450, "state", state));
  }

  Row find(String table, long id, Consistency consistency) {
    return rows.read(new RowsContract.Read(List.of(new RowKey(table, id)), consistency))
        .rows()
        .getFirst();
  }

  @Override
  public void close() {
    context.close();
  }
}
