package org.tanada.auth.account;

import java.util.List;
import org.springframework.stereotype.Component;
import org.tanada.auth.revocation.RevocationLog;

/** Signs a user out everywhere: every session and every token, on every server. */
@Component
public final class SignOuts {
  private final RevocationLog revocations;
  private final List<AccountPart> parts;

  SignOuts(RevocationLog revocations, List<AccountPart> parts) {
    this.revocations = revocations;
    this.parts = List.copyOf(parts);
  }

  /** Ends all that has begun until now; may be called again after a crash. {@code unavailable}. */
  public void everywhere(long userId) {
    revocations.user(userId);
    parts.forEach(part -> part.endAll(userId));
  }

  /** Ends one session, or the tokens of one sign-in. {@code unavailable}. */
  public void one(long id) {
    revocations.family(id);
    parts.forEach(part -> part.end(id));
  }
}
