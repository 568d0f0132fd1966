package org.tanada.auth.session;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.auth.revocation.RevocationLog;
import org.tanada.auth.store.AccountRows;
import org.tanada.common.id.TanadaId;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * Cookie sessions as other features see them: whether they live, when their user last proved who
 * they are, what they were opened by, and their end.
 */
@Component
public final class LiveSessions {
  private final AccountRows rows;
  private final InstantSource clock;
  private final SessionProperties properties;
  private final RevocationLog revocations;

  LiveSessions(
      AccountRows rows,
      InstantSource clock,
      SessionProperties properties,
      RevocationLog revocations) {
    this.rows = rows;
    this.clock = clock;
    this.properties = properties;
    this.revocations = revocations;
  }

  /** Whether the user's session is there, and they signed in or proved who they are since then. */
  public boolean provedSince(long userId, long sessionId, Instant since) {
    return present(userId, sessionId)
        .filter(stored -> {
          Instant proved = stored.value().provedAt();
          return !TanadaId.time(sessionId).isBefore(since)
              || (proved != null && !proved.isBefore(since));
        })
        .isPresent();
  }

  /**
   * Notes that the user has proved anew who they are.
   *
   * @return false if there is no such session any more
   */
  public boolean proved(long userId, long sessionId) {
    if (!lives(userId, sessionId)) {
      return false;
    }
    try {
      rows.commit(
          userId,
          Write.update(SessionRow.TABLE, sessionId, null, Map.of("provedAt", clock.instant())));
      return true;
    } catch (ProblemException e) {
      if (e.code() == ProblemCode.NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  /** Whether the user has such a session right now. */
  public boolean lives(long userId, long sessionId) {
    return present(userId, sessionId).isPresent();
  }

  /** What a session of the user was opened by; empty if by a password. */
  public Optional<SessionOrigin> origin(long userId, long sessionId) {
    return present(userId, sessionId)
        .map(Stored::value)
        .filter(row -> row.linkId() != null)
        .map(row ->
            new SessionOrigin(
                Objects.requireNonNull(row.linkId()),
                row.providerSession(),
                row.idTokenEncrypted()));
  }

  /**
   * Ends the user's sessions that were opened by a link with a provider, or by a passkey.
   *
   * @param providerSession only those of this session at the provider; null for all
   */
  public void endOpenedBy(long userId, long openedBy, @Nullable String providerSession) {
    rows.ofOwner(SessionRow.TABLE, userId).stream()
        .filter(stored -> Objects.equals(stored.value().linkId(), openedBy))
        .filter(stored ->
            providerSession == null || providerSession.equals(stored.value().providerSession()))
        .forEach(this::endNow);
  }

  /** Ends all sessions, whosever they are, of this session at a provider. */
  public void endOpenedIn(String providerSession) {
    rows.everywhere(SessionRow.TABLE, Map.of("providerSession", providerSession))
        .forEach(this::endNow);
  }

  private Optional<Stored<SessionRow>> present(long userId, long sessionId) {
    return rows.findNow(SessionRow.TABLE, sessionId)
        .filter(stored -> stored.owner() == userId)
        .filter(stored -> clock.instant().isBefore(stored.value().end(properties.idle())))
        .filter(stored -> !revocations.known().denies(userId, sessionId));
  }

  private void endNow(Stored<SessionRow> stored) {
    revocations.session(stored.id());
    rows.deleteIfPresent(SessionRow.TABLE, stored.owner(), stored.id());
  }
}
