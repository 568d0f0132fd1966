package org.tanada.common.account;

import io.jsonwebtoken.Claims;
import io.jsonwebtoken.ExpiredJwtException;
import io.jsonwebtoken.Header;
import io.jsonwebtoken.JwsHeader;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.Jwts;
import java.security.Key;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.tanada.common.id.TanadaId;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * Verifies access tokens without asking anybody, by the keys that auth-service publishes. A token
 * is a JWS (RFC 7515) signed with Ed25519 (RFC 8037); no other algorithm, no unsigned token and no
 * key that a token brings along is accepted (RFC 8725, 3.1 and 3.10). Safe for many threads.
 */
public final class AccessTokens {
  /** The {@code iss} of every access token. */
  public static final String ISSUER = "tanada";

  /** The {@code aud} of every access token. */
  public static final String AUDIENCE = "tanada-api";

  /** Claim with the user name. */
  public static final String USERNAME = "username";

  /** Claim with the name to show, as OpenID Connect names it. */
  public static final String NAME = "name";

  /** Claim with the roles, a list of texts. */
  public static final String ROLES = "roles";

  /** Longest token that is looked at, in characters. */
  public static final int MAX_LENGTH = 4096;

  private static final Duration CLOCK_SKEW = Duration.ofSeconds(5);
  private static final List<String> KEYS_FROM_OUTSIDE = List.of("jwk", "jku", "x5u", "x5c");

  private final JwksSource keys;
  private final JwtParser parser;

  /**
   * A verifier.
   *
   * @param jwks fetches the published keys, usually {@link AccountsContract#jwks()}; called when
   *     needed, at most once in five seconds
   * @param clock tells the time that tokens are held against
   */
  public AccessTokens(Supplier<String> jwks, InstantSource clock) {
    this.keys = new JwksSource(jwks, clock);
    this.parser =
        Jwts.parser()
            .sig()
            .clear()
            .add(Jwts.SIG.EdDSA)
            .and()
            .zip()
            .clear()
            .and()
            .keyLocator(this::key)
            .requireIssuer(ISSUER)
            .requireAudience(AUDIENCE)
            .clock(() -> Date.from(clock.instant()))
            .clockSkewSeconds(CLOCK_SKEW.toSeconds())
            .build();
  }

  /**
   * Whose token it is.
   *
   * @throws ProblemException {@code expired-token}; {@code invalid-token} for every other flaw;
   *     {@code unavailable} if no keys could be had to tell
   */
  public AccountsContract.Identity verify(String token) {
    if (token.length() > MAX_LENGTH) {
      throw invalid("It is longer than " + MAX_LENGTH + " characters.", null);
    }
    Claims claims;
    try {
      claims = parser.parseSignedClaims(token).getPayload();
    } catch (ExpiredJwtException e) {
      throw new ProblemException(ProblemCode.EXPIRED_TOKEN, "The access token has expired.", e);
    } catch (JwtException | IllegalArgumentException e) {
      throw invalid("It is not one of ours.", e);
    }
    return identity(claims);
  }

  private static AccountsContract.Identity identity(Claims claims) {
    String subject = claims.getSubject();
    long userId = subject == null ? -1 : TanadaId.parse(subject);
    Date expires = claims.getExpiration();
    if (userId < 0
        || expires == null
        || !(claims.get(USERNAME) instanceof String username)
        || !(claims.get(NAME) instanceof String name)
        || !(claims.get(ROLES) instanceof List<?> given)) {
      throw invalid("A claim is missing.", null);
    }
    List<String> roles = new ArrayList<>();
    given.forEach(role -> roles.add(String.valueOf(role)));
    return new AccountsContract.Identity(userId, username, name, roles, null, expires.toInstant());
  }

  private Key key(Header header) {
    if (!(header instanceof JwsHeader signed)
        || !"EdDSA".equals(signed.getAlgorithm())
        || KEYS_FROM_OUTSIDE.stream().anyMatch(signed::containsKey)) {
      throw invalid("It is not signed in our way.", null);
    }
    String kid = signed.getKeyId();
    Key key = kid == null ? null : keys.find(kid);
    if (key == null) {
      throw invalid("It is signed with no key of ours.", null);
    }
    return key;
  }

  private static ProblemException invalid(String detail, @Nullable Throwable cause) {
    return new ProblemException(
        ProblemCode.INVALID_TOKEN,
        "The access token is not valid: " + detail,
        List.of(),
        null,
        cause);
  }
}
