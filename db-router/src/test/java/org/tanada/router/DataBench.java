package org.tanada.router;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import net.spy.memcached.ConnectionFactoryBuilder;
import net.spy.memcached.MemcachedClient;
import org.tanada.common.http.TierClientProperties;
import org.tanada.common.http.TierClients;
import org.tanada.common.membership.LiveTiers;
import org.tanada.common.membership.Node;
import org.tanada.common.row.Consistency;
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
  private static final int TURNS = 5;
  private static final double SECONDS = Double.parseDouble(System.getProperty("seconds", "4"));
  private static final String SELECT =
      "SELECT id, user_id, version, created_at, updated_at, title, description, price_minor,"
          + " currency, state, content_id, content_type, content_size, published_at FROM ";

  private final Servers servers;
  private final List<Long> ids = new ArrayList<>();
  private final Map<String, Long> processes = new HashMap<>();
  private final Random random = new Random(1);

  private DataBench() throws Exception {
    servers = Servers.get();
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
    try (RouterProcess router = router("router-uncached", servers.databases())) {
      fill(router);
      pids();
      processes.put("router", router.pid());
      RowsContract rows = client(router);
      uncached(rows);
      written(rows);
    }
    try (RouterProcess router = router("router-cached", servers.everything())) {
      processes.put("router", router.pid());
      RowsContract rows = client(router);
      cached(rows);
    }
  }

  /** As an installation has it: a commit is on two disks. */
  private void durable() {
    for (Servers.Database database : List.of(servers.one(), servers.two(), servers.replica())) {
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
    for (Servers.Database database : List.of(servers.one(), servers.two(), servers.replica())) {
      String pid = Files.readString(servers.directory.resolve(database.name + ".pid")).strip();
      processes.put(database.name, Long.parseLong(pid));
    }
  }

  private RouterProcess router(String name, String inventory) throws IOException {
    return new RouterProcess(name, servers.inventory(inventory), SHARDS, Map.of());
  }

  /** As the app servers call it. */
  private static RowsContract client(RouterProcess router) {
    Node node = new Node("router", java.net.URI.create(router.address()), Map.of());
    LiveTiers tiers =
        new LiveTiers(tier -> List.of(node), Duration.ofSeconds(1), Duration.ofSeconds(1));
    TierClients clients =
        new TierClients(
            tiers,
            Router.CREDENTIAL,
            new TierClientProperties(Duration.ofSeconds(1), Duration.ofSeconds(10), 3, 20),
            JsonMapper.builder().build());
    RowsContract rows = clients.of(RowsContract.class, "router");
    Servers.await("the client finds the router", () -> rows.shards().count() == SHARDS);
    return rows;
  }

  private void fill(RouterProcess router) {
    RowsContract rows = client(router);
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
    return "tanada_%02d.videos".formatted(org.tanada.common.id.TanadaId.shard(id));
  }

  private Connection connection(long id) throws SQLException {
    boolean first = org.tanada.common.id.TanadaId.shard(id) % 2 == 0;
    return DriverManager.getConnection(
        (first ? servers.one() : servers.two()).url("")
            + "&cachePrepStmts=true&useLocalSessionState=true&elideSetAutoCommits=true",
        Servers.ACCOUNT,
        Servers.PASSWORD);
  }

  /** One client reads rows by id that no cache has. */
  private void uncached(RowsContract rows) throws Exception {
    long even = ids.stream().filter(id -> schema(id).endsWith("0.videos")).findFirst().get();
    try (Connection one = connection(even);
        Connection two = connection(ids.get(100))) {
      Measured.Work jdbc =
          number -> {
            long id = id(number);
            boolean first = org.tanada.common.id.TanadaId.shard(id) % 2 == 0;
            try (PreparedStatement statement =
                (first ? one : two).prepareStatement(SELECT + schema(id) + " WHERE id = ?")) {
              statement.setLong(1, id);
              read(statement);
            }
          };
      Measured.Work ours =
          number -> {
            RowKey key = new RowKey("videos", id(number));
            if (rows.read(new RowsContract.Read(List.of(key), Consistency.PRIMARY))
                    .rows()
                    .getFirst()
                == null) {
              throw new IllegalStateException("row " + key + " is missing");
            }
          };
      Pair pair = compare(1, ours, jdbc);
      pair.row("uncached read by id, 1 client, p50 µs", "JDBC point select", Measured::p50, "≤ 3");
      pair.row("the same, p99 µs", "the same", Measured::p99, "≤ 3");
    }
  }

  private static void read(PreparedStatement statement) throws SQLException {
    try (ResultSet result = statement.executeQuery()) {
      if (!result.next()) {
        throw new SQLException("no row");
      }
      for (int column = 1; column <= 14; column++) {
        result.getObject(column);
      }
    }
  }

  /** One row is written, and the answer is a token. */
  private void written(RowsContract rows) throws Exception {
    long id = ids.getFirst(); // in the cluster that has a replica
    long owner =
        rows.read(new RowsContract.Read(List.of(new RowKey("videos", id)), Consistency.PRIMARY))
            .rows()
            .getFirst()
            .owner();
    try (Connection connection = connection(id)) {
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
      compare(1, ours, jdbc)
          .row(
              "write of one row with token, 1 client, p50 µs",
              "JDBC commit, semi-sync",
              Measured::p50,
              "≤ 1.5");
    }
  }

  /** Rows that memcached has. */
  private void cached(RowsContract rows) throws Exception {
    for (int i = 0; i < ids.size(); i += 500) {
      List<RowKey> keys =
          ids.subList(i, Math.min(i + 500, ids.size())).stream()
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
                .map(node -> new InetSocketAddress("127.0.0.1", node.port))
                .toList());
    Servers.await("memcached is connected", () -> memcached.getAvailableServers().size() == 2);
    Pair one =
        compare(
            8,
            number ->
                rows.read(
                    new RowsContract.Read(
                        List.of(new RowKey("videos", id(number))), Consistency.ANY)),
            number -> {
              if (memcached.get("r2:videos:" + id(number), new Bytes()) == null) {
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
        "database CPU µs of a cached read", m -> m.cpuOf("mysql-1-a", "mysql-1-b", "mysql-2-a"));
    compare(
            4,
            number -> rows.read(new RowsContract.Read(keys(number), Consistency.ANY)),
            number -> {
              List<String> names =
                  keys(number).stream().map(key -> "r2:videos:" + key.id()).toList();
              if (memcached.getBulk(names, new Bytes()).size() != BATCH) {
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

  /** Both by turns, after a turn of each that does not count. */
  private Pair compare(int threads, Measured.Work ours, Measured.Work theirs) {
    Measured.of(threads, 2 * SECONDS, processes, ours);
    Measured.of(threads, SECONDS, processes, theirs);
    List<Measured> one = new ArrayList<>();
    List<Measured> other = new ArrayList<>();
    for (int turn = 0; turn < TURNS; turn++) {
      one.add(Measured.of(threads, SECONDS, processes, ours));
      other.add(Measured.of(threads, SECONDS, processes, theirs));
    }
    return new Pair(one, other);
  }

  private record Pair(List<Measured> ours, List<Measured> theirs) {
    void row(String work, String against, ToDoubleFunction<Measured> figure, String goal) {
      row(work, against, figure, figure, goal);
    }

    void row(
        String work,
        String against,
        ToDoubleFunction<Measured> mine,
        ToDoubleFunction<Measured> peers,
        String goal) {
      double a = median(ours, mine);
      double b = median(theirs, peers);
      System.out.printf(
          Locale.ROOT,
          "| %s | %s | %.0f (%.0f/s) | %.0f (%.0f/s) | **%.2f** | %s |%n",
          work,
          against,
          a,
          median(ours, Measured::perSecond),
          b,
          median(theirs, Measured::perSecond),
          a / b,
          goal);
    }

    void zero(String work, ToDoubleFunction<Measured> figure) {
      System.out.printf(Locale.ROOT, "| %s | – | %.1f | | | 0 |%n", work, median(ours, figure));
    }

    private static double median(List<Measured> all, ToDoubleFunction<Measured> figure) {
      double[] values = all.stream().mapToDouble(figure).sorted().toArray();
      return values[values.length / 2];
    }
  }

  /** Entries as they are. */
  private static final class Bytes implements net.spy.memcached.transcoders.Transcoder<byte[]> {
    @Override
    public boolean asyncDecode(net.spy.memcached.CachedData data) {
      return false;
    }

    @Override
    public net.spy.memcached.CachedData encode(byte[] bytes) {
      return new net.spy.memcached.CachedData(0, bytes, 1 << 20);
    }

    @Override
    public byte[] decode(net.spy.memcached.CachedData data) {
      return Arrays.copyOf(data.getData(), data.getData().length);
    }

    @Override
    public int getMaxSize() {
      return 1 << 20;
    }
  }
}
