package org.tanada.auth.provider;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.RemoteKeySourceException;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.claims.LogoutTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.validators.IDTokenClaimsVerifier;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import com.nimbusds.openid.connect.sdk.validators.LogoutTokenClaimsVerifier;
import com.nimbusds.openid.connect.sdk.validators.LogoutTokenValidator;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Verifies ID tokens (OpenID Connect Core 1.0, 3.1.3.7) and logout tokens (Back-Channel Logout 1.0,
 * 2.6): by a public key of the provider, never by a shared secret, and never unsigned.
 */
final class TokenChecks {
  private static final int MAX_LENGTH = 16 * 1024;

  private static final Set<JWSAlgorithm> ALGORITHMS = algorithms();

  private static final DefaultJOSEObjectTypeVerifier<SecurityContext> ID_TYPES =
      new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, null);

  /** Providers need not say the type (Back-Channel Logout 1.0, 2.4). */
  private static final DefaultJOSEObjectTypeVerifier<SecurityContext> LOGOUT_TYPES =
      new DefaultJOSEObjectTypeVerifier<>(LogoutTokenValidator.TYPE, JOSEObjectType.JWT, null);

  /** So long after it was made a logout token may arrive. */
  private static final Duration LOGOUT_AGE = Duration.ofMinutes(5);

  private final Issuer issuer;
  private final ClientID client;
  private final Duration skew;
  private final Refusals refusals;

  TokenChecks(String issuer, String client, Duration skew, Refusals refusals) {
    this.issuer = new Issuer(issuer);
    this.client = new ClientID(client);
    this.skew = skew;
    this.refusals = refusals;
  }

  /** The claims of an ID token. {@code provider-failed}, {@code provider-unavailable}. */
  IDTokenClaimsSet idToken(JWT token, String nonce, Discovery.Known provider) {
    try {
      return EdDsaTokens.are(token)
          ? edDsaIdToken(token, new Nonce(nonce), provider)
          : idTokenValidator(provider).validate(token, new Nonce(nonce));
    } catch (ParseException | com.nimbusds.oauth2.sdk.ParseException | BadJOSEException e) {
      throw refusals.failed("ID token: " + e.getMessage(), e);
    } catch (JOSEException e) {
      throw unavailable(e) ? refusals.unavailable(e) : refusals.failed("ID token: " + reason(e), e);
    }
  }

  private IDTokenValidator idTokenValidator(Discovery.Known provider) {
    IDTokenValidator validator =
        new IDTokenValidator(issuer, client, selector(provider.keys()), null);
    validator.setMaxClockSkew(seconds());
    return validator;
  }

  private IDTokenClaimsSet edDsaIdToken(JWT token, Nonce nonce, Discovery.Known provider)
      throws BadJOSEException,
          JOSEException,
          ParseException,
          com.nimbusds.oauth2.sdk.ParseException {
    ID_TYPES.verify(token.getHeader().getType(), null);
    EdDsaTokens.check(token, provider);
    JWTClaimsSet claims = token.getJWTClaimsSet();
    new IDTokenClaimsVerifier(issuer, client, nonce, seconds()).verify(claims, null);
    return new IDTokenClaimsSet(claims);
  }

  /** A good logout token. {@code malformed-request}, {@code provider-unavailable}. */
  LogoutNotice logoutToken(String token, Discovery.Known provider) {
    if (token.length() > MAX_LENGTH) {
      throw refusals.badLogout("it is too long");
    }
    try {
      JWT jwt = JWTParser.parse(token);
      LogoutTokenClaimsSet claims =
          EdDsaTokens.are(jwt)
              ? edDsaLogoutToken(jwt, provider)
              : logoutTokenValidator(provider).validate(jwt);
      Instant issued = claims.getIssueTime().toInstant();
      if (outdated(jwt.getJWTClaimsSet().getExpirationTime(), issued)) {
        throw refusals.badLogout("it is too old, or of the future");
      }
      return new LogoutNotice(
          claims.getIssuer().getValue(),
          claims.getJWTID().getValue(),
          issued,
          claims.getSubject() == null ? null : claims.getSubject().getValue(),
          claims.getSessionID() == null ? null : claims.getSessionID().getValue());
    } catch (ParseException | com.nimbusds.oauth2.sdk.ParseException | BadJOSEException e) {
      throw refusals.badLogout(String.valueOf(e.getMessage()));
    } catch (JOSEException e) {
      throw unavailable(e) ? refusals.unavailable(e) : refusals.badLogout(reason(e));
    }
  }

  private LogoutTokenValidator logoutTokenValidator(Discovery.Known provider) {
    LogoutTokenValidator validator =
        new LogoutTokenValidator(issuer, client, false, selector(provider.keys()), null);
    validator.setMaxClockSkew(seconds());
    return validator;
  }

  private LogoutTokenClaimsSet edDsaLogoutToken(JWT token, Discovery.Known provider)
      throws BadJOSEException,
          JOSEException,
          ParseException,
          com.nimbusds.oauth2.sdk.ParseException {
    LOGOUT_TYPES.verify(token.getHeader().getType(), null);
    EdDsaTokens.check(token, provider);
    JWTClaimsSet claims = token.getJWTClaimsSet();
    LogoutTokenClaimsVerifier verifier = new LogoutTokenClaimsVerifier(issuer, client);
    verifier.setMaxClockSkew(seconds());
    verifier.verify(claims, null);
    return new LogoutTokenClaimsSet(claims);
  }

  private int seconds() {
    return (int) skew.toSeconds();
  }

  private boolean outdated(@Nullable Date expires, Instant issued) {
    Instant now = Instant.now(); // by the clock that the library goes by
    return (expires != null && expires.toInstant().plus(skew).isBefore(now))
        || issued.plus(skew).plus(LOGOUT_AGE).isBefore(now)
        || issued.minus(skew).isAfter(now);
  }

  private static JWSVerificationKeySelector<SecurityContext> selector(
      JWKSource<SecurityContext> keys) {
    return new JWSVerificationKeySelector<>(ALGORITHMS, keys);
  }

  private static Set<JWSAlgorithm> algorithms() {
    Set<JWSAlgorithm> all = new HashSet<>(JWSAlgorithm.Family.RSA);
    all.addAll(JWSAlgorithm.Family.EC);
    return Set.copyOf(all);
  }

  private static String reason(JOSEException e) {
    return e instanceof RateLimitReachedException
        ? "by an unknown key, and the keys were fetched just before"
        : String.valueOf(e.getMessage());
  }

  /** Whether the keys could not be had, rather than the token being bad. */
  private static boolean unavailable(JOSEException e) {
    for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof JWKSetUnavailableException) {
        return true;
      }
    }
    return e instanceof RemoteKeySourceException && e.getCause() == null;
  }
}
