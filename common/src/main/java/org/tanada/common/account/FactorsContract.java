package org.tanada.common.account;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.DeleteExchange;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.account.AccountsContract.Tokens;

/**
 * Second factors, passkeys, and proofs that whoever is signed in is still the user, as auth-service
 * offers them to the app servers. What is on its way travels in tickets that only auth servers can
 * read: any of them may end what another began.
 */
@HttpExchange("/v1")
public interface FactorsContract {
  /**
   * The second step of a sign-in: a session for a ticket and a code. {@code invalid-flow}, {@code
   * wrong-code}, {@code too-many-requests}, {@code account-locked}.
   */
  @PostExchange("/sessions/second-steps")
  OpenedSession openSession(@RequestBody SecondStep step);

  /** The same for tokens. */
  @PostExchange("/tokens/second-steps")
  Tokens tokens(@RequestBody SecondStep step);

  /** What a user proves by, beside the password. */
  @GetExchange("/users/{userId}/factors")
  Factors factors(@PathVariable("userId") long userId);

  /** Begins to enrol an app that shows codes. {@code conflict} if there is one. */
  @PostExchange("/users/{userId}/factors/totp/enrolments")
  Enrolment beginTotp(@PathVariable("userId") long userId);

  /**
   * Ends it: from now on sign-ins by password ask for a code. {@code invalid-flow}, {@code
   * wrong-code}, {@code conflict}, {@code not-found}.
   */
  @PostExchange("/users/{userId}/factors/totp")
  RecoveryCodes confirmTotp(@PathVariable("userId") long userId, @RequestBody Confirmation code);

  /** Asks for codes no more. {@code not-found}. */
  @DeleteExchange("/users/{userId}/factors/totp")
  void endTotp(@PathVariable("userId") long userId);

  /** New recovery codes in place of the old ones. {@code not-found} without an app. */
  @PostExchange("/users/{userId}/factors/recovery-codes")
  RecoveryCodes newRecoveryCodes(@PathVariable("userId") long userId);

  /**
   * Proves anew to be the user, by the password, a code or a passkey, for the session's next
   * minutes. {@code invalid-credentials}, {@code wrong-code}, {@code passkey-refused}, {@code
   * too-many-requests}; {@code proof-required} if there is no such session.
   */
  @PostExchange("/users/{userId}/sessions/{sessionId}/proofs")
  void prove(
      @PathVariable("userId") long userId,
      @PathVariable("sessionId") long sessionId,
      @RequestBody Proof proof);

  /**
   * Passes if the user has signed in, or proved who they are, in the last minutes. {@code
   * proof-required}.
   *
   * @param signInId the session, or the sign-in that a token follows from
   */
  @GetExchange("/users/{userId}/sessions/{signInId}/proofs")
  void checkProof(@PathVariable("userId") long userId, @PathVariable("signInId") long signInId);

  /**
   * A second step.
   *
   * @param ticket of the first one; a secret
   * @param code of the app, or a recovery code
   * @param userAgent of the client, cut to 200 characters; null if unknown
   * @param network address of the client; null if unknown. Only its network is kept
   * @param replaces the session cookie that the client had before, a secret; null if there is none
   */
  record SecondStep(
      String ticket,
      String code,
      @Nullable String userAgent,
      @Nullable String network,
      @Nullable String replaces) {
    @Override
    public String toString() {
      return "SecondStep[…]";
    }
  }

  /**
   * What a user proves by.
   *
   * @param totpSince since when an app shows codes; null if none does
   * @param recoveryCodes how many are left
   */
  record Factors(@Nullable Instant totpSince, int recoveryCodes) {
    /** Whether sign-ins by password ask for a code. */
    public boolean totp() {
      return totpSince != null;
    }
  }

  /**
   * An enrolment on its way.
   *
   * @param secret for apps that cannot read a picture, Base32 (RFC 4648, 6)
   * @param uri the same for those that can: what the QR code says
   * @param ticket what the confirmation has to bring; a secret
   */
  record Enrolment(String secret, String uri, String ticket) {
    @Override
    public String toString() {
      return "Enrolment[…]";
    }
  }

  /**
   * The end of an enrolment.
   *
   * @param ticket of its beginning
   * @param code that the app shows
   */
  record Confirmation(String ticket, String code) {
    @Override
    public String toString() {
      return "Confirmation[…]";
    }
  }

  /**
   * Recovery codes, told this once.
   *
   * @param codes each works once
   */
  record RecoveryCodes(List<String> codes) {
    public RecoveryCodes {
      codes = List.copyOf(codes);
    }

    @Override
    public String toString() {
      return "RecoveryCodes[…]";
    }
  }

  /**
   * A proof: one of the three.
   *
   * @param password the user's
   * @param code of the app, or a recovery code
   * @param passkey the answer to a challenge for passkeys
   * @param network address of the client; null if unknown
   */
  record Proof(
      @Nullable String password,
      @Nullable String code,
      PasskeysContract.@Nullable Answer passkey,
      @Nullable String network) {
    @Override
    public String toString() {
      return "Proof[…]";
    }
  }
}
