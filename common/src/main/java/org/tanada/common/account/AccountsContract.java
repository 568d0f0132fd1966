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

/**
 * Accounts, sessions and tokens, as auth-service offers them to the app servers. Errors are
 * problems with the codes that {@code /api/v1} promises, passed on unchanged.
 */
@HttpExchange
public interface AccountsContract {
  /**
   * Signs up. {@code email-taken}, {@code username-taken}, {@code validation-failed}. Where taken
   * addresses are hidden there is no {@code email-taken}: the account has no address until a link
   * that is mailed to it is followed.
   */
  @PostExchange("/v1/users")
  SignedUp signUp(@RequestBody SignUp signUp);

  /**
   * Ends an account: its sessions, tokens, credential and names; the {@code users} row goes last.
   * Begins with the wish, if nobody has ({@link PersonalDataContract#beginDeletion}). Again: what
   * was still being written when it went. {@code conflict} for an administrator.
   */
  @DeleteExchange("/v1/users/{userId}")
  void deleteUser(@PathVariable("userId") long userId);

  /** Signs in with a cookie session. {@code invalid-credentials}. */
  @PostExchange("/v1/sessions")
  OpenedSession openSession(@RequestBody OpenSession open);

  /**
   * Who a session cookie stands for. {@code unauthenticated} if it is unknown, expired or ended.
   */
  @PostExchange("/v1/sessions/verifications")
  Identity verifySession(@RequestBody SessionCookie cookie);

  /** The live sessions of a user, newest first. */
  @GetExchange("/v1/users/{userId}/sessions")
  List<Session> sessions(@PathVariable("userId") long userId);

  /** Ends a session of the user; {@code not-found} if they have no such session. */
  @DeleteExchange("/v1/users/{userId}/sessions/{sessionId}")
  void endSession(@PathVariable("userId") long userId, @PathVariable("sessionId") long sessionId);

  /** Ends all sessions and tokens of a user. */
  @DeleteExchange("/v1/users/{userId}/sessions")
  void signOutEverywhere(@PathVariable("userId") long userId);

  /**
   * Changes a password, and ends all sessions and tokens of the user. {@code invalid-credentials}
   * if the present one is wrong, {@code validation-failed} of {@code next}, {@code
   * version-mismatch} if it was changed by somebody else meanwhile.
   */
  @PostExchange("/v1/users/{userId}/password")
  PasswordChanged changePassword(
      @PathVariable("userId") long userId, @RequestBody ChangePassword change);

  /** Tells every server to forget what it remembers of the user's profile and roles. */
  @PostExchange("/v1/users/{userId}/changes")
  void profileChanged(@PathVariable("userId") long userId);

  /**
   * Makes a customer a seller, who stays signed in; a seller stays one. {@code forbidden} if an
   * administrator has taken that role, {@code not-found}.
   */
  @PostExchange("/v1/users/{userId}/seller")
  void becomeSeller(@PathVariable("userId") long userId);

  /** Signs in for tokens. {@code invalid-credentials}. */
  @PostExchange("/v1/tokens/password")
  Tokens tokensByPassword(@RequestBody OpenSession open);

  /** Rotates a refresh token. {@code invalid-token}, {@code expired-token}. */
  @PostExchange("/v1/tokens/refresh")
  Tokens tokensByRefresh(@RequestBody RefreshToken refresh);

  /** Revokes a refresh token and its family; an unknown one is no error (RFC 7009, 2.2). */
  @PostExchange("/v1/tokens/revocations")
  void revoke(@RequestBody RefreshToken refresh);

  /** The public keys of access tokens: a JSON Web Key Set (RFC 7517) as text. */
  @GetExchange(url = "/.well-known/jwks.json", accept = "application/json")
  String jwks();

  /**
   * A sign-up.
   *
   * @param email address, unique without regard to case
   * @param username 3 to 30 of {@code a-z 0-9 _ -} in any case, unique without regard to case
   * @param displayName 1 to 80 characters
   * @param password 8 to 256 characters
   * @param idempotencyKey the client's, or null
   */
  record SignUp(
      String email,
      String username,
      String displayName,
      String password,
      @Nullable String idempotencyKey) {
    @Override
    public String toString() {
      return "SignUp[username=" + username + "]";
    }
  }

  /**
   * A new account.
   *
   * @param userId id of its {@code users} row
   * @param token consistency token of the write
   */
  record SignedUp(long userId, String token) {}

  /**
   * A sign-in.
   *
   * @param email address
   * @param password password
   * @param userAgent of the client, cut to 200 characters; null if unknown
   * @param network address of the client; null if unknown. Only its network is kept
   * @param replaces the session cookie that the client had before, a secret, whose session ends;
   *     null if there is none
   */
  record OpenSession(
      String email,
      String password,
      @Nullable String userAgent,
      @Nullable String network,
      @Nullable String replaces) {
    /** A sign-in of a client that had no session. */
    public OpenSession(
        String email, String password, @Nullable String userAgent, @Nullable String network) {
      this(email, password, userAgent, network, null);
    }

    @Override
    public String toString() {
      return "OpenSession[…]";
    }
  }

  /**
   * Another password.
   *
   * @param current the present one
   * @param next 8 to 256 characters
   * @param reopen whether the caller is a browser, which needs a new session at once
   * @param userAgent of the client, cut to 200 characters; null if unknown
   * @param network address of the client; null if unknown. Only its network is kept
   */
  record ChangePassword(
      String current,
      String next,
      boolean reopen,
      @Nullable String userAgent,
      @Nullable String network) {
    @Override
    public String toString() {
      return "ChangePassword[…]";
    }
  }

  /**
   * A changed password.
   *
   * @param session the new one; null if none was asked for
   */
  record PasswordChanged(@Nullable OpenedSession session) {}

  /**
   * A session that has just begun.
   *
   * @param cookie value of the session cookie; a secret
   * @param session the session
   * @param identity whose it is
   * @param token consistency token of the write
   */
  record OpenedSession(String cookie, Session session, Identity identity, String token) {
    @Override
    public String toString() {
      return "OpenedSession[session=" + session + "]";
    }
  }

  /**
   * A cookie to check.
   *
   * @param cookie value of the session cookie; a secret
   */
  record SessionCookie(String cookie) {
    @Override
    public String toString() {
      return "SessionCookie[…]";
    }
  }

  /**
   * A session as its owner sees it.
   *
   * @param id its id
   * @param createdAt when it began
   * @param lastUsedAt when it was last used, to the minute
   * @param expiresAt when it ends by itself
   * @param userAgent of the client that opened it
   * @param network of the client that opened it, for example {@code 192.0.2.0/24}
   */
  record Session(
      long id,
      Instant createdAt,
      Instant lastUsedAt,
      Instant expiresAt,
      @Nullable String userAgent,
      @Nullable String network) {}

  /**
   * Who somebody is.
   *
   * @param userId id of the {@code users} row
   * @param username user name
   * @param displayName name to show
   * @param roles for example {@code customer}, {@code seller}
   * @param sessionId the session, or null for a token
   * @param expiresAt when the session or token ends
   */
  record Identity(
      long userId,
      String username,
      String displayName,
      List<String> roles,
      @Nullable Long sessionId,
      Instant expiresAt) {
    public Identity {
      roles = List.copyOf(roles);
    }
  }

  /**
   * A refresh token.
   *
   * @param refreshToken the secret
   */
  record RefreshToken(String refreshToken) {
    @Override
    public String toString() {
      return "RefreshToken[…]";
    }
  }

  /**
   * A pair of tokens (RFC 6749, 5.1, in our camelCase).
   *
   * @param accessToken signed, for {@code Authorization: Bearer}
   * @param refreshToken works once
   * @param tokenType {@code Bearer}
   * @param expiresIn seconds until the access token expires
   */
  record Tokens(String accessToken, String refreshToken, String tokenType, long expiresIn) {
    @Override
    public String toString() {
      return "Tokens[…]";
    }
  }
}
