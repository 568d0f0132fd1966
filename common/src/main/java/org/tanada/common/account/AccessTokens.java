package org.tanada.common.account;

import io.jsonwebtoken.Claims;
import io.jsonwebtoken.ExpiredJwtException;
import io.jsonwebtoken.Header;
import io.jsonwebtoken.JwsHeader;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.Jwts;
import java.nio.ByteBuffer;
import java.security.Key;
import java.time.Duration;
import java.time.Instant;
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
 * is a JWS (RFC 7515) signed with Ed25519 (RFC 8037) or ES256 (RFC 7518), whichever the key that it
 * names is for: no other algorithm, no unsigned token and no key that a token brings along is
 * accepted (RFC 8725, 3.1 and 3.10). A signature that was found good is not computed again; time
 * and revocations are looked at each time. Safe for many threads.
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

  /** Claim with the sign-in that the token follows from, as OpenID Connect names it. */
  public static final String SESSION = "sid";

  /** Longest token that is looked at, in characters. */
  public static final int MAX_LENGTH = 4096;

  private static final Duration CLOCK_SKEW = Duration.ofSeconds(5);
  private static final int SEEN = 4_096;

  private final JwksSource keys;
  private final JwtParser parser;
  private final InstantSource clock;
  private final Revocations revocations;
  private final Duration clockSkew;
  private final SeenTokens<Verified> seen = new SeenTokens<>(SEEN);

  /** A verifier that tolerates clocks that differ by five seconds, and hears of no revocations. */
  public AccessTokens(Supplier<String> jwks, InstantSource clock) {
    this(jwks, clock, new Revocations(clock), CLOCK_SKEW);
  }

  /**
   * A verifier.
   *
   * @param jwks fetches the published keys, usually {@link AccountsContract#jwks()}; called when
   *     needed, at most once in five seconds
   * @param clock tells the time that tokens are held against
   * @param revocations what was revoked before its time
   * @param clockSkew by how much the clocks of auth servers and this one may differ
   */
  public AccessTokens(
      Supplier<String> jwks, InstantSource clock, Revocations revocations, Duration clockSkew) {
    this.keys = new JwksSource(jwks, clock);
    this.clock = clock;
    this.revocations = revocations;
    this.clockSkew = clockSkew;
    this.parser =
        Jwts.parser()
            .sig()
            .clear()
            .add(Jwts.SIG.EdDSA)
            .add(Jwts.SIG.ES256)
            .and()
            .zip()
            .clear()
            .and()
            .keyLocator(this::key)
            .requireIssuer(ISSUER)
            .requireAudience(AUDIENCE)
            .clock(() -> Date.from(clock.instant()))
            .clockSkewSeconds(clockSkew.toSeconds())
            .build();
  }

  /**
   * Whose token it is.
   *
   * @throws ProblemException {@code expired-token}; {@code invalid-token} for every other flaw;
   *     {@code unavailable} if no keys could be had to tell
   */
  public AccountsContract.Identity verify(String token) {
    return verified(token).identity();
  }

  /** The same, and what else the token tells. */
  public Verified verified(String token) {
    if (token.length() > MAX_LENGTH) {
      throw invalid("It is longer than " + MAX_LENGTH + " characters.", null);
    }
    ByteBuffer digest = SeenTokens.digest(token);
    Verified known = seen.find(digest);
    if (known == null) {
      known = check(token);
      seen.put(digest, known);
    } else if (keys.find(known.kid()) == null) {
      throw invalid("It is signed with no key of ours.", null);
    }
    if (clock.instant().isAfter(known.identity().expiresAt().plus(clockSkew))) {
      throw expired(null);
    }
    long userId = known.identity().userId();
    if (revocations.deniesKey(known.kid())
        || revocations.denies(userId, known.sessionId(), known.began())) {
      throw invalid("It was revoked.", null);
    }
    return known;
  }

  /** Tells which keys are published, so that one that is new is fetched before it is met. */
  public void published(List<String> kids) {
    keys.expect(kids);
  }

  private Verified check(String token) {
    TokenHeader header = TokenHeader.read(token);
    if (header == null) {
      throw invalid("It is not one of ours.", null);
    }
    try {
      return read(header, parser.parseSignedClaims(token).getPayload());
    } catch (ExpiredJwtException e) {
      throw expired(e);
    } catch (JwtException | IllegalArgumentException e) {
      throw invalid("It is not one of ours.", e);
    }
  }

  private static Verified read(TokenHeader header, Claims claims) {
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
    Long session = null;
    Date issued = claims.getIssuedAt();
    Instant began = issued == null ? Instant.EPOCH : issued.toInstant();
    if (claims.get(SESSION) instanceof String sid) {
      session = TanadaId.parse(sid);
      if (session < 0) {
        throw invalid("Its sid is none of ours.", null);
      }
      began = TanadaId.time(session);
    }
    return new Verified(
        new AccountsContract.Identity(userId, username, name, roles, null, expires.toInstant()),
        header.kid(),
        session,
        began);
  }

  private Key key(Header header) {
    if (!(header instanceof JwsHeader signed)) {
      throw invalid("It is not signed.", null);
    }
    String kid = signed.getKeyId();
    JwksSource.Published key = kid == null ? null : keys.find(kid);
    if (key == null || !key.algorithm().equals(signed.getAlgorithm())) {
      throw invalid("It is signed with no key of ours.", null);
    }
    return key.key();
  }

  private static ProblemException expired(@Nullable Throwable cause) {
    return new ProblemException(
        ProblemCode.EXPIRED_TOKEN, "The access token has expired.", List.of(), null, cause);
  }

  private static ProblemException invalid(String detail, @Nullable Throwable cause) {
    return new ProblemException(
        ProblemCode.INVALID_TOKEN,
        "The access token is not valid: " + detail,
        List.of(),
        null,
        cause);
  }

  /**
   * What a token tells.
   *
   * @param identity whose it is
   * @param kid of the key that it is signed with
   * @param sessionId the sign-in that it follows from; null if it names none
   * @param began when that was, or else when the token was issued
   */
  public record Verified(
      AccountsContract.Identity identity, String kid, @Nullable Long sessionId, Instant began) {}
}
