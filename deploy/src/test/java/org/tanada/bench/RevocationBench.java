package org.tanada.bench;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.tanada.deploy.launcher.Launcher;
import org.tanada.deploy.launcher.NativeLauncher;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.shop.ShopClient.Account;
import org.tanada.deploy.shop.ShopClient.Answer;
import org.tanada.deploy.state.Home;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keys of access tokens rotate, and a user, a sign-in and a key are revoked, while others use the
 * shop: {@code bench/access.sh}. Counted are the requests of others that fail, and until when
 * whatever was revoked was still let in by any app server, from the moment that the operator asked
 * for it.
 */
final class RevocationBench {
  private static final int CLIENTS = Integer.getInteger("clients", 8);
  private static final Duration WATCH = Duration.ofSeconds(Integer.getInteger("watch", 8));
  private static final Duration PACE = Duration.ofMillis(50);
  private static final Duration POLL = Duration.ofMillis(10);
  private static final Duration PUBLISHED = Duration.ofSeconds(121); // before a key may sign
  private static final String PASSWORD = "correct horse battery " + UUID.randomUUID();
  private static final String ME = "/api/v1/me";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Launcher launcher = new NativeLauncher(Home.fromEnvironment());
  private final Set<String> servers;
  private final ShopClient shop;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private volatile boolean over;

  private RevocationBench() throws IOException {
    URI front = launcher.frontDoor();
    shop = new ShopClient(front, Duration.ofSeconds(10));
    servers =
        launcher.services("app").stream()
            .map(Launcher.Service::node)
            .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Prints rows of a Markdown table. */
  public static void main(String[] args) throws Exception {
    RevocationBench bench = new RevocationBench();
    try {
      bench.run();
    } finally {
      bench.over = true;
      bench.threads.shutdownNow();
      bench.shop.close();
    }
  }

  /** What a client shows; tokens are refreshed when their key is about to be revoked. */
  private static final class Client {
    private final Account account;
    private final String cookie;
    private volatile String token;

    Client(Account account, String cookie) {
      this.account = account;
      this.cookie = cookie;
      this.token = account.accessToken();
    }
  }

  private void run() throws Exception {
    awaitNextKey();
    List<Client> others = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      others.add(client());
    }
    Client locked = client();
    Client left = client();
    Client old = client();
    List<Future<?>> load = new ArrayList<>();
    others.forEach(client -> load.add(threads.submit(() -> use(client))));

    String key = keys("").get(0).get("kid").asString();
    keys("/rotations");
    LockSupport.parkNanos(WATCH.toNanos()); // tokens of both keys are good meanwhile
    for (Client client : others) {
      client.token = shop.token(client.account.email(), PASSWORD);
    }
    Map<String, Double> seconds = new HashMap<>();
    seconds.put(
        "user", refused(() -> byEither(locked), "{\"userId\": " + locked.account.id() + "}"));
    seconds.put(
        "sign-in", refused(() -> byToken(left), "{\"sessionId\": " + signIn(left.token) + "}"));
    seconds.put("key", refused(() -> byToken(old), "/keys", "{\"kid\": \"" + key + "\"}"));
    over = true;
    for (Future<?> client : load) {
      client.get();
    }
    System.out.printf(
        "| requests of others that fail while a key rotates, and a user, a sign-in and a key are revoked (%,d requests, %d clients) | – | %d | – | – | 0 |%n",
        asked.get(), CLIENTS, failed.get());
    System.out.printf(
        "| revoked on every server (%s): user %.1f s, sign-in %.1f s, key %.1f s | – | %.1f s | – | – | ≤ 5 s |%n",
        String.join(", ", servers),
        seconds.get("user"),
        seconds.get("sign-in"),
        seconds.get("key"),
        seconds.values().stream().mapToDouble(Double::doubleValue).max().orElseThrow());
  }

  private Client client() throws IOException {
    Account account =
        shop.signUp("bench-" + UUID.randomUUID().toString().substring(0, 13), "Bench", PASSWORD);
    return new Client(account, ShopClient.pair(shop.session(account.email(), PASSWORD)));
  }

  /** The next key has been published for as long as it has to be. */
  private void awaitNextKey() throws IOException {
    Instant known = Instant.parse(keys("").get(1).get("since").asString()).plus(PUBLISHED);
    while (Instant.now().isBefore(known)) {
      LockSupport.parkNanos(Duration.between(Instant.now(), known).toNanos());
    }
  }

  private JsonNode keys(String change) throws IOException {
    return ask("/v1/access/keys" + change, change.isEmpty() ? "" : "{}").get("keys");
  }

  private JsonNode ask(String path, String body) throws IOException {
    Launcher.Reply reply = launcher.ask("auth", path, body);
    if (reply.status() >= 400) {
      throw new IOException(path + " answered " + reply.status() + ": " + reply.body());
    }
    return JSON.readTree(reply.body().isEmpty() ? "{}" : reply.body());
  }

  /** Now by the cookie, now by the token. */
  private void use(Client client) {
    for (int turn = 0; !over; turn++) {
      long due = System.nanoTime() + PACE.toNanos();
      asked.incrementAndGet();
      if (status(turn % 2 == 0 ? () -> byCookie(client) : () -> byToken(client)) != 200) {
        failed.incrementAndGet();
      }
      LockSupport.parkNanos(due - System.nanoTime());
    }
  }

  /** Something that may fail. */
  private interface Request {
    Answer send() throws IOException;
  }

  private Answer byToken(Client client) throws IOException {
    return shop.get(ME, client.token);
  }

  private Answer byCookie(Client client) throws IOException {
    return shop.get(ME, null, "Cookie", client.cookie);
  }

  private Answer byEither(Client client) throws IOException {
    Answer answer = byCookie(client);
    return answer.status() == 200 ? answer : byToken(client);
  }

  private static int status(Request request) {
    try {
      return request.send().status();
    } catch (IOException e) {
      return -1; // no answer is a failure as well
    }
  }

  private double refused(Request request, String body) throws IOException {
    return refused(request, "", body);
  }

  /** How long after the operator's wish a request was last let in. */
  private double refused(Request request, String what, String body) throws IOException {
    for (Set<String> warm = new TreeSet<>(); !warm.containsAll(servers); ) {
      warm.add(server(request.send().expect(200)));
    }
    long start = System.nanoTime();
    ask("/v1/access" + what + "/revocations", body);
    return watch(request, start);
  }

  private double watch(Request request, long start) throws IOException {
    long in = start;
    Set<String> refusing = new TreeSet<>();
    while (System.nanoTime() - start < WATCH.toNanos()) {
      long begun = System.nanoTime();
      Answer answer = request.send();
      if (answer.status() == 200) {
        in = begun;
      } else if (answer.status() == 401) {
        refusing.add(server(answer));
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    if (!refusing.containsAll(servers)) {
      throw new IOException("not seen to refuse it: " + servers + " without " + refusing);
    }
    return (in - start) / 1e9;
  }

  private static String server(Answer answer) {
    return String.valueOf(answer.header("Tanada-Node"));
  }

  private static String signIn(String token) {
    String claims =
        new String(
            java.util.Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]),
            java.nio.charset.StandardCharsets.UTF_8);
    return JSON.readTree(claims).get("sid").asString();
  }
}
