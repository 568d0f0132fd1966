package org.tanada.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.tanada.common.credential.CredentialIssuer;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.http.TierClientProperties;
import org.tanada.common.http.TierClients;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.membership.FileMembership;
import org.tanada.common.membership.LiveTiers;
import org.tanada.common.permission.ServiceName;
import org.tanada.common.row.HttpRows;
import org.tanada.common.row.Rows;
import org.tanada.common.row.Table;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;
import org.tanada.deploy.database.DatabaseFiles;
import org.tanada.deploy.database.Sql;
import org.tanada.deploy.launcher.Launcher;
import org.tanada.deploy.launcher.NativeLauncher;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.state.Desired;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.InsideTrust;
import org.tanada.deploy.state.StateFiles;
import tools.jackson.databind.json.JsonMapper;

/**
 * What live sessions take in memory over the whole system, beside their bytes at rest: {@code
 * bench/access.sh}. They are written as rows, since a sign-in each would take an hour, and then
 * each is used once at an app server, so that every cache has what it wants of them. In memory is
 * what {@link LiveMemory} grows by; at rest is what the table {@code sessions} with its indexes
 * grows by, in one copy.
 */
final class SessionMemoryBench {
  private static final int SESSIONS = Integer.getInteger("sessions", 100_000);
  private static final int PER_USER = Integer.getInteger("sessionsPerUser", 1_000);
  private static final int BATCH = 100; // what a transaction takes at most
  private static final int THREADS = 16;
  private static final String PASSWORD = "correct horse battery " + UUID.randomUUID();
  private static final String USER_AGENT =
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"
          + " Safari/537.36";

  private final Home home = Home.fromEnvironment();
  private final Launcher launcher = new NativeLauncher(home);
  private final SecureRandom random = new SecureRandom();
  private final InstantSource clock = InstantSource.system();
  private final IdGenerator ids = new IdGenerator(clock, random);
  private final List<Launcher.Service> apps = launcher.services("app");
  private final TierClients clients;
  private final Rows rows;
  private final SSLContext tls = InsideTrust.of(home);
  private final HttpClient http = client(tls);
  private final CredentialIssuer gateway;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

  /** Sessions are written as an auth server writes them, and used as a gateway passes them on. */
  private CredentialIssuer keyOf(String node) {
    return new CredentialIssuer(home.node(node).resolve("secrets"));
  }

  private SessionMemoryBench() throws IOException {
    gateway = keyOf("lb-1");
    clients =
        new TierClients(
            new LiveTiers(
                new FileMembership(home.inventory(), Duration.ofSeconds(1)),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                tls),
            keyOf("auth-1"),
            new TierClientProperties(Duration.ofSeconds(2), Duration.ofSeconds(20), 3, 20),
            JsonMapper.builder().build(),
            tls);
    rows = new Rows(new HttpRows(clients.caller("router")));
  }

  private static HttpClient client(SSLContext tls) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(Executors.newVirtualThreadPerTaskExecutor());
    return (tls == null ? builder : builder.sslContext(tls)).build();
  }

  /** Columns of {@code sessions} that somebody has who has signed in by a password. */
  record Session(
      String secretHash,
      Instant lastUsedAt,
      Instant expiresAt,
      @Nullable String userAgent,
      @Nullable String network) {
    static final Table<Session> TABLE = new Table<>("sessions", Session.class);
  }

  /** Prints a row of a Markdown table. */
  public static void main(String[] args) throws Exception {
    SessionMemoryBench bench = new SessionMemoryBench();
    try {
      bench.run();
    } finally {
      bench.threads.shutdownNow();
      bench.http.shutdownNow();
      bench.clients.close();
    }
  }

  private void run() throws Exception {
    int users = Math.max(1, SESSIONS / PER_USER);
    List<Long> owners = new ArrayList<>(all(users, this::signUp));
    use(make(owners, Math.max(users, SESSIONS / 50))); // whatever is loaded or filled once, is
    Map<String, Long> before = LiveMemory.measure(launcher);
    long restBefore = atRest();
    List<String> cookies = make(owners, SESSIONS);
    long rest = atRest() - restBefore;
    use(cookies);
    Map<String, Long> after = LiveMemory.measure(launcher);
    double memory = LiveMemory.total(after) - (double) LiveMemory.total(before);
    after.forEach((tier, bytes) ->
        System.err.printf("%s: %+.1f MB%n", tier, (bytes - before.getOrDefault(tier, 0L)) / 1e6));
    System.out.printf(
        "| %,d live sessions, in memory: live objects of all services and items of memcached | their bytes at rest, rows and indexes of one copy | %.1f MB | %.1f MB | %.2f | ≤ 3 |%n",
        cookies.size(), memory / 1e6, rest / 1e6, memory / rest);
  }

  private Long signUp() throws IOException {
    String name = "bench-" + UUID.randomUUID().toString().substring(0, 13);
    try (ShopClient shop = new ShopClient(launcher.frontDoor(), Duration.ofSeconds(30))) {
      return Long.parseLong(shop.signUp(name, "Bench", PASSWORD).id());
    }
  }

  /** So many sessions, the same number for each owner; their cookies. */
  private List<String> make(List<Long> owners, int sessions) throws Exception {
    int each = sessions / owners.size();
    List<Callable<List<String>>> work = new ArrayList<>();
    for (long owner : owners) {
      for (int done = 0; done < each; done += BATCH) {
        int size = Math.min(BATCH, each - done);
        work.add(() -> insert(owner, size));
      }
    }
    List<String> cookies = new ArrayList<>();
    for (Future<List<String>> made : threads.invokeAll(work)) {
      cookies.addAll(made.get());
    }
    return cookies;
  }

  private List<String> insert(long owner, int size) throws GeneralSecurityException {
    List<Write> writes = new ArrayList<>();
    List<String> cookies = new ArrayList<>();
    // ahead of time, so that using them is no write: what is measured is not how often
    Instant used = clock.instant().plus(Duration.ofHours(1));
    for (int i = 0; i < size; i++) {
      long id = ids.nextBeside(owner);
      byte[] bytes = new byte[32];
      random.nextBytes(bytes);
      String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
      String hash =
          HexFormat.of()
              .formatHex(
                  MessageDigest.getInstance("SHA-256")
                      .digest(secret.getBytes(StandardCharsets.UTF_8)));
      Instant end = used.plus(Duration.ofDays(30));
      writes.add(
          Write.insert(
              Session.TABLE, id, new Session(hash, used, end, USER_AGENT, "192.0.2.0/24")));
      cookies.add(id + "." + secret);
    }
    rows.commit(new Transaction(owner, writes, List.of(), UUID.randomUUID().toString(), "-", null));
    return cookies;
  }

  /** Each once, at one app server or another. */
  private void use(List<String> cookies) throws Exception {
    List<Callable<Integer>> work = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      int first = thread;
      work.add(() -> {
        int used = 0;
        for (int i = first; i < cookies.size(); i += THREADS) {
          use(apps.get(i / THREADS % apps.size()), cookies.get(i));
          used++;
        }
        return used;
      });
    }
    for (Future<Integer> used : threads.invokeAll(work)) {
      used.get();
    }
  }

  private void use(Launcher.Service app, String cookie) throws Exception {
    URI address = app.address().resolve("/api/v1/me");
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(Duration.ofSeconds(30))
            .header(TanadaHeaders.SERVICE_CREDENTIAL, gateway.of(ServiceName.APP))
            .header("Cookie", "tanada-session=" + cookie)
            .build();
    int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    if (status != 200) {
      throw new IOException("a live session was answered " + status);
    }
  }

  /** Bytes of the table and its indexes over all shards, on the databases that are written to. */
  private long atRest() throws IOException {
    long bytes = 0;
    Desired desired = StateFiles.readJson(home.desired(), Desired.class).orElseThrow();
    for (Desired.Wanted wanted : desired.nodes()) {
      if (wanted.node().name().matches("mysql-\\d+-[a-z]")) {
        Sql sql = new Sql(new DatabaseFiles(home, wanted.node()));
        if (sql.run("SELECT @@GLOBAL.read_only").getFirst().equals("0")) {
          bytes += sessions(sql);
        }
      }
    }
    return bytes;
  }

  private static long sessions(Sql sql) throws IOException {
    String of = " FROM information_schema.tables WHERE table_name = 'sessions'";
    List<String> tables = sql.run("SELECT CONCAT(table_schema, '.sessions')" + of);
    if (tables.isEmpty()) {
      return 0;
    }
    sql.run("ANALYZE NO_WRITE_TO_BINLOG TABLE " + String.join(", ", tables));
    return Long.parseLong(
        sql.run("SELECT COALESCE(SUM(data_length + index_length), 0)" + of).getFirst());
  }

  private <T> List<T> all(int times, Callable<T> work) throws Exception {
    List<T> results = new ArrayList<>();
    for (Future<T> result : threads.invokeAll(java.util.Collections.nCopies(times, work))) {
      results.add(result.get());
    }
    return results;
  }
}
