package org.tanada.common.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.Row;
import org.tanada.common.row.RowKey;
import org.tanada.common.row.RowsContract;

/**
 * Clients of the routers that read, write, order and claim, and keep a {@link History} of what they
 * were told.
 */
public final class RowLoad implements AutoCloseable {
  private static final Duration SETUP = Duration.ofSeconds(60);

  private final Settings settings;
  private final Supplier<List<RowsContract>> routers;
  private final History history = new History();
  private final Layout layout;
  private final List<LoadClient> clients = new ArrayList<>();
  private final List<Future<?>> running = new CopyOnWriteArrayList<>();
  private final Set<String> claimed = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * What the load is like.
   *
   * @param seed of all random choices
   * @param shards the virtual shards that it works on, an owner in each
   * @param clients how many there are
   * @param withTokens how many of them show what they have seen
   * @param pause between two operations of a client
   * @param patience how long an operation is repeated whose answer is lost
   */
  public record Settings(
      long seed,
      List<Integer> shards,
      int clients,
      int withTokens,
      Duration pause,
      Duration patience) {
    public Settings {
      shards = List.copyOf(shards);
    }
  }

  /**
   * A load that is not running yet.
   *
   * @param routers clients of those that are thought to be up; asked before each request
   */
  public RowLoad(Settings settings, Supplier<List<RowsContract>> routers) {
    this.settings = settings;
    this.routers = routers;
    RandomGenerator random = new Random(settings.seed());
    this.layout = Layout.of(settings.shards(), 6, random);
    for (int i = 0; i < settings.clients(); i++) {
      clients.add(new LoadClient(i, i < settings.withTokens(), this, random.nextLong()));
    }
  }

  /** Inserts the rows, and lets the clients begin. */
  public void start() {
    Attempts setup = attempts(new Random(settings.seed()), SETUP);
    for (Layout.Owner owner : layout.owners()) {
      setup.commit(owner.id(), owner.inserts(), List.of(), "setup-" + owner.id(), null);
    }
    clients.forEach(client -> running.add(threads.submit(client)));
  }

  /** What happened so far. */
  public History history() {
    return history;
  }

  /**
   * Ends the clients, lets everything settle that is under way, and reads what there is then.
   *
   * @param limit for effects to arrive and for writes to be answered that nobody answered yet
   * @throws IllegalStateException if a client failed, or the rows cannot be read within the limit
   */
  public FinalState finish(Duration limit) {
    clients.forEach(LoadClient::stop);
    for (Future<?> client : running) {
      try {
        client.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      } catch (java.util.concurrent.ExecutionException e) {
        throw new IllegalStateException("a client failed: " + e.getCause(), e.getCause());
      }
    }
    Attempts reads = attempts(new Random(settings.seed()), limit);
    long deadline = System.nanoTime() + limit.toNanos();
    Map<Long, Long> expected = expectedBalances();
    FinalState state = read(reads);
    while (!state.balances().equals(expected) && System.nanoTime() < deadline) {
      Attempts.pause(); // effects are on their way
      state = read(reads);
    }
    return state;
  }

  /** Deletes the rows. */
  public void remove() {
    Attempts removal = attempts(new Random(settings.seed()), SETUP);
    for (Layout.Owner owner : layout.owners()) {
      removal.commit(owner.id(), owner.deletions(), List.of(), "removal-" + owner.id(), null);
    }
  }

  @Override
  public void close() {
    clients.forEach(LoadClient::stop);
    threads.shutdownNow();
  }

  /** Whether nobody has claimed the name for the row yet. */
  boolean claimsFirst(String name, long row) {
    return claimed.add(name + " " + row);
  }

  Settings settings() {
    return settings;
  }

  Layout layout() {
    return layout;
  }

  Attempts attempts(Random random, Duration patience) {
    return new Attempts(routers, history, random, patience);
  }

  private Map<Long, Long> expectedBalances() {
    Map<Long, Long> balances = new HashMap<>();
    layout.owners().forEach(owner -> balances.put(owner.account(), 0L));
    for (Operation operation : history.operations()) {
      if (operation instanceof Operation.Transfer transfer
          && transfer.outcome() == Operation.Outcome.DONE) {
        balances.merge(transfer.from(), -transfer.amount(), Long::sum);
        balances.merge(transfer.to(), transfer.amount(), Long::sum);
      }
    }
    return balances;
  }

  private FinalState read(Attempts reads) {
    Map<Long, Operation.Seen> registers = new HashMap<>();
    Map<Long, Long> balances = new HashMap<>();
    for (Layout.Owner owner : layout.owners()) {
      List<RowKey> keys = owner.rows().stream().map(id -> new RowKey(Layout.TABLE, id)).toList();
      for (Row row : reads.read(keys, Consistency.PRIMARY)) {
        if (row == null) {
          continue; // the checker misses it
        }
        if (row.id() == owner.account()) {
          balances.put(row.id(), Layout.balance(row));
        } else {
          registers.put(row.id(), Layout.seen(row));
        }
      }
    }
    return new FinalState(registers, balances);
  }
}
