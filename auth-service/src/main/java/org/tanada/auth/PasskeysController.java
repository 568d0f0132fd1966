package org.tanada.auth;

import java.util.List;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.auth.audit.Audit;
import org.tanada.auth.passkey.Passkeys;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.account.AuditContract.What;
import org.tanada.common.account.PasskeysContract;

/** Passkeys over HTTP. */
@RestController
class PasskeysController implements PasskeysContract {
  private final Passkeys passkeys;
  private final Audit audit;

  PasskeysController(Passkeys passkeys, Audit audit) {
    this.passkeys = passkeys;
    this.audit = audit;
  }

  @Override
  public Challenge challenge(Site site) {
    return passkeys.challenge(site);
  }

  @Override
  public OpenedSession openSession(PasskeySignIn signIn) {
    OpenedSession opened = passkeys.signIn(signIn);
    audit.own(opened.identity().userId(), What.SIGN_IN, signIn.network(), "session by a passkey");
    return opened;
  }

  @Override
  public List<Passkey> passkeys(long userId) {
    return passkeys.of(userId);
  }

  @Override
  public Challenge challenge(long userId, Site site) {
    return passkeys.challenge(userId, site);
  }

  @Override
  public Passkey add(long userId, NewPasskey passkey) {
    return passkeys.add(userId, passkey);
  }

  @Override
  public void remove(long userId, long passkeyId) {
    passkeys.remove(userId, passkeyId);
  }
}
