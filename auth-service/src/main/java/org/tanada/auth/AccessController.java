package org.tanada.auth;

import org.springframework.web.bind.annotation.RestController;
import org.tanada.auth.account.SignOuts;
import org.tanada.auth.audit.Audit;
import org.tanada.auth.revocation.RevocationLog;
import org.tanada.auth.token.KeyRotation;
import org.tanada.auth.token.SigningKeys;
import org.tanada.common.account.AccessContract;
import org.tanada.common.account.AdministrationContract.Actor;
import org.tanada.common.account.AuditContract.What;
import org.tanada.common.problem.ProblemException;

/** The feed of revocations, and what operators revoke and rotate. */
@RestController
class AccessController implements AccessContract {
  private final RevocationLog revocations;
  private final SignOuts signOuts;
  private final SigningKeys keys;
  private final KeyRotation rotation;
  private final Audit audit;

  AccessController(
      RevocationLog revocations,
      SignOuts signOuts,
      SigningKeys keys,
      KeyRotation rotation,
      Audit audit) {
    this.revocations = revocations;
    this.signOuts = signOuts;
    this.keys = keys;
    this.rotation = rotation;
    this.audit = audit;
  }

  @Override
  public Feed feed(long since) {
    return new Feed(
        revocations.known().age().toMillis(), keys.kids(), revocations.known().since(since));
  }

  @Override
  public void revoke(Wanted wanted) {
    Long user = wanted.userId();
    Long session = wanted.sessionId();
    if ((user == null) == (session == null)) {
      throw ProblemException.invalid("userId", "or sessionId is required, not both");
    }
    if (user != null) {
      audit.before(Actor.OPERATOR, What.SESSIONS_ENDED, user, "all");
      signOuts.everywhere(user);
    }
    if (session != null) {
      audit.before(Actor.OPERATOR, What.TOKENS_REVOKED, null, session.toString());
      signOuts.one(session);
    }
  }

  @Override
  public Keys keys() {
    return rotation.keys();
  }

  @Override
  public Keys rotate() {
    audit.before(Actor.OPERATOR, What.KEY_ROTATED, null, null);
    return rotation.rotate();
  }

  @Override
  public Keys revokeKey(KeyId key) {
    audit.before(Actor.OPERATOR, What.KEY_REVOKED, null, key.kid());
    return rotation.revoke(key.kid());
  }
}
