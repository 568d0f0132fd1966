package org.tanada.router;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.spy.memcached.ConnectionFactoryBuilder;
import net.spy.memcached.MemcachedClient;
import org.tanada.common.credential.testing.TestCredentials;
import org.tanada.common.http.TierClientProperties;
import org.tanada.common.http.TierClients;
import org.tanada.common.id.TanadaId;
import org.tanada.common.membership.LiveTiers;
import org.tanada.common.membership.Membership;
import org.tanada.common.membership.Node;
import org.tanada.common.permission.ServiceName;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.HttpRows;
import org.tanada.common.row.RowKey;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the data tier costs beside what it is made of, all on this machine in one run: {@code
 * bench/data.sh}. Each comparison is made several times by turns; the table has the medians.
 */
final class DataBench {
  private static final int SHARDS = 8;
  private static final int ROWS = 8000;
  private static final int BATCH = 50;
  private static final String SELECT =
      "SELECT id, user_id, version, created_at, updated_at, title, description, price_minor,"
          + " currency, state, content_id, content_type, content_size, published_at FROM ";

  private final Servers servers;
  private final List<Servers.Database> clusters;
  private final Map<Integer, Servers.Database> places = new HashMap<>();
  private final List<Long> ids = new ArrayList<>();
  private final Map<String, Long> processes = new HashMap<>();
  private final Random random = new Random(1);

  private DataBench() throws Exception {
    servers = Servers.get();
    clusters =
        List.of(
            servers.one(), servers.two(), servers.fresh("mysql-3-a"), servers.fresh("mysql-4-a"));
    processes.put("client", ProcessHandle.current().pid());
  }

  public static void main(String[] args) throws Exception {
    try {
      new DataBench().run();
    } finally {
      Servers.get().close();
    }
    Runtime.getRuntime().halt(0); // the loggers and pools of what was compared have ended their use
  }

  private void run() throws Exception {
    durable();
    System.out.println("| work | against | ours | theirs | ratio | goal |");
    System.out.println("|---|---|---|---|---|---|");
    String inventory =
        servers.databases()
            + "mysql-3:\n"
            + clusters.get(2).line()
            + "mysql-4:\n"
            + clusters.get(3).line();
    try (RouterProcess router = router("router-uncached", inventory)) {
      RowsContract rows = client(router);
      place();
      fill(rows);
      pids();
      processes.put("router", router.pid());
      part("uncached", () -> uncached(rows));
      part("sharded", () -> sharded(rows));
      part("written", () -> written(rows));
    }
    StringBuilder everything = new StringBuilder(inventory).append("memcached:\n");
    servers.memcached().forEach(node -> everything.append(node.line()));
    part(
        "cached",
        () -> {
          try (RouterProcess router =
              new RouterProcess(
                  "router-cached",
                  servers.inventory(everything.toString()),
                  SHARDS,
                  Map.of("tanada.router.cache.row-life", "1h"))) {
            processes.put("router", router.pid());
            cached(client(router));
          }
        });
    part("capacity", () -> CapacityBench.run(servers));
    part("move", () -> MoveBench.run(servers));
  }

  /** Does it if it is asked for: all parts, or those of {@code -Dparts=one,another}. */
  private static void part(String name, Part part) throws Exception {
    String asked = System.getProperty("parts", "");
    if (asked.isEmpty() || List.of(asked.split(",", -1)).contains(name)) {
      part.run();
    }
  }

  private interface Part {
    void run() throws Exception;
  }

  /** As an installation has it: a commit is on two disks. */
  private void durable() {
    List<Servers.Database> all = new ArrayList<>(clusters);
    all.add(servers.replica());
    for (Servers.Database database : all) {
      asRoot(
          database, "SET GLOBAL innodb_flush_log_at_trx_commit = 1", "SET GLOBAL sync_binlog = 1");
    }
    asRoot(
        servers.one(),
        "SET GLOBAL rpl_semi_sync_master_enabled = 1",
        "SET GLOBAL rpl_semi_sync_master_wait_point = AFTER_SYNC");
    asRoot(
        servers.replica(),
        "SET GLOBAL rpl_semi_sync_slave_enabled = 1",
        "STOP SLAVE",
        "START SLAVE");
  }

  private static void asRoot(Servers.Database database, String... statements) {
    try (Connection connection = database.connect("root", "")) {
      Servers.Database.run(connection, statements);
    } catch (SQLException e) {
      throw new IllegalStateException(String.join("; ", statements), e);
    }
  }

  private void pids() throws IOException {
    for (Servers.Database database : clusters) {
      processes.put(database.name, pid(servers, database));
    }
    processes.put(servers.replica().name, pid(servers, servers.replica()));
  }

  static long pid(Servers servers, Servers.Database database) throws IOException {
    return Long.parseLong(
        Files.readString(servers.directory.resolve(database.name + ".pid")).strip());
  }

  /** Which database has which shard. */
  private void place() throws SQLException {
    for (Servers.Database database : clusters) {
      try (Connection connection = database.connect();
          ResultSet schemas = connection.createStatement().executeQuery("SHOW SCHEMAS")) {
        while (schemas.next()) {
          if (schemas.getString(1).matches("tanada_\\d\\d")) {
            places.put(Integer.valueOf(schemas.getString(1).substring(7)), database);
          }
        }
      }
    }
  }

  private RouterProcess router(String name, String inventory) throws IOException {
    return new RouterProcess(name, servers.inventory(inventory), SHARDS, Map.of());
  }

  /** As the app servers call it. */
  static RowsContract client(RouterProcess router) {
    URI address = URI.create(router.address());
    Node node = new Node("router-1", address, URI.create(router.control()), Map.of());
    Membership only =
        new Membership() {
          @Override
          public List<Node> nodes(String tier) {
            return List.of(node);
          }

          @Override
          public Set<String> tiers() {
            return Set.of("router");
          }
        };
    LiveTiers tiers = new LiveTiers(only, Duration.ofSeconds(1), Duration.ofSeconds(1));
    TierClients clients =
        new TierClients(
            tiers,
            TestCredentials.issuer(ServiceName.APP),
            new TierClientProperties(Duration.ofSeconds(1), Duration.ofSeconds(10), 3, 20),
            JsonMapper.builder().build());
    RowsContract rows = new HttpRows(clients.caller("router"));
    Servers.await("the client finds the router", () -> rows.shards().count() == SHARDS);
    return rows;
  }

  private void fill(RowsContract rows) {
    for (int i = 0; i < ROWS; i += 100) {
      int shard = i / 100 % SHARDS;
      long owner = Router.id(shard);
      List<Write> writes = new ArrayList<>();
      for (int j = 0; j < 100; j++) {
        long id = Router.id(shard);
        ids.add(id);
        writes.add(
            Router.insert(
                "videos",
                id,
                Map.of(
                    "title",
                    "Video " + id,
                    "description",
                    "About 200 bytes of text. ".repeat(8),
                    "price_minor",
                    450,
                    "state",
                    "published")));
      }
      rows.commit(new Transaction(owner, writes, List.of(), "fill-" + owner, "f", null));
    }
  }

  private long id(int number) {
    return ids.get(Math.floorMod(number * 7919, ids.size()));
  }

  private List<RowKey> keys(int number) {
    List<RowKey> keys = new ArrayList<>(BATCH);
    for (int i = 0; i < BATCH; i++) {
      keys.add(new RowKey("videos", id(number * BATCH + i)));
    }
    return keys;
  }

  private String schema(long id) {
    return "tanada_%02d.videos".formatted(TanadaId.shard(id));
  }

  private Connection connection(Servers.Database database) throws SQLException {
    return DriverManager.getConnection(
        database.url("")
            + "&cachePrepStmts=true&useLocalSessionState=true&elideSetAutoCommits=true",
        Servers.ACCOUNT,
        Servers.PASSWORD);
  }

  private Servers.Database place(long id) {
    return places.get(TanadaId.shard(id));
  }

  /** One client reads rows by id that no cache has. */
  private void uncached(RowsContract rows) throws Exception {
    Map<Servers.Database, Connection> connections = new HashMap<>();
    for (Servers.Database database : clusters) {
      connections.put(database, connection(database));
    }
    Measured.Work jdbc =
        number -> {
          long id = id(number);
          try (PreparedStatement statement =
              connections.get(place(id)).prepareStatement(SELECT + schema(id) + " WHERE id = ?")) {
            statement.setLong(1, id);
            read(statement, 1);
          }
        };
    Measured.Work ours =
        number -> found(rows, List.of(new RowKey("videos", id(number))), Consistency.ANY);
    Comparison pair = Comparison.of(1, processes, ours, jdbc);
    pair.row("uncached read by id, 1 client, p50 µs", "JDBC point select", Measured::p50, "≤ 3");
    pair.row("the same, p99 µs", "the same", Measured::p99, "≤ 3");
    for (Connection connection : connections.values()) {
      connection.close();
    }
  }

  private static void found(RowsContract rows, List<RowKey> keys, Consistency consistency) {
    if (rows.read(new RowsContract.Read(keys, consistency)).rows().contains(null)) {
      throw new IllegalStateException("a row is missing");
    }
  }

  /** Batches of rows of all shards, without a cache. */
  private void sharded(RowsContract rows) throws Exception {
    Path configuration = servers.directory.resolve("shardingsphere.yaml");
    Files.writeString(configuration, ShardingSphere.configuration(places));
    String url = "jdbc:shardingsphere:absolutepath:" + configuration;
    try (Connection one = DriverManager.getConnection(url);
        Connection two = DriverManager.getConnection(url)) {
      String sql = SELECT + "videos WHERE id IN (" + "?, ".repeat(BATCH - 1) + "?)";
      Measured.Work theirs =
          number -> {
            try (PreparedStatement statement =
                (number >= 1_000_003 ? two : one).prepareStatement(sql)) {
              int index = 1;
              for (RowKey key : keys(number)) {
                statement.setLong(index++, key.id());
              }
              read(statement, BATCH);
            }
          };
      Comparison.of(2, processes, number -> found(rows, keys(number), Consistency.ANY), theirs)
          .row(
              "batch of 50 rows over 4 clusters, uncached, CPU µs of router and its client",
              "ShardingSphere-JDBC 5.5.2, its client",
              m -> m.cpuOf("router", "client"),
              m -> m.cpuOf("client"),
              "≤ 0.33");
    }
  }

  private static void read(PreparedStatement statement, int rows) throws SQLException {
    int count = 0;
    try (ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        count++;
        for (int column = 1; column <= 14; column++) {
          result.getObject(column);
        }
      }
    }
    if (count != rows) {
      throw new SQLException(count + " rows instead of " + rows);
    }
  }

  /** One row is written, and the answer is a token. */
  private void written(RowsContract rows) throws Exception {
    long id =
        ids.stream().filter(one -> place(one).equals(servers.one())).findFirst().orElseThrow();
    long owner =
        rows.read(new RowsContract.Read(List.of(new RowKey("videos", id)), Consistency.PRIMARY))
            .rows()
            .getFirst()
            .owner();
    try (Connection connection = connection(place(id))) {
      connection.setAutoCommit(false);
      Measured.Work jdbc =
          number -> {
            try (PreparedStatement statement =
                connection.prepareStatement(
                    "UPDATE " + schema(id) + " SET title = ? WHERE id = ?")) {
              statement.setString(1, "t" + random.nextLong());
              statement.setLong(2, id);
              statement.executeUpdate();
            }
            connection.commit();
          };
      Measured.Work ours =
          number ->
              rows.commit(
                  new Transaction(
                      owner,
                      List.of(Router.update("videos", id, null, Map.of("title", "t" + number))),
                      List.of(),
                      "w" + random.nextLong(),
                      "f",
                      null));
      Comparison.of(1, processes, ours, jdbc)
          .row(
              "write of one row with token, 1 client, p50 µs",
              "JDBC commit, semi-sync",
              Measured::p50,
              "≤ 1.5");
    }
  }

  /** Rows that memcached has. */
  private void cached(RowsContract rows) throws Exception {
    for (int i = 0; i < 3 * ids.size(); i += BATCH) { // a cache may miss some of many at once
      int from = i % ids.size();
      List<RowKey> keys =
          ids.subList(from, Math.min(from + BATCH, ids.size())).stream()
              .map(id -> new RowKey("videos", id))
              .toList();
      rows.read(new RowsContract.Read(keys, Consistency.ANY));
    }
    MemcachedClient memcached =
        new MemcachedClient(
            new ConnectionFactoryBuilder()
                .setProtocol(ConnectionFactoryBuilder.Protocol.BINARY)
                .setLocatorType(ConnectionFactoryBuilder.Locator.CONSISTENT)
                .setHashAlg(net.spy.memcached.DefaultHashAlgorithm.KETAMA_HASH)
                .setDaemon(true)
                .build(),
            servers.memcached().stream()
                .map(node -> new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), node.port))
                .toList());
    Servers.await("memcached is connected", () -> memcached.getAvailableServers().size() == 2);
    Comparison one =
        Comparison.of(
            8,
            processes,
            number ->
                rows.read(
                    new RowsContract.Read(
                        List.of(new RowKey("videos", id(number))), Consistency.ANY)),
            number -> {
              if (memcached.get("r3:videos:" + id(number), new RawEntries()) == null) {
                throw new IllegalStateException("not cached");
              }
            });
    one.row(
        "cached read by id, router's CPU µs with HTTP",
        "bare spymemcached get",
        m -> m.cpuOf("router"),
        m -> m.cpuOf("client"),
        "≤ 2.5");
    one.zero(
        "database CPU µs of a cached read",
        m -> m.cpuOf("mysql-1-a", "mysql-1-b", "mysql-2-a", "mysql-3-a", "mysql-4-a"));
    Comparison.of(
            4,
            processes,
            number -> rows.read(new RowsContract.Read(keys(number), Consistency.ANY)),
            number -> {
              List<String> names =
                  keys(number).stream().map(key -> "r3:videos:" + key.id()).toList();
              if (memcached.getBulk(names, new RawEntries()).size() != BATCH) {
                throw new IllegalStateException("not cached");
              }
            })
        .row(
            "batch of 50 cached rows, router's CPU µs with HTTP",
            "bare getBulk of 50",
            m -> m.cpuOf("router"),
            m -> m.cpuOf("client"),
            "≤ 2");
    memcached.shutdown();
  }
}
