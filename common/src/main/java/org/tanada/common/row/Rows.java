package org.tanada.common.row;

import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    if (ids.isEmpty()) {
      return List.of();
    }
    List<RowKey> keys = ids.stream().map(id -> new RowKey(table.name(), id)).toList();
    return router.read(new RowsContract.Read(keys, consistency)).rows().stream()
        .flatMap(row ->
            row == null
                ? java.util.stream.Stream.empty()
                : java.util.stream.Stream.of(Stored.of(table, row)))
        .toList();
  }

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
