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
 * @param linkId the link with a provider, or the passkey, that it was opened by; null if by a
 *     password
 * @param providerSession digest of the session at that provider; null if it named none
 * @param idTokenEncrypted what the provider wants to see at sign-out; null if nothing
 * @param provedAt when the user last proved in it anew who they are; null if only at its beginning
 */
record SessionRow(
    String secretHash,
    Instant lastUsedAt,
    Instant expiresAt,
    @Nullable String userAgent,
    @Nullable String network,
    @Nullable Long linkId,
    @Nullable String providerSession,
    @Nullable String idTokenEncrypted,
    @Nullable Instant provedAt) {
  static final Table<SessionRow> TABLE = new Table<>("sessions", SessionRow.class);

  /** The same, used at that time. */
  SessionRow used(Instant now) {
    return new SessionRow(
        secretHash,
        now,
        expiresAt,
        userAgent,
        network,
        linkId,
        providerSession,
        idTokenEncrypted,
        provedAt);
  }

  /** When it ends if it is not used any more. */
  Instant end(Duration idle) {
    Instant idleEnd = lastUsedAt.plus(idle);
    return idleEnd.isBefore(expiresAt) ? idleEnd : expiresAt;
  }
}
