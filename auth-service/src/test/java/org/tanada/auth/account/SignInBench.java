package org.tanada.auth.account;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;

/**
 * How many sign-ins a second a whole system does, beside the bare hashes of its passwords on the
 * same cores: {@code bench/access.sh}. And what other requests wait meanwhile. By turns, the table
 * has the medians; clients and servers share the cores.
 */
final class SignInBench {
  private static final int TURNS = Integer.getInteger("turns", 3);
  private static final int WARM_UP = Integer.getInteger("warmUp", 3);
  private static final int SECONDS = Integer.getInteger("seconds", 8);
  private static final int CLIENTS = Integer.getInteger("clients", 8);
  private static final int ACCOUNTS = Integer.getInteger("accounts", 64);
  private static final int CORES = Runtime.getRuntime().availableProcessors();
  private static final String PASSWORD = "correct horse battery " + UUID.randomUUID();
  private static final Duration PACE = Duration.ofMillis(20);

  private final URI front;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .executor(Executors.newVirtualThreadPerTaskExecutor())
          .build();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> emails = new ArrayList<>();
  private final AtomicInteger refused = new AtomicInteger();

  private SignInBench(URI front) {
    this.front = front;
  }

  /** Prints rows of a Markdown table; the argument is the front door. */
  public static void main(String[] args) throws Exception {
    SignInBench bench = new SignInBench(URI.create(args[0]));
    try {
      bench.run();
    } finally {
      bench.threads.shutdownNow();
      bench.http.shutdownNow();
    }
  }

  private void run() throws Exception {
    for (int i = 0; i < ACCOUNTS; i++) {
      signUp();
    }
    double[] bare = new double[TURNS];
    double[] ours = new double[TURNS];
    double[] still = new double[TURNS];
    double[] busy = new double[TURNS];
    for (int turn = -WARM_UP; turn < TURNS; turn++) { // the first warm the compilers up
      double hashes = hashes();
      double rate = signIns(); // alone, as the hashes are
      double alone = others(() -> null);
      double meanwhile = others(this::signIns);
      if (turn >= 0) {
        bare[turn] = hashes;
        ours[turn] = rate;
        still[turn] = alone;
        busy[turn] = meanwhile;
      }
    }
    System.out.printf(
        "| sign-ins a second (%d clients, %d refused) | bare Argon2id on %d cores | %.1f | %.1f | %.2f | ≥ 0.85 |%n",
        CLIENTS, refused.get(), CORES, median(ours), median(bare), median(ours) / median(bare));
    System.out.printf(
        "| p99 of other requests while people sign in | p99 while nobody does | %.1f ms | %.1f ms | %.2f | ≤ 2 |%n",
        median(busy), median(still), median(busy) / median(still));
  }

  private void signUp() throws Exception {
    String name = "bench-" + UUID.randomUUID().toString().substring(0, 13);
    String email = name + "@example.net";
    int status =
        post(
            "/api/v1/users",
            "{\"email\":\"%s\",\"username\":\"%s\",\"displayName\":\"Bench\",\"password\":\"%s\"}"
                .formatted(email, name, PASSWORD),
            "Idempotency-Key",
            UUID.randomUUID().toString());
    if (status != 201) {
      throw new IllegalStateException("signing up answered " + status);
    }
    emails.add(email);
  }

  /** Bare comparisons a second, on all cores. */
  private double hashes() throws Exception {
    PasswordProperties limits =
        new Binder(List.of()).bindOrCreate("tanada.auth.password", PasswordProperties.class);
    Argon2PasswordEncoder encoder =
        new Argon2PasswordEncoder(16, 32, limits.lanes(), limits.memoryKib(), limits.passes());
    String hash = String.valueOf(encoder.encode(PASSWORD));
    return rate(
        CORES,
        () -> {
          if (!encoder.matches(PASSWORD, hash)) {
            throw new IllegalStateException("the hash is not the password's");
          }
          return true;
        });
  }

  /** Sign-ins a second by the front door, each of an account of its own. */
  private double signIns() throws Exception {
    AtomicInteger next = new AtomicInteger();
    return rate(
        CLIENTS,
        () -> {
          String email = emails.get(next.getAndIncrement() % emails.size());
          int status =
              post(
                  "/api/v1/sessions",
                  "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, PASSWORD));
          if (status != 201) {
            refused.incrementAndGet();
          }
          return status == 201;
        });
  }

  /** How often a second the work is done, by that many at once. */
  private double rate(int workers, Callable<Boolean> work) throws Exception {
    AtomicLong done = new AtomicLong();
    long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      running.add(
          threads.submit(() -> {
            while (System.nanoTime() < end) {
              if (work.call()) {
                done.incrementAndGet();
              }
            }
            return null;
          }));
    }
    for (Future<?> worker : running) {
      worker.get();
    }
    return done.get() / (double) SECONDS;
  }

  /** Asks for the list of videos in a steady pace while that work is done: its p99 in ms. */
  private double others(Callable<?> work) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
    Future<double[]> asking =
        threads.submit(() -> {
          List<Double> times = new ArrayList<>();
          for (long due = System.nanoTime(); due < end; due += PACE.toNanos()) {
            LockSupport.parkNanos(due - System.nanoTime());
            HttpRequest request = HttpRequest.newBuilder(front.resolve("/api/v1/videos")).build();
            http.send(request, HttpResponse.BodyHandlers.discarding());
            times.add((System.nanoTime() - due) / 1e6); // from when it was due
          }
          return times.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        });
    work.call();
    double[] times = asking.get();
    return times[(int) (times.length * 0.99)];
  }

  private int post(String path, String body, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(front.resolve(path))
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
