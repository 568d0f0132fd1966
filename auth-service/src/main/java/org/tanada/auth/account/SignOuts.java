package org.tanada.auth.account;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.springframework.stereotype.Component;
import org.tanada.auth.revocation.RevocationLog;

/** Signs a user out everywhere: every session and every token, on every server. */
@Component
public final class SignOuts {
  private final RevocationLog revocations;
  private final InstantSource clock;
  private final List<AccountPart> parts;

  SignOuts(RevocationLog revocations, InstantSource clock, List<AccountPart> parts) {
    this.revocations = revocations;
    this.clock = clock;
    this.parts = List.copyOf(parts);
  }

  /** Ends all that has begun until now; may be called again after a crash. {@code unavailable}. */
  public void everywhere(long userId) {
    until(userId, clock.instant());
  }

  /**
   * The same, before something begins anew in this millisecond, which is as exact as ids are. What
   * else has begun in it ends by its row alone.
   */
  void beforeNow(long userId) {
    until(userId, clock.instant().minusMillis(1));
  }

  /** Deletes what is left of a user who is gone: it opens nothing any more. */
  void leftovers(long userId) {
    parts.forEach(part -> part.endAll(userId));
  }

  private void until(long userId, Instant cutoff) {
    revocations.user(userId, cutoff);
    leftovers(userId);
  }

  /** Ends one session, or the tokens of one sign-in. {@code unavailable}. */
  public void one(long id) {
    revocations.family(id);
    parts.forEach(part -> part.end(id));
  }
}
