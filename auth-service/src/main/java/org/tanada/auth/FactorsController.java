package org.tanada.auth;

import org.springframework.web.bind.annotation.RestController;
import org.tanada.auth.account.SignIns;
import org.tanada.auth.audit.Audit;
import org.tanada.auth.factor.FactorSignIns;
import org.tanada.auth.factor.FreshProofs;
import org.tanada.auth.factor.SecondFactors;
import org.tanada.auth.session.Sessions;
import org.tanada.auth.throttle.Throttle;
import org.tanada.auth.token.TokenGrants;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.account.AccountsContract.Tokens;
import org.tanada.common.account.AuditContract.What;
import org.tanada.common.account.FactorsContract;

/** Second factors and proofs over HTTP. */
@RestController
class FactorsController implements FactorsContract {
  private final FactorSignIns signIns;
  private final SecondFactors factors;
  private final FreshProofs proofs;
  private final Sessions sessions;
  private final TokenGrants grants;
  private final Throttle throttle;
  private final OwnProofs own;
  private final Audit audit;

  FactorsController(
      FactorSignIns signIns,
      SecondFactors factors,
      FreshProofs proofs,
      Sessions sessions,
      TokenGrants grants,
      Throttle throttle,
      OwnProofs own,
      Audit audit) {
    this.signIns = signIns;
    this.factors = factors;
    this.proofs = proofs;
    this.sessions = sessions;
    this.grants = grants;
    this.throttle = throttle;
    this.own = own;
    this.audit = audit;
  }

  @Override
  public OpenedSession openSession(SecondStep step) {
    OpenedSession opened =
        sessions.open(second(step), step.userAgent(), step.network(), step.replaces());
    audit.own(
        opened.identity().userId(), What.SIGN_IN, step.network(), "session, with a second factor");
    return opened;
  }

  @Override
  public Tokens tokens(SecondStep step) {
    TokenGrants.Granted granted = grants.open(second(step));
    audit.own(granted.userId(), What.SIGN_IN, step.network(), "tokens, with a second factor");
    return granted.tokens();
  }

  private SignIns.Proof second(SecondStep step) {
    SignIns.Proof proof =
        audit.signIn(
            () -> signIns.holder(step.ticket()), step.network(), () -> signIns.second(step));
    throttle.signedIn(proof.user().id(), step.network());
    return proof;
  }

  @Override
  public Factors factors(long userId) {
    return factors.of(userId);
  }

  @Override
  public Enrolment beginTotp(long userId) {
    return factors.begin(userId);
  }

  @Override
  public RecoveryCodes confirmTotp(long userId, Confirmation code) {
    return factors.confirm(userId, code);
  }

  @Override
  public void endTotp(long userId) {
    factors.end(userId);
  }

  @Override
  public RecoveryCodes newRecoveryCodes(long userId) {
    return factors.newCodes(userId);
  }

  @Override
  public void prove(long userId, long sessionId, Proof proof) {
    own.of(userId, proof.network(), () -> proofs.prove(userId, sessionId, proof));
  }

  @Override
  public void checkProof(long userId, long signInId) {
    proofs.require(userId, signInId);
  }
}
