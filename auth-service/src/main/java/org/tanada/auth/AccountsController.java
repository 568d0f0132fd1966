package org.tanada.auth;

import java.util.List;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.auth.account.AccountDeletion;
import org.tanada.auth.account.PasswordChanges;
import org.tanada.auth.account.SignIns;
import org.tanada.auth.account.SignOuts;
import org.tanada.auth.account.SignUps;
import org.tanada.auth.revocation.RevocationLog;
import org.tanada.auth.session.Sessions;
import org.tanada.auth.token.SigningKeys;
import org.tanada.auth.token.TokenGrants;
import org.tanada.common.account.AccountsContract;

/** The contract over HTTP: one controller, so that the compiler holds it to the letter. */
@RestController
class AccountsController implements AccountsContract {
  private final SignUps signUps;
  private final AccountDeletion deletion;
  private final PasswordChanges passwords;
  private final Sessions sessions;
  private final TokenGrants grants;
  private final SigningKeys keys;
  private final SignOuts signOuts;
  private final RevocationLog revocations;

  AccountsController(
      SignUps signUps,
      AccountDeletion deletion,
      PasswordChanges passwords,
      Sessions sessions,
      TokenGrants grants,
      SigningKeys keys,
      SignOuts signOuts,
      RevocationLog revocations) {
    this.signUps = signUps;
    this.deletion = deletion;
    this.passwords = passwords;
    this.sessions = sessions;
    this.grants = grants;
    this.keys = keys;
    this.signOuts = signOuts;
    this.revocations = revocations;
  }

  @Override
  public SignedUp signUp(SignUp signUp) {
    return signUps.signUp(signUp);
  }

  @Override
  public void deleteUser(long userId) {
    deletion.delete(userId);
  }

  @Override
  public OpenedSession openSession(OpenSession open) {
    return sessions.open(open);
  }

  @Override
  public Identity verifySession(SessionCookie cookie) {
    return sessions.verify(cookie.cookie());
  }

  @Override
  public List<Session> sessions(long userId) {
    return sessions.list(userId);
  }

  @Override
  public void endSession(long userId, long sessionId) {
    sessions.end(userId, sessionId);
  }

  @Override
  public void signOutEverywhere(long userId) {
    signOuts.everywhere(userId);
  }

  @Override
  public PasswordChanged changePassword(long userId, ChangePassword change) {
    SignIns.Proof proof = passwords.change(userId, change);
    return new PasswordChanged(
        change.reopen() ? sessions.open(proof, change.userAgent(), change.network(), null) : null);
  }

  @Override
  public void profileChanged(long userId) {
    revocations.profile(userId);
  }

  @Override
  public Tokens tokensByPassword(OpenSession open) {
    return grants.byPassword(open);
  }

  @Override
  public Tokens tokensByRefresh(RefreshToken refresh) {
    return grants.byRefresh(refresh.refreshToken());
  }

  @Override
  public void revoke(RefreshToken refresh) {
    grants.revoke(refresh.refreshToken());
  }

  @Override
  public String jwks() {
    return keys.jwks();
  }
}
