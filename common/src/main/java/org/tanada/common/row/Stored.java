package org.tanada.common.row;

import java.time.Instant;

/**
 * A row of a known table.
 *
 * @param id its id
 * @param owner id of the user who owns it
 * @param version for {@code If-Match} and optimistic updates
 * @param createdAt when it was inserted
 * @param updatedAt when it was last changed
 * @param value its columns
 */
public record Stored<T>(
    long id, long owner, long version, Instant createdAt, Instant updatedAt, T value) {
  /** The row in the table's type. */
  public static <T> Stored<T> of(Table<T> table, Row row) {
    return new Stored<>(
        row.id(),
        row.owner(),
        row.version(),
        Table.instant(row.createdAt()),
        Table.instant(row.updatedAt()),
        table.value(row));
  }
}
