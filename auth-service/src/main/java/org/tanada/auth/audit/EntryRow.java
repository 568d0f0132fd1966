package org.tanada.auth.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.tanada.common.row.Table;

/**
 * A row of {@code audit_entries}: an {@link Event} in its place.
 *
 * @param sequence its place in the chain, from 1
 * @param previousHash of the entry before it; zeros before the first
 * @param hash see {@link Chain#hash}
 */
record EntryRow(
    long sequence,
    String previousHash,
    String hash,
    Instant happenedAt,
    @Nullable Long whoId,
    @Nullable String who,
    String what,
    @Nullable Long whomId,
    @Nullable String network,
    @Nullable String detail) {
  static final Table<EntryRow> TABLE = new Table<>("audit_entries", EntryRow.class);
}
