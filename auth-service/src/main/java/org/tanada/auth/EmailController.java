package org.tanada.auth;

import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.auth.account.EmailChanges;
import org.tanada.auth.account.EmailVerifications;
import org.tanada.auth.account.NewPasswords;
import org.tanada.auth.account.PasswordResets;
import org.tanada.auth.audit.Audit;
import org.tanada.auth.throttle.Throttle;
import org.tanada.common.account.AuditContract.What;
import org.tanada.common.account.EmailContract;
import org.tanada.common.problem.ProblemException;

/** E-mail addresses, and new passwords by mail, over HTTP. */
@RestController
class EmailController implements EmailContract {
  private final EmailVerifications verifications;
  private final EmailChanges changes;
  private final PasswordResets resets;
  private final NewPasswords passwords;
  private final Throttle throttle;
  private final OwnProofs proofs;
  private final Audit audit;

  EmailController(
      EmailVerifications verifications,
      EmailChanges changes,
      PasswordResets resets,
      NewPasswords passwords,
      Throttle throttle,
      OwnProofs proofs,
      Audit audit) {
    this.verifications = verifications;
    this.changes = changes;
    this.resets = resets;
    this.passwords = passwords;
    this.throttle = throttle;
    this.proofs = proofs;
    this.audit = audit;
  }

  @Override
  public Address address(long userId) {
    return verifications.address(userId);
  }

  @Override
  public void sendVerification(long userId) {
    verifications.send(userId);
  }

  @Override
  public void changeEmail(long userId, ChangeEmail change) {
    require("email", change.email());
    require("password", change.password());
    proofs.of(
        userId, change.network(), () -> changes.ask(userId, change.email(), change.password()));
  }

  @Override
  public Verified verify(MailedToken token) {
    require("token", token.token());
    Verified verified = changes.follow(token.token());
    audit.own(
        verified.userId(),
        verified.changed() ? What.EMAIL_CHANGED : What.EMAIL_VERIFIED,
        token.network(),
        null);
    return verified;
  }

  @Override
  public void requestReset(RequestReset request) {
    require("email", request.email());
    throttle.wish(request.email(), request.network(), () -> resets.wish(request.email()));
  }

  @Override
  public void resetPassword(ResetPassword reset) {
    require("token", reset.token());
    require("password", reset.password());
    long userId = passwords.set(reset.token(), reset.password());
    audit.own(userId, What.PASSWORD_RESET, reset.network(), null);
  }

  /** JSON may leave a field out, whatever the record says. */
  private static void require(String field, @Nullable String value) {
    if (value == null) {
      throw ProblemException.invalid(field, "is required");
    }
  }
}
