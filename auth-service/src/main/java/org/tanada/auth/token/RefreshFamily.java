package org.tanada.auth.token;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.tanada.common.row.Table;

/**
 * A row of {@code refresh_families}: the refresh tokens that follow from one sign-in, of which one
 * is good.
 *
 * @param currentHash SHA-256 of the good token, hexadecimal
 * @param previousHash of the one before it; null before the first rotation
 * @param rotatedAt when the good one took its place
 * @param expiresAt when the good one expires
 * @param revoked whether none is good any more
 */
record RefreshFamily(
    String currentHash,
    @Nullable String previousHash,
    Instant rotatedAt,
    Instant expiresAt,
    boolean revoked) {
  static final Table<RefreshFamily> TABLE = new Table<>("refresh_families", RefreshFamily.class);
}
