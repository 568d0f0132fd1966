package org.tanada.auth;

import java.util.List;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.auth.account.AccountDeletion;
import org.tanada.auth.account.PasswordChanges;
import org.tanada.auth.account.SignIns;
import org.tanada.auth.account.SignOuts;
import org.tanada.auth.account.SignUps;
import org.tanada.auth.administration.RoleChanges;
import org.tanada.auth.audit.Audit;
import org.tanada.auth.factor.FactorSignIns;
import org.tanada.auth.revocation.RevocationLog;
import org.tanada.auth.session.Sessions;
import org.tanada.auth.throttle.Throttle;
import org.tanada.auth.token.SigningKeys;
import org.tanada.auth.token.TokenGrants;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.AuditContract.What;
import org.tanada.common.http.ClientAddress;

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
  private final SignIns signIns;
  private final FactorSignIns steps;
  private final RoleChanges roles;
  private final Throttle throttle;
  private final OwnProofs proofs;
  private final Audit audit;

  AccountsController(
      SignUps signUps,
      AccountDeletion deletion,
      PasswordChanges passwords,
      Sessions sessions,
      TokenGrants grants,
      SigningKeys keys,
      SignOuts signOuts,
      RevocationLog revocations,
      SignIns signIns,
      FactorSignIns steps,
      RoleChanges roles,
      Throttle throttle,
      OwnProofs proofs,
      Audit audit) {
    this.signUps = signUps;
    this.deletion = deletion;
    this.passwords = passwords;
    this.sessions = sessions;
    this.grants = grants;
    this.keys = keys;
    this.signOuts = signOuts;
    this.revocations = revocations;
    this.signIns = signIns;
    this.steps = steps;
    this.roles = roles;
    this.throttle = throttle;
    this.proofs = proofs;
    this.audit = audit;
  }

  @Override
  public SignedUp signUp(SignUp signUp) {
    String address = ClientAddress.current();
    if (!signUps.hideTakenAddresses()) {
      return throttle.signUp(address, () -> signUps.signUp(signUp));
    }
    signUps.check(signUp); // then each is a wish for a mail
    return throttle.mailedSignUp(signUp.email(), address, () -> signUps.signUp(signUp));
  }

  @Override
  public void deleteUser(long userId) {
    if (deletion.delete(userId)) {
      audit.own(userId, What.ACCOUNT_DELETED, null);
    }
  }

  @Override
  public OpenedSession openSession(OpenSession open) {
    OpenedSession opened =
        sessions.open(firstStep(open), open.userAgent(), open.network(), open.replaces());
    audit.own(opened.identity().userId(), What.SIGN_IN, open.network(), "session");
    return opened;
  }

  private SignIns.Proof firstStep(OpenSession open) {
    return throttle.signIn(
        open.email(),
        open.network(),
        () ->
            audit.signIn(
                () -> signIns.holder(open.email()),
                open.network(),
                () -> steps.first(open.email(), open.password())),
        proof -> proof.user().id());
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
    audit.own(userId, What.SIGN_OUT_EVERYWHERE, null);
  }

  @Override
  public PasswordChanged changePassword(long userId, ChangePassword change) {
    SignIns.Proof proof =
        proofs.of(userId, change.network(), () -> passwords.change(userId, change));
    audit.own(userId, What.PASSWORD_CHANGED, change.network(), null);
    return new PasswordChanged(
        change.reopen() ? sessions.open(proof, change.userAgent(), change.network(), null) : null);
  }

  @Override
  public void profileChanged(long userId) {
    revocations.profile(userId);
  }

  @Override
  public void becomeSeller(long userId) {
    roles.becomeSeller(userId);
  }

  @Override
  public Tokens tokensByPassword(OpenSession open) {
    TokenGrants.Granted granted = grants.open(firstStep(open));
    audit.own(granted.userId(), What.SIGN_IN, open.network(), "tokens");
    return granted.tokens();
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
