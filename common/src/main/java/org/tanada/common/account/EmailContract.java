package org.tanada.common.account;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/**
 * What users do with their e-mail address, as auth-service offers it to the app servers: verify it,
 * change it, and get a new password by it. Links in mails begin with the configured address of the
 * front door, whatever a request says.
 */
@HttpExchange("/v1")
public interface EmailContract {
  /** The page of the front door that a link to verify an address opens. */
  String VERIFY_PAGE = "/verify-email";

  /** The page that a link to set a new password opens. */
  String RESET_PAGE = "/reset-password/new";

  /** The query parameter with the link's secret. */
  String TOKEN = "token";

  /** The address of a user. {@code not-found}. */
  @GetExchange("/users/{userId}/email")
  Address address(@PathVariable("userId") long userId);

  /**
   * Mails a new link to verify the present address; nothing if it is verified. {@code
   * too-many-requests}, {@code conflict} if there is no address, {@code not-found}.
   */
  @PostExchange("/users/{userId}/email/verifications")
  void sendVerification(@PathVariable("userId") long userId);

  /**
   * Mails a link to the new address, and word of it to the present one; nothing changes until the
   * link is followed. Whether somebody else has the new address is told only to who follows it.
   * {@code invalid-credentials}, {@code validation-failed} of {@code email}, {@code
   * too-many-requests}, {@code conflict} if there is no password, {@code not-found}.
   */
  @PostExchange("/users/{userId}/email")
  void changeEmail(@PathVariable("userId") long userId, @RequestBody ChangeEmail change);

  /**
   * Follows a link that verifies an address, or changes it. {@code invalid-link}; {@code
   * email-taken} if somebody else has got it meanwhile.
   */
  @PostExchange("/email-verifications")
  Verified verify(@RequestBody MailedToken token);

  /**
   * Mails a link to set a new password, if there is such an account: the answer and the work are
   * the same if there is none. {@code validation-failed} of {@code email}, {@code
   * too-many-requests}.
   */
  @PostExchange("/password-resets")
  void requestReset(@RequestBody RequestReset request);

  /**
   * Follows such a link: sets a password, and ends all sessions and tokens. {@code invalid-link},
   * {@code validation-failed} of {@code password}, {@code version-mismatch} if the password was
   * changed by another request meanwhile.
   */
  @PostExchange("/password-resets/uses")
  void resetPassword(@RequestBody ResetPassword reset);

  /**
   * An e-mail address.
   *
   * @param email empty if none is known
   * @param verifiedAt when its owner has shown that it is theirs; null if they have not
   * @param pending the one that is to take its place as soon as it is verified; null if none is
   */
  record Address(String email, @Nullable Instant verifiedAt, @Nullable String pending) {}

  /**
   * Another address.
   *
   * @param email the new one
   * @param password the user's; a secret
   * @param network address of the client; null if unknown. Only its network is kept
   */
  record ChangeEmail(String email, String password, @Nullable String network) {
    @Override
    public String toString() {
      return "ChangeEmail[…]";
    }
  }

  /**
   * What a mailed link carries.
   *
   * @param token a secret
   * @param network address of the client; null if unknown. Only its network is kept
   */
  record MailedToken(String token, @Nullable String network) {
    @Override
    public String toString() {
      return "MailedToken[…]";
    }
  }

  /**
   * A link that was followed.
   *
   * @param userId whose address it is
   * @param changed whether it is another one than before
   */
  record Verified(long userId, boolean changed) {}

  /**
   * A wish for a new password.
   *
   * @param email of the account
   * @param network address of the client; null if unknown. Only its network is kept
   */
  record RequestReset(String email, @Nullable String network) {
    @Override
    public String toString() {
      return "RequestReset[…]";
    }
  }

  /**
   * A new password.
   *
   * @param token of the mailed link; a secret
   * @param password 8 to 256 characters; a secret
   * @param network address of the client; null if unknown. Only its network is kept
   */
  record ResetPassword(String token, String password, @Nullable String network) {
    @Override
    public String toString() {
      return "ResetPassword[…]";
    }
  }
}
