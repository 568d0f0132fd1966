package org.tanada.deploy.drill;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.id.TanadaId;
import org.tanada.common.row.ShardsContract.ClusterState;
import org.tanada.common.row.ShardsContract.MemberState;
import org.tanada.deploy.demo.Demo;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.shop.ShopClient.Account;
import org.tanada.deploy.shop.ShopClient.Answer;
import tools.jackson.databind.JsonNode;

/**
 * Lets somebody read what another has just written: first as if nobody knew of the write, so that
 * any replica may answer, then with the token that the write gave. Promise: with the token no read
 * is stale. How many are without it, and for how long, is shown beside the replicas' lag. On a
 * quiet machine replicas are faster than the way through the tiers; so they are made to lag, by
 * less than what routers no longer take for fresh.
 */
final class StaleReadsDrill implements Drill {
  private static final int WRITERS = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration LAG = Duration.ofSeconds(1);
  private static final Duration AGAIN = Duration.ofMillis(20);
  private static final Duration LOOK = Duration.ofSeconds(2);
  private static final String EDITION = "Edition ";

  private final Duration length;
  private final LongAdder without = new LongAdder();
  private final LongAdder with = new LongAdder();
  private final LongAdder staleWith = new LongAdder();
  private final Queue<Long> staleMicros = new ConcurrentLinkedQueue<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final Map<String, Long> lags = new ConcurrentSkipListMap<>();

  /**
   * A drill.
   *
   * @param length how long at least, unless the operator wishes minutes
   */
  StaleReadsDrill(Duration length) {
    this.length = length;
  }

  @Override
  public String name() {
    return "stale-reads";
  }

  @Override
  public String description() {
    return "lets replicas lag by a second and reads what was just written, without and with the token of the write: with it no read is stale";
  }

  @Override
  public Verdict run(Installation installation, Settings settings, Consumer<String> progress) {
    long nanos =
        settings.minutes() > 0 ? TimeUnit.MINUTES.toNanos(settings.minutes()) : length.toNanos();
    List<Thread> writers = new ArrayList<>();
    long began = System.nanoTime();
    try (ShopClient shop = new ShopClient(installation.frontDoor(), Duration.ofSeconds(20))) {
      String run = Long.toString(System.currentTimeMillis(), 36);
      String password = UUID.randomUUID().toString();
      Account reader = shop.signUp("drill-" + run + "-reader", "Drill", password);
      List<Film> films = new ArrayList<>();
      for (int i = 0; films.size() < WRITERS; i++) {
        Account writer = shop.signUp("drill-" + run + "-" + i, "Drill " + i, password);
        if (shard(writer) != shard(reader)) { // of the own shard a reader is told by the primary
          films.add(Film.published(shop, writer));
        }
      }
      installation.delayReplicas(LAG);
      began = System.nanoTime();
      long end = began + nanos;
      for (Film film : films) {
        writers.add(Thread.ofVirtual().start(() -> work(shop, reader, film, end)));
      }
      while (System.nanoTime() - end < 0) {
        LockSupport.parkNanos(Math.min(nanos, LOOK.toNanos()));
        progress.accept(lag(installation) + " · " + String.join(" · ", figures(began)));
      }
      for (Thread writer : writers) {
        writer.join();
      }
    } catch (IOException e) {
      return new Verdict(name(), List.of("the load could not run: " + e.getMessage()), List.of());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failures.add("interrupted");
    } finally {
      installation.delayReplicas(Duration.ZERO);
    }
    List<String> figures = new ArrayList<>(figures(began));
    figures.add(
        "replicas' greatest lag: "
            + lags.entrySet().stream()
                .map(lag -> lag.getKey() + " " + lag.getValue() + " s")
                .collect(Collectors.joining(", ")));
    return new Verdict(name(), broken(), figures);
  }

  /** How far the replicas are behind, as a router sees them. */
  private String lag(Installation installation) throws IOException {
    List<String> now = new ArrayList<>();
    for (ClusterState cluster : installation.data().clusters()) {
      for (MemberState member : cluster.members()) {
        Long seconds = member.lagSeconds();
        if (!member.role().equals("primary") && seconds != null) {
          lags.merge(member.node(), seconds, Math::max);
          now.add(member.node() + " " + seconds + " s");
        }
      }
    }
    return "lag " + String.join(", ", now);
  }

  private static int shard(Account account) {
    return TanadaId.shard(Long.parseLong(account.id()));
  }

  /** A video that its owner changes again and again. */
  private static final class Film {
    final Account owner;
    final String id;
    String version;
    long edition;

    private Film(Account owner, String id, String version) {
      this.owner = owner;
      this.id = id;
      this.version = version;
    }

    static Film published(ShopClient shop, Account owner) throws IOException {
      String id =
          shop.publish(owner.accessToken(), EDITION + 0, "", 0, "video/mp4", Demo.clip("water"));
      Answer made = shop.get("/api/v1/videos/" + id, owner.accessToken()).expect(200);
      return new Film(owner, id, String.valueOf(made.header("ETag")));
    }

    /** Writes the next edition; the token of that write. */
    @Nullable String write(ShopClient shop) throws IOException {
      Answer written =
          shop.send(
                  "PATCH",
                  "/api/v1/videos/" + id,
                  owner.accessToken(),
                  Map.of("title", EDITION + (edition + 1)),
                  "If-Match",
                  version)
              .expect(200);
      edition++;
      version = String.valueOf(written.header("ETag"));
      return written.header(TanadaHeaders.CONSISTENCY);
    }

    /** The edition that somebody sees who shows these headers. */
    long seen(ShopClient shop, Account reader, String... headers) throws IOException {
      JsonNode items =
          shop.get("/api/v1/videos?limit=1&owner=" + owner.id(), reader.accessToken(), headers)
              .expect(200)
              .json()
              .get("items");
      return items.isEmpty()
          ? -1
          : Long.parseLong(items.get(0).get("title").asString().substring(EDITION.length()));
    }
  }

  private void work(ShopClient shop, Account reader, Film film, long end) {
    try {
      for (int turn = 0; System.nanoTime() - end < 0; turn++) {
        String token = film.write(shop);
        if (token == null) {
          failures.add("a write gave no token");
          return;
        }
        if (turn % 2 == 0) {
          withoutToken(shop, reader, film);
        } else {
          with.increment();
          if (film.seen(shop, reader, TanadaHeaders.CONSISTENCY, token) < film.edition) {
            staleWith.increment();
          }
        }
      }
    } catch (IOException | RuntimeException e) {
      failures.add(e.toString());
    }
  }

  private void withoutToken(ShopClient shop, Account reader, Film film) throws IOException {
    without.increment();
    long written = System.nanoTime();
    boolean stale = false;
    while (film.seen(shop, reader) < film.edition) {
      stale = true;
      if (System.nanoTime() - written > PATIENCE.toNanos()) {
        failures.add("a write is not seen by others after " + PATIENCE.toSeconds() + " s");
        return;
      }
      LockSupport.parkNanos(AGAIN.toNanos());
    }
    if (stale) {
      staleMicros.add(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - written));
    }
  }

  private List<String> broken() {
    List<String> broken = new ArrayList<>();
    if (staleWith.sum() > 0) {
      broken.add(staleWith.sum() + " of " + with.sum() + " reads with a token were stale");
    }
    if (with.sum() == 0 || without.sum() == 0) {
      broken.add("nothing was read in the time that there was");
    }
    if (!failures.isEmpty()) {
      broken.add(failures.size() + " writers gave up, first: " + failures.peek());
    }
    return broken;
  }

  private List<String> figures(long began) {
    double seconds = (System.nanoTime() - began) / 1e9;
    long[] stale = staleMicros.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(stale);
    String seen =
        stale.length == 0
            ? ""
            : String.format(
                Locale.ROOT,
                "; seen by all after %.1f ms at the median, %.1f at most",
                stale[stale.length / 2] / 1e3,
                stale[stale.length - 1] / 1e3);
    return List.of(
        String.format(
            Locale.ROOT,
            "without tokens: %d of %d reads stale, %.1f a second%s",
            stale.length,
            without.sum(),
            stale.length / seconds,
            seen),
        "with tokens: %d of %d reads stale".formatted(staleWith.sum(), with.sum()));
  }
}
