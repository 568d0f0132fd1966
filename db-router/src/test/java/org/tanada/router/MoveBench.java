package org.tanada.router;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.tanada.common.row.ShardsContract;
import org.tanada.common.row.Transaction;
import org.tanada.router.move.MoveProbe;
import org.tanada.router.move.ShardMoves;

/** A virtual shard of a gigabyte moves while it is written to. */
final class MoveBench {
  private static final int ROWS = Integer.getInteger("rows", 1_000_000);
  private static final int SHARD = 0;

  /** Not the common pool, whose one thread on two processors the JDK's HTTP client needs, too. */
  private static final Executor OWN_THREAD = Thread::startVirtualThread;

  private final List<Long> fences = Collections.synchronizedList(new ArrayList<>());
  private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
  private volatile long fencedAt;

  static void run(Servers servers) throws Exception {
    new MoveBench().measure(servers);
  }

  private void measure(Servers servers) throws Exception {
    Servers.Database source = servers.fresh("move-source");
    Servers.Database target = servers.fresh("move-target");
    String first = "mysql-1:\n" + source.line();
    try (Router only = new Router("router-only", servers.inventory(first), 2)) {
      only.awaitReady(); // both shards are born in the first cluster
    }
    try (Router router =
        new Router("router-move", servers.inventory(first + "mysql-2:\n" + target.line()), 2)) {
      router.awaitReady();
      long owner = Router.id(SHARD);
      long video = Router.id(SHARD);
      router.commit(owner, Router.video(video, "counter", "draft"));
      bulk(source, owner);
      router.context.getBean(ShardMoves.class).probe(new Fence());
      double without = load(router, owner, video, Duration.ofSeconds(20));
      AtomicBoolean done = new AtomicBoolean();
      long began = System.nanoTime();
      router.shards.move(new ShardsContract.Move(SHARD, 2));
      CompletableFuture<Double> during =
          CompletableFuture.supplyAsync(() -> load(router, owner, video, done), OWN_THREAD);
      while (!there(router) && System.nanoTime() - began < TimeUnit.MINUTES.toNanos(20)) {
        LockSupport.parkNanos(200_000_000);
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      done.set(true);
      double with = during.join();
      System.out.printf(
          Locale.ROOT,
          "| writes per second while a shard of %,d rows of 1 kB moves (%.0f s, %.0f rows/s; fence %s ms; %d failed) | the same without a move | %.0f | %.0f | **%.2f** | ≥ 0.7, fence < 1 s, 0 failed |%n",
          ROWS,
          seconds,
          ROWS / seconds,
          fences,
          failures.size(),
          with,
          without,
          with / without);
      failures.stream().limit(3).forEach(System.out::println);
    } finally {
      source.remove();
      target.remove();
    }
  }

  private static boolean there(Router router) {
    return router.shards.list().copies().stream()
        .anyMatch(
            copy -> copy.shard() == SHARD && copy.cluster() == 2 && copy.state().equals("active"));
  }

  private static void bulk(Servers.Database source, long owner) {
    int chunk = 50_000;
    for (int from = 0; from < ROWS; from += chunk) {
      source.run(
          "INSERT INTO tanada_00.videos (id, user_id, version, created_at, updated_at, title,"
              + " description) SELECT seq, "
              + owner
              + ", 1, 0, 0, 'bulk', REPEAT('x', 900) FROM tanada_00.seq_"
              + (from + 1)
              + "_to_"
              + (from + chunk));
    }
  }

  private double load(Router router, long owner, long video, Duration length) {
    AtomicBoolean done = new AtomicBoolean();
    CompletableFuture<Double> rate =
        CompletableFuture.supplyAsync(() -> load(router, owner, video, done), OWN_THREAD);
    LockSupport.parkNanos(length.toNanos());
    done.set(true);
    return rate.join();
  }

  /** Two clients that pause a little, so that the machine is busy and not full. */
  private double load(Router router, long owner, long video, AtomicBoolean done) {
    long began = System.nanoTime();
    List<Thread> clients = new ArrayList<>();
    long[] written = new long[2];
    for (int i = 0; i < written.length; i++) {
      int client = i;
      clients.add(
          Thread.ofPlatform()
              .start(() -> {
                while (!done.get()) {
                  try {
                    router.rows.commit(
                        new Transaction(
                            owner,
                            List.of(
                                Router.update(
                                    "videos", video, null, Map.of("title", "t" + client))),
                            List.of(),
                            "m" + Router.id(SHARD),
                            "f",
                            null));
                    written[client]++;
                  } catch (RuntimeException e) {
                    failures.add(e.toString());
                  }
                  LockSupport.parkNanos(5_000_000);
                }
              }));
    }
    for (Thread client : clients) {
      try {
        client.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return (written[0] + written[1]) * 1e9 / (System.nanoTime() - began);
  }

  private final class Fence implements MoveProbe {
    @Override
    public void reached(int shard, Step step) {
      if (step == Step.FENCED) {
        fencedAt = System.nanoTime();
      } else if (step == Step.ACTIVE) {
        fences.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - fencedAt));
      }
    }
  }
}
