package org.tanada.app.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.app.config.AppProperties;
import org.tanada.common.account.AccessContract.Kind;
import org.tanada.common.account.AccessContract.Revocation;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.account.Revocations;
import org.tanada.common.problem.ProblemException;

/**
 * The session cookie: written, read, and held against auth-service. Its answer is believed for half
 * a minute as long as we hear what is revoked, and for a second while we do not: either way a
 * session that was ended anywhere is over everywhere within two seconds.
 */
@Component
public final class SessionCookies {
  /** The cookie where there is no TLS. */
  public static final String NAME = "tanada-session";

  /** With TLS: browsers then take it from this host alone, and never without TLS (RFC 6265bis). */
  public static final String HOST_NAME = HostCookie.PREFIX + NAME;

  private static final HostCookie COOKIE = new HostCookie(NAME);

  private static final int MAX_LENGTH = 512;
  private static final int MAX_ENTRIES = 10_000;

  private final AccountsContract accounts;
  private final InstantSource clock;
  private final Revocations revocations;
  private final Duration unheard;
  private final Duration heard;
  private final Cache<String, Checked> checked;

  SessionCookies(
      AccountsContract accounts,
      AppProperties properties,
      InstantSource clock,
      Revocations revocations) {
    this.accounts = accounts;
    this.clock = clock;
    this.revocations = revocations;
    this.unheard = properties.sessionCheckTime();
    this.heard = properties.sessionCacheTime();
    this.checked =
        Caffeine.newBuilder()
            .maximumSize(MAX_ENTRIES)
            .expireAfterWrite(heard.compareTo(unheard) > 0 ? heard : unheard)
            .build();
    revocations.listen(this::forget);
  }

  /** The cookie's value in this request; null if there is none, or several that differ. */
  @Nullable String read(HttpServletRequest request) {
    return COOKIE.read(request);
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
    Checked known = checked.getIfPresent(cookie);
    if (known == null || !believed(known)) {
      Instant asked = clock.instant();
      known = new Checked(ask(cookie).orElse(null), asked);
      checked.put(cookie, known);
    }
    return Optional.ofNullable(known.identity()).filter(this::live);
  }

  /** Sets the cookie for a session that has just begun. */
  public void set(
      HttpServletRequest request, HttpServletResponse response, String value, Instant expiresAt) {
    Duration left = Duration.between(clock.instant(), expiresAt);
    COOKIE.set(request, response, value, left.isNegative() ? Duration.ZERO : left);
  }

  /** Takes the cookie away, and forgets here at once whose it was. */
  public void clear(HttpServletRequest request, HttpServletResponse response) {
    forget(request);
    COOKIE.clear(request, response);
  }

  /** Asks auth-service anew next time: the session or its user has changed. */
  public void forget(HttpServletRequest request) {
    String cookie = read(request);
    if (cookie != null) {
      checked.invalidate(cookie);
    }
  }

  /** Believes nothing any more about a user's sessions. */
  void forget(long userId) {
    checked
        .asMap()
        .values()
        .removeIf(known -> known.identity() != null && known.identity().userId() == userId);
  }

  private void forget(Revocation entry) {
    if (entry.kind() == Kind.PROFILE || entry.kind() == Kind.USER) {
      forget(Long.parseLong(entry.subject()));
    }
  }

  private boolean believed(Checked known) {
    Duration time = known.identity() != null && revocations.fresh() ? heard : unheard;
    return clock.instant().isBefore(known.at().plus(time));
  }

  private boolean live(Identity identity) {
    Long session = identity.sessionId();
    return clock.instant().isBefore(identity.expiresAt())
        && (session == null || !revocations.denies(identity.userId(), session));
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

  /**
   * What auth-service said.
   *
   * @param identity whose it is; null for nobody's
   * @param at when it was asked
   */
  private record Checked(@Nullable Identity identity, Instant at) {}
}
