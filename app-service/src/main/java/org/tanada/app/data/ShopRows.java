package org.tanada.app.data;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.app.web.IdempotencyKey;
import org.tanada.app.web.PageRequest;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.FreshId;
import org.tanada.common.row.Rows;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Table;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;

/**
 * Rows as this request may see them, see {@link Seen}: through the router, or from RAM for those
 * who have nothing to miss. Every write's token goes to the client.
 */
@Component
public final class ShopRows {
  private static final int ATTEMPTS = 3;

  private final Rows rows;
  private final RowsContract router;
  private final RowCache cache;

  ShopRows(RowsContract router, RowCache cache) {
    this.router = router;
    this.rows = new Rows(router);
    this.cache = cache;
  }

  /** One row by id. */
  public <T> Optional<Stored<T>> find(Table<T> table, long id) {
    if (Seen.mayUseRam()) {
      return cache.row(table, id, () -> read(table, id, Consistency.ANY));
    }
    return read(table, id, Seen.freshness(id));
  }

  /** One row by id as it is on the primary right now: to decide on a write. */
  public <T> Optional<Stored<T>> findNow(Table<T> table, long id) {
    return read(table, id, Consistency.PRIMARY);
  }

  /** Rows by id, in any order; those that do not exist are left out. */
  public <T> Map<Long, Stored<T>> findAll(Table<T> table, List<Long> ids) {
    Map<Long, Stored<T>> found = new LinkedHashMap<>();
    List<Long> distinct = ids.stream().distinct().toList();
    if (Seen.mayUseRam()) {
      distinct.forEach(id -> cache.present(table, id).ifPresent(row -> found.put(id, row)));
    }
    List<Long> missing = distinct.stream().filter(id -> !found.containsKey(id)).toList();
    for (int i = 0; i < missing.size(); i += RowsContract.MAX_BATCH) {
      List<Long> batch = missing.subList(i, Math.min(i + RowsContract.MAX_BATCH, missing.size()));
      for (Stored<T> row : rows.findAll(table, batch, Seen.freshness())) {
        found.put(row.id(), row);
        if (Seen.mayUseRam()) {
          cache.keep(table, row);
        }
      }
    }
    return found;
  }

  /** A page of one user's rows, newest first. */
  public <T> Rows.TypedPage<T> ofOwner(
      Table<T> table, long owner, Map<String, @Nullable Object> where, PageRequest page) {
    if (Seen.mayUseRam()) {
      return cache.page(
          table,
          owner,
          where,
          page,
          () -> rows.ofOwner(table, owner, where, page.limit(), page.before(), Consistency.ANY));
    }
    return rows.ofOwner(table, owner, where, page.limit(), page.before(), Seen.freshness(owner));
  }

  /** A page of one user's rows as they are on the primary right now, newest first. */
  public <T> Rows.TypedPage<T> ofOwnerNow(
      Table<T> table, long owner, Map<String, @Nullable Object> where, PageRequest page) {
    return rows.ofOwner(table, owner, where, page.limit(), page.before(), Consistency.PRIMARY);
  }

  /**
   * Does something to each such row of a user, as they are on the primary, until there are none.
   *
   * @param work makes the row one that is not such a one any more
   */
  public <T> void untilNone(
      Table<T> table, long owner, Map<String, @Nullable Object> where, Consumer<Stored<T>> work) {
    List<Stored<T>> found;
    do {
      found = ofOwnerNow(table, owner, where, PageRequest.first(PageRequest.MAX_LIMIT)).rows();
      found.forEach(work);
    } while (!found.isEmpty());
  }

  /** Whether the owner has such a row on the primary right now, in whichever table. */
  public boolean exists(String table, long owner, Map<String, @Nullable Object> where) {
    return !router
        .list(new RowsContract.ListRows(table, owner, where, 1, null, Consistency.PRIMARY))
        .rows()
        .isEmpty();
  }

  /**
   * Whether any user has such a row on the primary right now, in whichever table: all shards have
   * to answer. An index of the table begins with the columns.
   */
  public boolean existsAnywhere(String table, Map<String, @Nullable Object> where) {
    return !router
        .list(new RowsContract.ListRows(table, null, where, 1, null, Consistency.PRIMARY))
        .rows()
        .isEmpty();
  }

  /** Inserts one row beside its owner, under the client's key. */
  public <T> Stored<T> insert(
      Table<T> table, long owner, IdGenerator ids, T value, IdempotencyKey key, String print) {
    return only(
        table,
        withFreshId(() ->
            commit(
                owner,
                List.of(Write.insert(table, ids.nextBeside(owner), value)),
                List.of(),
                key,
                print)));
  }

  /** Tries again when the id that was made met one that exists. */
  public static Transaction.Committed withFreshId(Supplier<Transaction.Committed> transaction) {
    return FreshId.commit(ATTEMPTS, transaction);
  }

  /** A page of all users' rows, newest first. */
  public <T> Rows.TypedPage<T> newest(
      Table<T> table, Map<String, @Nullable Object> where, PageRequest page) {
    if (Seen.mayUseRam()) {
      return cache.page(
          table,
          null,
          where,
          page,
          () -> rows.newest(table, where, page.limit(), page.before(), Consistency.ANY));
    }
    return rows.newest(table, where, page.limit(), page.before(), Seen.freshness());
  }

  /** Does something to each such row of all users, newest first. */
  public <T> void each(
      Table<T> table, Map<String, @Nullable Object> where, Consumer<Stored<T>> work) {
    Long before = null;
    do {
      Rows.TypedPage<T> page = newest(table, where, new PageRequest(PageRequest.MAX_LIMIT, before));
      page.rows().forEach(work);
      before = page.next();
    } while (before != null);
  }

  /** Who holds a unique name. */
  public Optional<Long> resolve(String kind, String value) {
    return Optional.ofNullable(router.resolve(new RowsContract.Name(kind, value)).id());
  }

  /** Writes on one owner's shard, all or nothing; a random key makes it safe to send again. */
  public Transaction.Committed commit(long owner, Write... writes) {
    return commit(owner, List.of(writes), List.of(), IdempotencyKey.of(null), "");
  }

  /** Deletes a row if it is still there. */
  public void deleteIfPresent(Table<?> table, long owner, long id) {
    try {
      commit(owner, Write.delete(table, id, null));
    } catch (ProblemException e) {
      if (e.code() != ProblemCode.NOT_FOUND) {
        throw e;
      } // another server was faster
    }
  }

  /** Writes on one owner's shard, with effects on others', under the client's key. */
  public Transaction.Committed commit(
      long owner,
      List<Write> writes,
      List<Transaction.Effect> effects,
      IdempotencyKey key,
      String fingerprint) {
    Transaction transaction =
        new Transaction(owner, writes, effects, key.text(), fingerprint, Seen.token());
    Transaction.Committed committed;
    try {
      committed = rows.commit(transaction);
    } catch (ProblemException e) {
      if (!maybeDone(e)) {
        throw e;
      }
      committed = rows.commit(transaction); // the same key: at most one of the two is applied
    }
    writes.forEach(write -> cache.forget(write.table(), write.id()));
    Seen.wrote(committed.token());
    return committed;
  }

  /** Another service has changed the row: this server at least serves the old one no longer. */
  public void forget(Table<?> table, long id) {
    cache.forget(table.name(), id);
  }

  /** The single row of a transaction, typed. */
  public static <T> Stored<T> only(Table<T> table, Transaction.Committed committed) {
    return Stored.of(table, committed.rows().getFirst());
  }

  /**
   * The answer that was given under the client's key before. Asked by a transaction that cannot
   * succeed anew: it deletes a row that does not exist, so that an unknown key stays unknown.
   */
  public Optional<Transaction.Committed> answerBefore(
      long owner, Table<?> table, long unusedId, IdempotencyKey key, String fingerprint) {
    if (!key.chosen()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          commit(owner, List.of(Write.delete(table, unusedId, null)), List.of(), key, fingerprint));
    } catch (ProblemException e) {
      if (e.code() == ProblemCode.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Whether a transaction that failed like this may still have been applied. */
  public static boolean maybeDone(ProblemException e) {
    return switch (e.code()) {
      case UPSTREAM_FAILED, UPSTREAM_TIMEOUT, UNAVAILABLE, INTERNAL -> true;
      default -> false;
    };
  }

  private <T> Optional<Stored<T>> read(Table<T> table, long id, Consistency consistency) {
    return rows.find(table, id, consistency);
  }
}
