package org.tanada.auth.audit;

import org.tanada.common.row.Table;

/**
 * A row of {@code audit_heads}: where a chain ends. Each append is an update of it at the version
 * that was read, so that of two servers one comes after the other.
 *
 * @param sequence of the newest entry
 * @param hash of that entry
 * @param entryId its row; later entries have greater ids
 * @param seal see {@link Chain#sealed}
 */
record HeadRow(long sequence, String hash, long entryId, String seal) {
  static final Table<HeadRow> TABLE = new Table<>("audit_heads", HeadRow.class);
}
