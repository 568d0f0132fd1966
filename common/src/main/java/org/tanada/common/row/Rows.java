package org.tanada.common.row;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Typed access to rows over {@link RowsContract}. */
public final class Rows {
  private final RowsContract router;

  /** Access through this router client. */
  public Rows(RowsContract router) {
    this.router = router;
  }

  /** One row by id. */
  public <T> Optional<Stored<T>> find(Table<T> table, long id, Consistency consistency) {
    Row row =
        router
            .read(new RowsContract.Read(List.of(new RowKey(table.name(), id)), consistency))
            .rows()
            .getFirst();
    return Optional.ofNullable(row).map(found -> Stored.of(table, found));
  }

  /**
   * Rows of one table by id; those that do not exist are left out. At most {@value
   * RowsContract#MAX_BATCH} ids.
   */
  public <T> List<Stored<T>> findAll(Table<T> table, List<Long> ids, Consistency consistency) {
    return findAll(table, ids, consistency, null);
  }

  /** The same without those whose shards are out of reach. */
  public <T> List<Stored<T>> findWithinReach(
      Table<T> table, List<Long> ids, Consistency consistency) {
    return findAll(table, ids, consistency, true);
  }

  private <T> List<Stored<T>> findAll(
      Table<T> table, List<Long> ids, Consistency consistency, @Nullable Boolean partial) {
    if (ids.isEmpty()) {
      return List.of();
    }
    List<RowKey> keys = ids.stream().map(id -> new RowKey(table.name(), id)).toList();
    return router.read(new RowsContract.Read(keys, consistency, partial)).rows().stream()
        .flatMap(Stream::ofNullable)
        .map(row -> Stored.of(table, row))
        .toList();
  }

  /** Rows of two tables that have one id, by one call. */
  public <A, B> Pair<A, B> find(Table<A> first, Table<B> second, long id, Consistency consistency) {
    List<@Nullable Row> rows =
        router
            .read(
                new RowsContract.Read(
                    List.of(new RowKey(first.name(), id), new RowKey(second.name(), id)),
                    consistency))
            .rows();
    return new Pair<>(stored(first, rows.get(0)), stored(second, rows.get(1)));
  }

  private static <T> @Nullable Stored<T> stored(Table<T> table, @Nullable Row row) {
    return row == null ? null : Stored.of(table, row);
  }

  /**
   * Rows of two tables that have one id.
   *
   * @param first null if there is none
   * @param second null if there is none
   */
  public record Pair<A, B>(@Nullable Stored<A> first, @Nullable Stored<B> second) {}

  /** A page of one owner's rows, newest first. */
  public <T> TypedPage<T> ofOwner(
      Table<T> table,
      long owner,
      Map<String, @Nullable Object> where,
      int limit,
      @Nullable Long before,
      Consistency consistency) {
    return page(table, owner, where, limit, before, consistency);
  }

  /** A page of all users' rows, newest first. */
  public <T> TypedPage<T> newest(
      Table<T> table,
      Map<String, @Nullable Object> where,
      int limit,
      @Nullable Long before,
      Consistency consistency) {
    return page(table, null, where, limit, before, consistency);
  }

  /** Several writes on one owner's shard, all or nothing. */
  public Transaction.Committed commit(Transaction transaction) {
    return router.commit(transaction);
  }

  private <T> TypedPage<T> page(
      Table<T> table,
      @Nullable Long owner,
      Map<String, @Nullable Object> where,
      int limit,
      @Nullable Long before,
      Consistency consistency) {
    RowsContract.Page page =
        router.list(
            new RowsContract.ListRows(
                table.name(), owner, table.columns(where), limit, before, consistency));
    return new TypedPage<>(
        page.rows().stream().map(row -> Stored.of(table, row)).toList(), page.next());
  }

  /**
   * A page.
   *
   * @param rows newest first
   * @param next the {@code before} of the next page; null if this is the last
   */
  public record TypedPage<T>(List<Stored<T>> rows, @Nullable Long next) {
    public TypedPage {
      rows = List.copyOf(rows);
    }
  }
}
