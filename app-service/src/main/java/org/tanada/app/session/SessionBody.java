package org.tanada.app.session;

import com.fasterxml.jackson.annotation.JsonFormat;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.tanada.common.account.AccountsContract.Session;

/**
 * A session as its owner sees it.
 *
 * @param id of the session
 * @param createdAt when it began
 * @param lastUsedAt when it was last used, to the minute
 * @param expiresAt when it ends by itself
 * @param userAgent of the client that opened it
 * @param device what that is, for example {@code Firefox on Linux}
 * @param network of the client that opened it, coarse
 * @param current whether it is the one that asks
 */
@Schema(name = "Session", description = "A session as its owner sees it.")
record SessionBody(
    @JsonFormat(shape = JsonFormat.Shape.STRING) @Schema(type = "string") long id,
    Instant createdAt,
    Instant lastUsedAt,
    Instant expiresAt,
    @Nullable String userAgent,
    String device,
    @Nullable String network,
    boolean current) {
  static SessionBody of(Session session, @Nullable Long current) {
    return new SessionBody(
        session.id(),
        session.createdAt(),
        session.lastUsedAt(),
        session.expiresAt(),
        session.userAgent(),
        Device.of(session.userAgent()),
        session.network(),
        current != null && current == session.id());
  }
}
