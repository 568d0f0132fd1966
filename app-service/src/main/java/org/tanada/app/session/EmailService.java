package org.tanada.app.session;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.stereotype.Service;
import org.tanada.app.web.FrontDoor;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.account.EmailContract;
import org.tanada.common.account.EmailContract.Address;
import org.tanada.common.account.EmailContract.ChangeEmail;
import org.tanada.common.account.EmailContract.MailedToken;
import org.tanada.common.account.EmailContract.RequestReset;
import org.tanada.common.account.EmailContract.ResetPassword;
import org.tanada.common.account.EmailContract.Verified;
import org.tanada.common.problem.ProblemException;

/** E-mail addresses, and new passwords by mail. What links open is configured with auth-service. */
@Service
public class EmailService {
  private final EmailContract emails;
  private final SessionCookies cookies;

  EmailService(EmailContract emails, SessionCookies cookies) {
    this.emails = emails;
    this.cookies = cookies;
  }

  /** The user's address, as it is right now. */
  public Address address(Identity user) {
    return emails.address(user.userId());
  }

  /** Mails another link to verify it. {@code too-many-requests}, {@code conflict}. */
  public void sendVerification(Identity user) {
    emails.sendVerification(user.userId());
  }

  /**
   * Mails a link to the new address.
   *
   * @throws ProblemException {@code invalid-credentials}, {@code validation-failed}, {@code
   *     too-many-requests}, {@code conflict}
   */
  public void change(Identity user, String email, String password, HttpServletRequest request) {
    emails.changeEmail(user.userId(), new ChangeEmail(email, password, FrontDoor.client(request)));
  }

  /** Follows a link to an address. {@code invalid-link}, {@code email-taken}. */
  public Verified verify(String token, HttpServletRequest request) {
    return emails.verify(new MailedToken(token, FrontDoor.client(request)));
  }

  /**
   * Asks for a link to set a new password. {@code validation-failed}, {@code too-many-requests}.
   */
  public void requestReset(String email, HttpServletRequest request) {
    emails.requestReset(new RequestReset(email, FrontDoor.client(request)));
  }

  /**
   * Sets a new password, which ends all sessions and tokens.
   *
   * @throws ProblemException {@code invalid-link}, {@code validation-failed}
   */
  public void resetPassword(String token, String password, HttpServletRequest request) {
    emails.resetPassword(new ResetPassword(token, password, FrontDoor.client(request)));
    cookies.forget(request);
  }
}
