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

/**
 * Passkeys (WebAuthn), as auth-service offers them to the app servers. A challenge travels in a
 * ticket that only auth servers can read: any of them may take the answer, once.
 */
@HttpExchange("/v1")
public interface PasskeysContract {
  /** Longest name of a passkey, in characters. */
  int MAX_NAME = 60;

  /** A challenge for whoever has a passkey: to sign in, or to prove who they are. */
  @PostExchange("/passkeys/challenges")
  Challenge challenge(@RequestBody Site site);

  /**
   * Signs in by a passkey. {@code invalid-flow}, {@code passkey-refused}, {@code account-locked}.
   */
  @PostExchange("/sessions/passkeys")
  OpenedSession openSession(@RequestBody PasskeySignIn signIn);

  /** The passkeys of a user, newest first. */
  @GetExchange("/users/{userId}/passkeys")
  List<Passkey> passkeys(@PathVariable("userId") long userId);

  /** A challenge for a new passkey. {@code not-found}; {@code conflict} if there are too many. */
  @PostExchange("/users/{userId}/passkeys/challenges")
  Challenge challenge(@PathVariable("userId") long userId, @RequestBody Site site);

  /** Keeps a new passkey. {@code invalid-flow}, {@code passkey-refused}, {@code conflict}. */
  @PostExchange("/users/{userId}/passkeys")
  Passkey add(@PathVariable("userId") long userId, @RequestBody NewPasskey passkey);

  /** Takes one away, which ends the sessions that were opened by it. {@code not-found}. */
  @DeleteExchange("/users/{userId}/passkeys/{passkeyId}")
  void remove(@PathVariable("userId") long userId, @PathVariable("passkeyId") long passkeyId);

  /**
   * Where passkeys are for.
   *
   * @param host the relying party's id: the host of the public address
   * @param origin of the page, as its browser sees it
   */
  record Site(String host, String origin) {}

  /**
   * A challenge.
   *
   * @param options for the browser, as JSON (WebAuthn 3, 5.1.9 and 5.1.10)
   * @param ticket what the answer has to bring; a secret
   * @param seconds how long that is good
   */
  record Challenge(String options, String ticket, long seconds) {
    @Override
    public String toString() {
      return "Challenge[…]";
    }
  }

  /**
   * A browser's answer to a challenge.
   *
   * @param ticket of the challenge; null if the browser brought none
   * @param credential as JSON ({@code PublicKeyCredential.toJSON})
   */
  record Answer(@Nullable String ticket, String credential) {
    @Override
    public String toString() {
      return "Answer[…]";
    }
  }

  /**
   * A sign-in by a passkey.
   *
   * @param answer of the browser
   * @param userAgent of the client, cut to 200 characters; null if unknown
   * @param network address of the client; null if unknown. Only its network is kept
   * @param replaces the session cookie that the client had before, a secret; null if there is none
   */
  record PasskeySignIn(
      Answer answer,
      @Nullable String userAgent,
      @Nullable String network,
      @Nullable String replaces) {
    @Override
    public String toString() {
      return "PasskeySignIn[…]";
    }
  }

  /**
   * A new passkey.
   *
   * @param answer of the browser
   * @param name what its owner calls it, 1 to {@value #MAX_NAME} characters
   */
  record NewPasskey(Answer answer, String name) {}

  /**
   * A passkey as its owner sees it.
   *
   * @param id of its row
   * @param name what its owner calls it
   * @param createdAt when it was made
   * @param lastUsedAt when it was last used; null if never
   */
  record Passkey(long id, String name, Instant createdAt, @Nullable Instant lastUsedAt) {}
}
