package org.tanada.common.row;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One change of one row, as a part of a {@link Transaction}.
 *
 * @param operation insert, update or delete
 * @param table its table
 * @param id its id; must lie in the owner's virtual shard
 * @param expectedVersion the version that an update or delete must find, or null for whichever is
 *     there
 * @param values columns to set; absent columns keep their value (update) or take the column's
 *     default (insert)
 * @param increments numbers to add to columns, so that counters do not fight (update only)
 */
public record Write(
    Operation operation,
    String table,
    long id,
    @Nullable Long expectedVersion,
    Map<String, @Nullable Object> values,
    Map<String, Long> increments) {
  public Write {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    increments = Map.copyOf(increments);
  }

  /**
   * Inserts a row; an id or unique key that exists already fails the transaction with {@code
   * duplicate}.
   */
  public static <T> Write insert(Table<T> table, long id, T value) {
    return new Write(Operation.INSERT, table.name(), id, null, table.values(value), Map.of());
  }

  /** Sets the given columns (Java names or column names) of a row. */
  public static Write update(
      Table<?> table,
      long id,
      @Nullable Long expectedVersion,
      Map<String, @Nullable Object> values) {
    return new Write(
        Operation.UPDATE, table.name(), id, expectedVersion, table.columns(values), Map.of());
  }

  /** Adds to counters of a row. */
  public static Write increment(Table<?> table, long id, Map<String, Long> increments) {
    return new Write(Operation.UPDATE, table.name(), id, null, Map.of(), increments);
  }

  /** Deletes a row. */
  public static Write delete(Table<?> table, long id, @Nullable Long expectedVersion) {
    return new Write(Operation.DELETE, table.name(), id, expectedVersion, Map.of(), Map.of());
  }

  /** The three changes. */
  public enum Operation {
    INSERT,
    UPDATE,
    DELETE
  }
}
