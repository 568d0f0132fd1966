package org.tanada.auth.session;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.tanada.common.row.Table;

/**
 * A row of {@code sessions}.
 *
 * @param secretHash SHA-256 of the cookie's secret, hexadecimal
 * @param lastUsedAt when it was last used, to the minute
 * @param expiresAt when it ends at the latest
 * @param userAgent of the client that opened it
 * @param network of the client that opened it, coarse
 */
record SessionRow(
    String secretHash,
    Instant lastUsedAt,
    Instant expiresAt,
    @Nullable String userAgent,
    @Nullable String network) {
  static final Table<SessionRow> TABLE = new Table<>("sessions", SessionRow.class);

  /** When it ends if it is not used any more. */
  Instant end(Duration idle) {
    Instant idleEnd = lastUsedAt.plus(idle);
    return idleEnd.isBefore(expiresAt) ? idleEnd : expiresAt;
  }
}
