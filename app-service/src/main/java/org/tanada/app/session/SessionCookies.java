package org.tanada.app.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseCookie;
import org.springframework.stereotype.Component;
import org.springframework.web.util.WebUtils;
import org.tanada.app.config.AppProperties;
import org.tanada.app.web.FrontDoor;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.problem.ProblemException;

/**
 * The session cookie: written, read, and held against auth-service. An answer is believed for a
 * second at most, so that a session which was ended anywhere is over everywhere within two.
 */
@Component
public final class SessionCookies {
  /** The cookie. */
  public static final String NAME = "tanada-session";

  private static final int MAX_LENGTH = 512;
  private static final int MAX_ENTRIES = 10_000;

  private final AccountsContract accounts;
  private final InstantSource clock;
  private final Cache<String, Optional<Identity>> verified;

  SessionCookies(AccountsContract accounts, AppProperties properties, InstantSource clock) {
    this.accounts = accounts;
    this.clock = clock;
    this.verified =
        Caffeine.newBuilder()
            .maximumSize(MAX_ENTRIES)
            .expireAfterWrite(properties.sessionCheckTime())
            .build();
  }

  /** The cookie's value in this request; null if there is none. */
  @Nullable String read(HttpServletRequest request) {
    Cookie cookie = WebUtils.getCookie(request, NAME);
    return cookie == null || cookie.getValue().isEmpty() ? null : cookie.getValue();
  }

  /**
   * Whose session it is; empty if it is unknown, expired or ended.
   *
   * @throws ProblemException if auth-service cannot tell
   */
  Optional<Identity> verify(String cookie) {
    if (cookie.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    Optional<Identity> known = verified.getIfPresent(cookie);
    if (known != null) {
      return known;
    }
    Optional<Identity> answer = ask(cookie);
    verified.put(cookie, answer);
    return answer;
  }

  /** Sets the cookie for a session that has just begun. */
  public void set(
      HttpServletRequest request, HttpServletResponse response, String value, Instant expiresAt) {
    Duration left = Duration.between(clock.instant(), expiresAt);
    add(request, response, value, left.isNegative() ? Duration.ZERO : left);
  }

  /** Takes the cookie away, and forgets here at once whose it was. */
  public void clear(HttpServletRequest request, HttpServletResponse response) {
    forget(request);
    add(request, response, "", Duration.ZERO);
  }

  /** Asks auth-service anew next time: the session or its user has changed. */
  public void forget(HttpServletRequest request) {
    String cookie = read(request);
    if (cookie != null) {
      verified.invalidate(cookie);
    }
  }

  private Optional<Identity> ask(String cookie) {
    try {
      return Optional.of(accounts.verifySession(new AccountsContract.SessionCookie(cookie)));
    } catch (ProblemException e) {
      if (e.code().status() == 401) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static void add(
      HttpServletRequest request, HttpServletResponse response, String value, Duration age) {
    response.addHeader(
        "Set-Cookie",
        ResponseCookie.from(NAME, value)
            .path("/")
            .httpOnly(true)
            .secure(FrontDoor.isSecure(request))
            .sameSite("Lax")
            .maxAge(age)
            .build()
            .toString());
  }
}
