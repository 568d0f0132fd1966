package org.tanada.deploy.drill;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.shop.ShopClient.Answer;

/**
 * Takes the app servers from two to six and back under load. Promises: no request fails, and the
 * work is spread within a tenth of even while nothing changes.
 */
final class ScaleDrill implements Drill {
  private static final int FEW = 2;
  private static final int MANY = 6;
  private static final int CLIENTS = 4;
  private static final Duration NOTICE = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofSeconds(2);
  private static final Duration MEASURE = Duration.ofSeconds(8);
  private static final double TOLERANCE = 0.10;

  private final Map<String, LongAdder> shares = new ConcurrentHashMap<>();
  private final LongAdder requests = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final AtomicReference<String> firstFailure = new AtomicReference<>("");
  private volatile boolean stopped;

  @Override
  public String name() {
    return "scale";
  }

  @Override
  public String description() {
    return "app 2 to 6 to 2 under load: no failed request, the work spread within 10 % of even";
  }

  @Override
  public Verdict run(Installation installation, Settings settings, Consumer<String> progress) {
    List<String> broken = new ArrayList<>();
    List<String> figures = new ArrayList<>();
    int before = installation.nodes("app").size();
    try (ShopClient shop = new ShopClient(installation.frontDoor(), Duration.ofSeconds(20));
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        for (int i = 0; i < CLIENTS; i++) {
          clients.execute(() -> client(shop));
        }
        for (int servers : List.of(FEW, MANY, FEW)) {
          progress.accept("app=" + servers + " · " + summary());
          installation.scale("app", servers);
          settle(servers);
          Map<String, Long> measured = measure(MEASURE);
          progress.accept("app=" + servers + " · " + measured);
          figures.add("app=" + servers + ": " + measured);
          broken.addAll(uneven(servers, measured));
        }
      } finally {
        stopped = true;
      }
    } finally {
      if (before != FEW) {
        installation.scale("app", before);
      }
    }
    if (failures.sum() > 0) {
      broken.add(
          failures.sum()
              + " of "
              + requests.sum()
              + " requests failed, first: "
              + firstFailure.get());
    }
    figures.addFirst(summary());
    return new Verdict(name(), broken, figures);
  }

  /**
   * What is wrong with this spread over so many servers; nothing if each has its part within the
   * tolerance.
   */
  static List<String> uneven(int servers, Map<String, Long> shares) {
    List<String> wrong = new ArrayList<>();
    if (shares.size() != servers) {
      wrong.add(shares.size() + " servers answered instead of " + servers + ": " + shares.keySet());
      return wrong;
    }
    double even = shares.values().stream().mapToLong(Long::longValue).sum() / (double) servers;
    shares.forEach((server, answers) -> {
      if (Math.abs(answers - even)
          > Math.max(even * TOLERANCE, 2)) { // a request or two are the round's remainder
        wrong.add(
            String.format(
                Locale.ROOT,
                "%s of %d servers answered %d, even would be %.0f",
                server,
                servers,
                answers,
                even));
      }
    });
    return wrong;
  }

  private void client(ShopClient shop) {
    while (!stopped) {
      requests.increment();
      try {
        Answer answer = shop.get("/api/v1/videos?limit=3", null);
        String server = answer.header("Tanada-Node");
        if (answer.status() != 200) {
          failed("status " + answer.status());
        } else if (server != null) {
          shares.computeIfAbsent(server, s -> new LongAdder()).increment();
        }
      } catch (IOException e) {
        failed(e.toString());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  private void failed(String why) {
    failures.increment();
    firstFailure.compareAndSet("", why);
  }

  /** Until all gateways have noticed the change; if one does not, the measurement shows it. */
  private void settle(int servers) {
    long end = System.nanoTime() + NOTICE.toNanos();
    while (!uneven(servers, measure(LOOK)).isEmpty() && System.nanoTime() - end < 0) {
      // looks again
    }
  }

  private Map<String, Long> measure(Duration length) {
    shares.clear();
    LockSupport.parkNanos(length.toNanos());
    Map<String, Long> measured = new TreeMap<>();
    shares.forEach((server, answers) -> measured.put(server, answers.sum()));
    return measured;
  }

  private String summary() {
    return failures.sum() + " of " + requests.sum() + " requests failed";
  }
}
