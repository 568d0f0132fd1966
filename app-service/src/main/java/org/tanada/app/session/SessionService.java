package org.tanada.app.session;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.tanada.app.data.Seen;
import org.tanada.app.web.Checks;
import org.tanada.app.web.FrontDoor;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.account.AccountsContract.OpenSession;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.account.AccountsContract.Session;
import org.tanada.common.account.AccountsContract.Tokens;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** Signing in and out, with a cookie session or with tokens. */
@Service
public class SessionService {
  private static final int MAX_USER_AGENT = 200;

  private final AccountsContract accounts;
  private final SessionCookies cookies;
  private final Checks checks;

  SessionService(AccountsContract accounts, SessionCookies cookies, Checks checks) {
    this.accounts = accounts;
    this.cookies = cookies;
    this.checks = checks;
  }

  /**
   * Signs in and sets the session cookie.
   *
   * @throws ProblemException {@code invalid-credentials}, {@code validation-failed}
   */
  public OpenedSession signIn(
      Credentials credentials, HttpServletRequest request, HttpServletResponse response) {
    return began(
        accounts.openSession(open(credentials, request, cookies.read(request))), request, response);
  }

  /** Ends the session of the request's cookie, if there is one, and takes the cookie away. */
  public void signOut(Identity user, HttpServletRequest request, HttpServletResponse response) {
    Long session = user.sessionId();
    if (session == null) {
      throw new ProblemException(
          ProblemCode.NOT_FOUND, "A token is no session; DELETE /api/v1/tokens revokes it.");
    }
    try {
      accounts.endSession(user.userId(), session);
    } catch (ProblemException e) {
      if (e.code() != ProblemCode.NOT_FOUND) { // somebody else has ended it: that is what we want
        throw e;
      }
    }
    cookies.clear(request, response);
  }

  /** The user's live sessions, newest first. */
  public List<Session> sessions(Identity user) {
    return accounts.sessions(user.userId());
  }

  /**
   * Ends one of the user's sessions.
   *
   * @throws ProblemException {@code not-found}
   */
  public void end(Identity user, long sessionId) {
    accounts.endSession(user.userId(), sessionId);
    cookies.forget(user.userId());
  }

  /** Ends all of the user's sessions and tokens, and takes the cookie away. */
  public void signOutEverywhere(
      Identity user, HttpServletRequest request, HttpServletResponse response) {
    accounts.signOutEverywhere(user.userId());
    cookies.forget(user.userId());
    cookies.clear(request, response);
  }

  /**
   * Changes the password, which ends all sessions and tokens of the user. A browser gets a session
   * with a new id at once.
   *
   * @throws ProblemException {@code invalid-credentials}, {@code validation-failed}, {@code
   *     version-mismatch}
   */
  public void changePassword(
      Identity user,
      NewPassword password,
      HttpServletRequest request,
      HttpServletResponse response) {
    checks.valid(password);
    OpenedSession opened =
        accounts
            .changePassword(
                user.userId(),
                new AccountsContract.ChangePassword(
                    String.valueOf(password.current()),
                    String.valueOf(password.next()),
                    user.sessionId() != null,
                    cut(request.getHeader("User-Agent")),
                    FrontDoor.client(request)))
            .session();
    cookies.forget(user.userId());
    if (opened != null) {
      began(opened, request, response);
    }
  }

  /** Sets the cookie of a session that has just begun. */
  OpenedSession began(
      OpenedSession opened, HttpServletRequest request, HttpServletResponse response) {
    cookies.forget(request);
    cookies.set(request, response, opened.cookie(), opened.session().expiresAt());
    Seen.wrote(opened.token());
    return opened;
  }

  /** Signs in for tokens. */
  Tokens tokens(Credentials credentials, HttpServletRequest request) {
    return accounts.tokensByPassword(open(credentials, request, null));
  }

  /** Rotates a refresh token. */
  Tokens refresh(String refreshToken) {
    return accounts.tokensByRefresh(new AccountsContract.RefreshToken(refreshToken));
  }

  /** Revokes a refresh token and its family. */
  void revoke(String refreshToken) {
    accounts.revoke(new AccountsContract.RefreshToken(refreshToken));
  }

  private OpenSession open(
      Credentials credentials, HttpServletRequest request, @Nullable String replaces) {
    checks.valid(credentials);
    return new OpenSession(
        String.valueOf(credentials.email()),
        String.valueOf(credentials.password()),
        cut(request.getHeader("User-Agent")),
        FrontDoor.client(request),
        replaces);
  }

  static @Nullable String cut(@Nullable String userAgent) {
    return userAgent == null || userAgent.length() <= MAX_USER_AGENT
        ? userAgent
        : userAgent.substring(0, MAX_USER_AGENT);
  }
}
