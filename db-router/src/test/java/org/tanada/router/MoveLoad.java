package org.tanada.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.Row;
import org.tanada.common.row.RowKey;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;

/**
 * Clients that write to one shard through several routers, each to rows of an owner of its own, and
 * know what must be there: inserts, updates, counters, deletes, and unique keys that go from one
 * row to another. After each write they read it back by another router with their token.
 */
final class MoveLoad implements AutoCloseable {
  private final int shard;
  private final List<Router> routers;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Client> clients = new ArrayList<>();
  private final List<Future<?>> running = new ArrayList<>();
  private final AtomicLong written = new AtomicLong();
  private volatile boolean stopped;

  MoveLoad(int shard, List<Router> routers, int clients) {
    this.shard = shard;
    this.routers = List.copyOf(routers);
    for (int i = 0; i < clients; i++) {
      Client client = new Client(i);
      this.clients.add(client);
      running.add(threads.submit(client::run));
    }
  }

  /** Writes that were acknowledged so far. */
  long written() {
    return written.get();
  }

  /** Ends the clients; fails if one of their writes was refused, or a read went back. */
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

  /** Sees that everything acknowledged is there exactly once, and nothing else, by each router. */
  void check() {
    clients.forEach(client -> routers.forEach(client::check));
  }

  @Override
  public void close() {
    stopped = true;
    threads.shutdownNow();
  }

  private final class Client {
    private final int number;
    private final long owner = Router.id(shard);
    private final long counter = Router.id(shard);
    private final long goods = Router.id(shard);
    private final Map<Long, String> videos = new HashMap<>();
    private long order;
    private long counted;
    private int turn;
    private String token;

    Client(int number) {
      this.number = number;
    }

    void run() {
      commit(Router.user(owner, "m" + owner), Router.video(counter, "counter", "draft"));
      counted = 450;
      while (!stopped) {
        switch (turn % 4) {
          case 0 -> {
            long id = Router.id(shard);
            commit(Router.video(id, "v" + turn, "draft"));
            videos.put(id, "v" + turn);
          }
          case 1 -> {
            commit(
                new Write(
                    Write.Operation.UPDATE,
                    "videos",
                    counter,
                    null,
                    Map.of(),
                    Map.of("price_minor", 1L)));
            counted++;
          }
          case 2 -> takeTheKeyOver();
          default -> {
            long id = videos.keySet().iterator().next();
            if (turn % 8 == 3 && videos.size() > 1) {
              commit(delete("videos", id));
              videos.remove(id);
            } else {
              commit(Router.update("videos", id, null, Map.of("title", "t" + turn)));
              videos.put(id, "t" + turn);
            }
          }
        }
        turn++;
      }
    }

    /** The order of the same goods by the same buyer is another row now. */
    private void takeTheKeyOver() {
      long next = Router.id(shard);
      Write insert =
          Router.insert(
              "orders",
              next,
              Map.of(
                  "video_id",
                  goods,
                  "seller_id",
                  owner,
                  "title",
                  "o",
                  "price_minor",
                  1,
                  "sale_id",
                  next));
      if (order == 0) {
        commit(insert);
      } else {
        commit(delete("orders", order), insert);
      }
      order = next;
    }

    private static Write delete(String table, long id) {
      return new Write(Write.Operation.DELETE, table, id, null, Map.of(), Map.of());
    }

    private void commit(Write... writes) {
      Router router = routers.get(Math.floorMod(number + turn, routers.size()));
      Router other = routers.get(Math.floorMod(number + turn + 1, routers.size()));
      Transaction.Committed committed =
          router.rows.commit(
              new Transaction(
                  owner, List.of(writes), List.of(), "k" + Router.id(shard), "f", token));
      written.incrementAndGet();
      token = committed.token();
      Row last = committed.rows().getLast();
      boolean deleted = writes[writes.length - 1].operation() == Write.Operation.DELETE;
      Row seen =
          other
              .rows
              .read(
                  new RowsContract.Read(
                      List.of(new RowKey(last.table(), last.id())), Consistency.of(token)))
              .rows()
              .getFirst();
      if (deleted) {
        assertThat(seen).as("a deleted row is read").isNull();
      } else {
        assertThat(seen).as("what was just written is not read").isNotNull();
        assertThat(seen.version())
            .as("what was just written is not read")
            .isEqualTo(last.version());
        // a migration may have added columns since
        assertThat(seen.values()).containsAllEntriesOf(last.values());
      }
      List<Row> newest =
          other
              .rows
              .list(
                  new RowsContract.ListRows(
                      "videos", owner, Map.of(), 1, null, Consistency.of(token)))
              .rows();
      assertThat(newest).as("no rows are listed").isNotEmpty();
    }

    private void check(Router router) {
      Map<Long, String> found = new HashMap<>();
      long price = 0;
      for (Row row : all(router, "videos")) {
        if (row.id() == counter) {
          price = ((Number) row.values().get("price_minor")).longValue();
        } else {
          found.put(row.id(), String.valueOf(row.values().get("title")));
        }
      }
      assertThat(found).isEqualTo(videos);
      assertThat(price).isEqualTo(counted);
      assertThat(all(router, "orders").stream().map(Row::id).toList())
          .isEqualTo(order == 0 ? List.of() : List.of(order));
    }

    private List<Row> all(Router router, String table) {
      List<Row> rows = new ArrayList<>();
      Long before = null;
      do {
        RowsContract.Page page =
            router.rows.list(
                new RowsContract.ListRows(
                    table, owner, Map.of(), 100, before, Consistency.PRIMARY));
        rows.addAll(page.rows());
        before = page.next();
      } while (before != null);
      return rows;
    }
  }
}
