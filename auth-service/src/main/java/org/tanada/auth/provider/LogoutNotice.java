package org.tanada.auth.provider;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A good logout token. One of subject and session is there.
 *
 * @param issuer of the token
 * @param id of the token ({@code jti})
 * @param issuedAt when
 * @param subject who has signed out; null if it is not told
 * @param session which session has ended ({@code sid}); null for all of the subject's
 */
public record LogoutNotice(
    String issuer,
    String id,
    Instant issuedAt,
    @Nullable String subject,
    @Nullable String session) {}
