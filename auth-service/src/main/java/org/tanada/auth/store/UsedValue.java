package org.tanada.auth.store;

import java.time.Instant;
import org.tanada.common.row.Table;

/**
 * A row of {@code used_values}.
 *
 * @param digest of the value and of what it is
 * @param expiresAt until when it has to be remembered
 */
record UsedValue(String digest, Instant expiresAt) {
  static final Table<UsedValue> TABLE = new Table<>("used_values", UsedValue.class);
}
