package org.tanada.common.row.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tanada.common.id.TanadaId;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Row;
import org.tanada.common.row.RowKey;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;

/**
 * A faithful db-router in memory: transactions are all or nothing with versions, unique keys and
 * idempotency keys, names are claimed across shards, effects are applied at once unless they are
 * held. A table exists as soon as a row is inserted. One lock guards everything.
 */
public final class InMemoryRows implements RowsContract {
  /** How many virtual shards there are. */
  public static final int SHARDS = 64;

  private static final Duration CLAIM_GRACE = Duration.ofMinutes(1);
  private static final Duration KEY_LIFETIME = Duration.ofHours(24);

  private final InstantSource clock;
  private final Map<String, TreeMap<Long, Row>> tables = new HashMap<>();
  private final Map<String, Map<String, List<String>>> uniqueKeys = new HashMap<>();
  private final Map<String, Outcome> outcomes = new HashMap<>();
  private final Map<Name, Holder> claims = new HashMap<>();
  private final Set<RowKey> barred = new HashSet<>();
  private final Deque<Transaction.Effect> outbox = new ArrayDeque<>();
  private final Set<String> refused = new HashSet<>();
  private boolean holding;
  private boolean down;
  private int answersToLose;
  private long sequence;

  /** An empty store on the system's clock. */
  public InMemoryRows() {
    this(InstantSource.system());
  }

  /** An empty store on the given clock. */
  public InMemoryRows(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Adds a unique key within each shard; {@code user_id} may be one of the columns. A row with a
   * null in one of them is not bound, as in SQL.
   */
  public synchronized InMemoryRows unique(String table, String key, String... columns) {
    uniqueKeys.computeIfAbsent(table, t -> new LinkedHashMap<>()).put(key, List.of(columns));
    return this;
  }

  /** From now on every call fails with {@code unavailable}, or works again. */
  public synchronized void down(boolean isDown) {
    down = isDown;
  }

  /**
   * From now on transactions that write to the table fail with {@code unavailable}, or work again.
   */
  public synchronized void refuseTable(String table, boolean isRefused) {
    if (isRefused) {
      refused.add(table);
    } else {
      refused.remove(table);
    }
  }

  /** The next so many transactions are kept, but their answers get lost: {@code unavailable}. */
  public synchronized void loseAnswers(int transactions) {
    answersToLose = transactions;
  }

  /** Keeps effects in the outbox until {@link #deliverEffects()}. */
  public synchronized void holdEffects() {
    holding = true;
  }

  /** Applies all effects that were held, and from now on each at once. */
  public synchronized void deliverEffects() {
    holding = false;
    while (!outbox.isEmpty()) {
      Transaction.Effect effect = outbox.getFirst();
      apply(effect.owner(), effect.writes());
      outbox.removeFirst();
    }
  }

  /** All rows of a table, by id. */
  public synchronized List<Row> all(String table) {
    return List.copyOf(tables.getOrDefault(table, new TreeMap<>()).values());
  }

  /**
   * Makes a table's rows of a shard those that they once were, versions and all: as after the
   * promotion of a replica which had not got the newest commits.
   */
  public synchronized void loseSince(String table, int shard, List<Row> then) {
    TreeMap<Long, Row> rows = tables.computeIfAbsent(table, t -> new TreeMap<>());
    rows.keySet().removeIf(id -> TanadaId.shard(id) == shard);
    then.forEach(row -> rows.put(row.id(), row));
  }

  /** How many names are claimed, whether their rows exist or not. */
  public synchronized int claimed() {
    return claims.size();
  }

  /** The rows that hold names of a kind, by name; not of claims whose rows do not exist. */
  public synchronized Map<String, Long> holders(String kind) {
    Map<String, Long> holders = new TreeMap<>();
    claims.forEach((name, holder) -> {
      if (name.kind().equals(kind) && row(holder.table, holder.id) != null) {
        holders.put(name.value(), holder.id);
      }
    });
    return holders;
  }

  @Override
  public synchronized Shards shards() {
    up();
    return new Shards(SHARDS);
  }

  @Override
  public synchronized Found read(Read read) {
    up();
    if (read.keys().size() > MAX_BATCH) {
      throw malformed("too many keys: " + read.keys().size());
    }
    List<@Nullable Row> found = new ArrayList<>();
    for (RowKey key : read.keys()) {
      found.add(row(key.table(), key.id()));
    }
    return new Found(found);
  }

  @Override
  public synchronized Page list(ListRows list) {
    up();
    if (list.limit() < 1 || list.limit() > MAX_PAGE) {
      throw malformed("limit out of range: " + list.limit());
    }
    List<Row> rows = new ArrayList<>();
    Long before = list.before();
    TreeMap<Long, Row> table = tables.getOrDefault(list.table(), new TreeMap<>());
    for (Row row :
        table.headMap(before == null ? Long.MAX_VALUE : before, false).descendingMap().values()) {
      if ((list.owner() == null || list.owner() == row.owner()) && matches(row, list.where())) {
        if (rows.size() == list.limit()) {
          return new Page(rows, rows.getLast().id());
        }
        rows.add(row);
      }
    }
    return new Page(rows, null);
  }

  @Override
  public synchronized Transaction.Committed commit(Transaction transaction) {
    up();
    if (transaction.writes().stream().anyMatch(write -> refused.contains(write.table()))) {
      throw new ProblemException(ProblemCode.UNAVAILABLE, "The table is down on purpose.");
    }
    long now = clock.millis();
    outcomes.values().removeIf(old -> old.at + KEY_LIFETIME.toMillis() < now);
    String key = transaction.owner() + " " + transaction.idempotencyKey();
    Outcome earlier = outcomes.get(key);
    if (earlier != null) {
      if (!earlier.fingerprint.equals(transaction.fingerprint())) {
        throw new ProblemException(
            ProblemCode.IDEMPOTENCY_KEY_REUSED, "The key stands for another transaction.");
      }
      return new Transaction.Committed(earlier.rows, token(), true);
    }
    List<Row> rows = apply(transaction.owner(), transaction.writes());
    outcomes.put(key, new Outcome(transaction.fingerprint(), rows, now));
    outbox.addAll(transaction.effects());
    sequence++;
    if (!holding) {
      deliverEffects();
    }
    if (answersToLose > 0) {
      answersToLose--;
      throw new ProblemException(ProblemCode.UNAVAILABLE, "The answer got lost on purpose.");
    }
    return new Transaction.Committed(rows, token(), false);
  }

  @Override
  public synchronized void claim(Claim claim) {
    up();
    Name name = new Name(claim.kind(), claim.value());
    Holder holder = claims.get(name);
    if (holder != null && !holder.is(claim)) {
      boolean fresh = holder.at + CLAIM_GRACE.toMillis() > clock.millis();
      if (fresh || row(holder.table, holder.id) != null) {
        throw new ProblemException(
            ProblemCode.CLAIMED, "Another row holds this name.", List.of(), claim.kind(), null);
      }
      barred.add(new RowKey(holder.table, holder.id));
    }
    claims.put(name, new Holder(claim.table(), claim.id(), clock.millis()));
  }

  @Override
  public synchronized void release(Claim claim) {
    up();
    Name name = new Name(claim.kind(), claim.value());
    Holder holder = claims.get(name);
    if (holder != null && holder.is(claim)) {
      claims.remove(name);
    }
  }

  @Override
  public synchronized Resolved resolve(Name name) {
    up();
    Holder holder = claims.get(name);
    return new Resolved(
        holder == null || row(holder.table, holder.id) == null ? null : (Long) holder.id);
  }

  /** Applies the writes, or takes all of them back and throws. */
  private List<Row> apply(long owner, List<Write> writes) {
    Deque<Runnable> undo = new ArrayDeque<>();
    List<Row> rows = new ArrayList<>();
    try {
      for (Write write : writes) {
        if (TanadaId.shard(owner) >= SHARDS
            || TanadaId.shard(write.id()) != TanadaId.shard(owner)) {
          throw malformed("row " + write.id() + " does not lie in the shard of " + owner);
        }
        TreeMap<Long, Row> table = tables.computeIfAbsent(write.table(), t -> new TreeMap<>());
        Row before = table.get(write.id());
        rows.add(apply(owner, write, table, before));
        undo.push(() -> {
          if (before == null) {
            table.remove(write.id());
          } else {
            table.put(write.id(), before);
          }
        });
      }
      return rows;
    } catch (RuntimeException e) {
      undo.forEach(Runnable::run);
      throw e;
    }
  }

  private Row apply(long owner, Write write, Map<Long, Row> table, @Nullable Row before) {
    long now = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    if (write.operation() == Write.Operation.INSERT) {
      if (before != null) {
        throw duplicate("PRIMARY");
      }
      if (barred.contains(new RowKey(write.table(), write.id()))) {
        throw new ProblemException(
            ProblemCode.CLAIMED, "Another row got the name.", List.of(), "row", null);
      }
      Map<String, @Nullable Object> values = new LinkedHashMap<>();
      write.values().forEach((column, value) -> values.put(column, plain(value)));
      Row row = new Row(write.table(), write.id(), owner, 1, now, now, values);
      checkUnique(table, row);
      table.put(row.id(), row);
      return row;
    }
    if (before == null || before.owner() != owner) {
      throw new ProblemException(ProblemCode.NOT_FOUND, "There is no such row.");
    }
    Long expected = write.expectedVersion();
    if (expected != null && expected != before.version()) {
      throw new ProblemException(
          ProblemCode.VERSION_MISMATCH, "The row has version " + before.version() + ".");
    }
    if (write.operation() == Write.Operation.DELETE) {
      table.remove(write.id());
      return before;
    }
    Map<String, @Nullable Object> values = new LinkedHashMap<>(before.values());
    write.values().forEach((column, value) -> values.put(column, plain(value)));
    write
        .increments()
        .forEach((column, by) ->
            values.put(column, (values.get(column) instanceof Number n ? n.longValue() : 0L) + by));
    Row row =
        new Row(
            write.table(),
            write.id(),
            owner,
            before.version() + 1,
            before.createdAt(),
            now,
            values);
    checkUnique(table, row);
    table.put(row.id(), row);
    return row;
  }

  private void checkUnique(Map<Long, Row> table, Row row) {
    uniqueKeys
        .getOrDefault(row.table(), Map.of())
        .forEach((key, columns) -> {
          Map<String, @Nullable Object> wanted = new LinkedHashMap<>();
          columns.forEach(column -> wanted.put(column, value(row, column)));
          if (wanted.containsValue(null)) {
            return;
          }
          for (Row other : table.values()) {
            if (other.id() != row.id()
                && TanadaId.shard(other.id()) == TanadaId.shard(row.id())
                && matches(other, wanted)) {
              throw duplicate(key);
            }
          }
        });
  }

  private static boolean matches(Row row, Map<String, @Nullable Object> where) {
    return where.entrySet().stream()
        .allMatch(wanted -> Objects.equals(value(row, wanted.getKey()), plain(wanted.getValue())));
  }

  private static @Nullable Object value(Row row, String column) {
    return column.equals("user_id") ? (Long) row.owner() : row.values().get(column);
  }

  /** JSON gives a small number as Integer; a database gives Long. */
  private static @Nullable Object plain(@Nullable Object value) {
    return value instanceof Integer number ? (Object) number.longValue() : value;
  }

  private @Nullable Row row(String table, long id) {
    return tables.getOrDefault(table, new TreeMap<>()).get(id);
  }

  private String token() {
    return "memory-" + sequence;
  }

  private void up() {
    if (down) {
      throw new ProblemException(ProblemCode.UNAVAILABLE, "The store is down on purpose.");
    }
  }

  private static ProblemException malformed(String detail) {
    return new ProblemException(ProblemCode.MALFORMED_REQUEST, detail);
  }

  private static ProblemException duplicate(String key) {
    return new ProblemException(
        ProblemCode.DUPLICATE, "The row exists already.", List.of(), key, null);
  }

  private record Outcome(String fingerprint, List<Row> rows, long at) {}

  private record Holder(String table, long id, long at) {
    boolean is(Claim claim) {
      return table.equals(claim.table()) && id == claim.id();
    }
  }
}
