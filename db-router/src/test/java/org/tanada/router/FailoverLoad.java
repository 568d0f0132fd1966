package org.tanada.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.springframework.web.client.RestClientException;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.Row;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;

/**
 * Clients that write through several routers, each for an owner of its own, while databases fail. A
 * write to shard 0 whose answer is an error is repeated with its idempotency key until it is
 * acknowledged; each inserts a row and adds one to a counter. What was acknowledged is read back by
 * another router with its token.
 */
final class FailoverLoad implements AutoCloseable {
  private static final long GIVE_UP_NANOS = 60_000_000_000L;
  private static final long PAUSE_NANOS = 5_000_000;

  private final List<Router> routers;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Client> clients = new ArrayList<>();
  private final List<Future<?>> running = new ArrayList<>();
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong unread = new AtomicLong();
  private final Set<String> reasons = ConcurrentHashMap.newKeySet();
  private long lastWritten = System.nanoTime();
  private long longestGap;
  private volatile boolean stopped;

  FailoverLoad(List<Router> routers, int clients) {
    this.routers = List.copyOf(routers);
    for (int i = 0; i < clients; i++) {
      Client client = new Client();
      this.clients.add(client);
      running.add(threads.submit(client::run));
    }
  }

  /** Writes that were acknowledged so far. */
  long written() {
    return written.get();
  }

  /** Answers that were errors in place of acknowledgements. */
  long refused() {
    return refused.get();
  }

  /** Reads with a token that were refused. */
  long unread() {
    return unread.get();
  }

  /** What the refusals said. */
  Set<String> reasons() {
    return reasons;
  }

  /** The longest time between two acknowledgements to anybody since the last call. */
  synchronized long longestGapMillis() {
    long longest = longestGap;
    longestGap = 0;
    return longest / 1_000_000;
  }

  private synchronized void acknowledged() {
    long now = System.nanoTime();
    longestGap = Math.max(longestGap, now - lastWritten);
    lastWritten = now;
    written.incrementAndGet();
  }

  /** Ends the clients; fails if one could not write for a minute, or read what was old. */
  void stop() throws InterruptedException {
    stopped = true;
    for (Future<?> client : running) {
      try {
        client.get();
      } catch (ExecutionException e) {
        throw new AssertionError("a client failed: " + e.getCause(), e.getCause());
      }
    }
  }

  /** Acknowledged writes that are not there, plus those that are there and were never made. */
  long lost() {
    return clients.stream().mapToLong(client -> client.lost(routers.getFirst())).sum();
  }

  @Override
  public void close() {
    stopped = true;
    threads.shutdownNow();
  }

  private final class Client {
    private final long owner;
    private final long counter;
    private final List<Long> videos = new ArrayList<>();
    private int turn;

    Client() {
      this.owner = Router.id(0);
      this.counter = Router.id(0);
    }

    void run() {
      commit(Router.user(owner, "f" + owner), Router.video(counter, "counter", "draft"));
      while (!stopped) {
        long id = Router.id(0);
        Write add =
            new Write(
                Write.Operation.UPDATE,
                "videos",
                counter,
                null,
                Map.of(),
                Map.of("price_minor", 1L));
        String token = commit(Router.video(id, "v" + turn, "draft"), add);
        videos.add(id);
        readBack(id, token);
        LockSupport.parkNanos(PAUSE_NANOS);
        turn++;
      }
    }

    private String commit(Write... writes) {
      Transaction transaction =
          Router.transaction(owner, List.of(writes), List.of(), "key-" + Router.id(0));
      long deadline = System.nanoTime() + GIVE_UP_NANOS;
      while (true) {
        try {
          String token = routers.get(turn % routers.size()).rows.commit(transaction).token();
          acknowledged();
          return token;
        } catch (ProblemException | RestClientException e) {
          refused.incrementAndGet();
          reasons.add(String.valueOf(e.getMessage()));
          if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
            throw e;
          }
          LockSupport.parkNanos(10 * PAUSE_NANOS);
        }
      }
    }

    private void readBack(long id, String token) {
      Row row;
      try {
        row = routers.get((turn + 1) % routers.size()).find("videos", id, Consistency.of(token));
      } catch (ProblemException | RestClientException e) {
        unread.incrementAndGet();
        reasons.add(String.valueOf(e.getMessage()));
        return;
      }
      assertThat(row).as("what was acknowledged is not read with its token").isNotNull();
    }

    private long lost(Router router) {
      List<Long> there = new ArrayList<>();
      long counted = 0;
      Long before = null;
      do {
        RowsContract.Page page =
            router.rows.list(
                new RowsContract.ListRows(
                    "videos", owner, Map.of(), 100, before, Consistency.PRIMARY));
        for (Row row : page.rows()) {
          if (row.id() == counter) {
            counted = ((Number) row.values().get("price_minor")).longValue() - 450;
          } else {
            there.add(row.id());
          }
        }
        before = page.next();
      } while (before != null);
      List<Long> missing = new ArrayList<>(videos);
      missing.removeAll(Set.copyOf(there));
      List<Long> foreign = new ArrayList<>(there);
      foreign.removeAll(Set.copyOf(videos));
      return missing.size() + foreign.size() + Math.abs(counted - videos.size());
    }
  }
}
