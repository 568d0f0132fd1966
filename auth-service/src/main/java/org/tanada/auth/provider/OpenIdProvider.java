package org.tanada.auth.provider;

import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.LogoutRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.Prompt;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.claims.ClaimsSet;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.claims.UserInfo;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import java.net.URI;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tanada.auth.provider.ProviderIdentity.Profile;

/** A provider that speaks OpenID Connect: the authorization code flow with PKCE and nonce. */
final class OpenIdProvider implements OutsideProvider {
  private static final List<String> SCOPES = List.of("openid", "profile", "email");

  /** Who was to prove anew who they are has done it so shortly before the ID token was made. */
  private static final Duration PROOF_AGE = Duration.ofMinutes(5);

  private final String name;
  private final String title;
  private final String issuer;
  private final ClientID client;
  private final Scope scope;
  private final Discovery discovery;
  private final CodeGrant grant;
  private final TokenChecks checks;
  private final Refusals refusals;

  OpenIdProvider(
      String name,
      String title,
      ProviderSettings settings,
      String issuer,
      Discovery discovery,
      CodeGrant grant,
      TokenChecks checks,
      Refusals refusals) {
    this.name = name;
    this.title = title;
    this.issuer = issuer;
    this.client = new ClientID(settings.clientId());
    this.scope = new Scope("openid");
    (settings.scopes().isEmpty() ? SCOPES : settings.scopes()).forEach(scope::add);
    this.discovery = discovery;
    this.grant = grant;
    this.checks = checks;
    this.refusals = refusals;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public URI authorization(Challenge challenge) {
    AuthenticationRequest.Builder request =
        new AuthenticationRequest.Builder(ResponseType.CODE, scope, client, challenge.redirectUri())
            .endpointURI(discovery.get().metadata().getAuthorizationEndpointURI())
            .state(new State(challenge.state()))
            .nonce(new Nonce(challenge.nonce()))
            .codeChallenge(new CodeVerifier(challenge.verifier()), CodeChallengeMethod.S256);
    if (challenge.again()) {
      request.prompt(new Prompt(Prompt.Type.LOGIN)).maxAge(0);
    }
    return request.build().toURI();
  }

  @Override
  public ProviderIdentity identity(Challenge challenge, String parameters) {
    Discovery.Known known = discovery.get();
    OIDCProviderMetadata metadata = known.metadata();
    AuthorizationCode code =
        grant.code(
            challenge, parameters, issuer, metadata.supportsAuthorizationResponseIssuerParam());
    OIDCTokenResponse tokens = tokens(code, challenge, metadata.getTokenEndpointURI());
    JWT idToken = tokens.getOIDCTokens().getIDToken();
    IDTokenClaimsSet claims = checks.idToken(idToken, challenge.nonce(), known);
    if (challenge.again()) {
      checkProof(claims);
    }
    String subject = claims.getSubject().getValue();
    if (subject.length() > ProviderIdentity.MAX_LENGTH) {
      throw refusals.failed("the subject is too long", null);
    }
    String session = claims.getStringClaim("sid");
    return new ProviderIdentity(
        issuer,
        subject,
        session == null || session.isEmpty() ? null : session,
        idToken.serialize(),
        () -> profile(claims, tokens, metadata.getUserInfoEndpointURI()));
  }

  private OIDCTokenResponse tokens(AuthorizationCode code, Challenge challenge, URI endpoint) {
    if (grant.redeem(code, challenge, endpoint, OIDCTokenResponseParser::parse)
            instanceof OIDCTokenResponse tokens
        && tokens.getOIDCTokens().getIDToken() != null) {
      return tokens;
    }
    throw refusals.failed("the token answer has no ID token", null);
  }

  private void checkProof(IDTokenClaimsSet claims) {
    Date proved = claims.getAuthenticationTime();
    if (proved == null
        || claims.getIssueTime().toInstant().minus(PROOF_AGE).isAfter(proved.toInstant())) {
      throw refusals.failed("the user did not prove anew who they are", null);
    }
  }

  /** From the ID token; providers that keep it short are asked (OpenID Connect Core 1.0, 5.3). */
  private Profile profile(
      IDTokenClaimsSet claims, OIDCTokenResponse tokens, @Nullable URI userInfo) {
    if (userInfo == null
        || claims.getStringClaim("preferred_username") != null
        || claims.getStringClaim("name") != null) {
      return profile(claims);
    }
    BearerAccessToken access = tokens.getOIDCTokens().getBearerAccessToken();
    if (access == null) {
      return profile(claims);
    }
    HTTPResponse answer = grant.send(new UserInfoRequest(userInfo, access).toHTTPRequest());
    try {
      UserInfoResponse response = UserInfoResponse.parse(answer);
      UserInfo info =
          response.indicatesSuccess() ? response.toSuccessResponse().getUserInfo() : null;
      if (info == null || !info.getSubject().equals(claims.getSubject())) {
        throw refusals.failed("user info is refused, or is of another subject", null);
      }
      return profile(info);
    } catch (ParseException e) {
      throw refusals.failed("user info: " + e.getMessage(), e);
    }
  }

  private static Profile profile(ClaimsSet claims) {
    String username = claims.getStringClaim("preferred_username");
    String shown = claims.getStringClaim("name");
    boolean verified = Boolean.TRUE.equals(claims.getBooleanClaim("email_verified"));
    return new Profile(
        username == null ? claims.getStringClaim("nickname") : username,
        shown == null ? username : shown,
        verified ? claims.getStringClaim("email") : null);
  }

  @Override
  public LogoutNotice logout(String token) {
    return checks.logoutToken(token, discovery.get());
  }

  @Override
  public boolean signsOut() {
    return discovery.get().metadata().getEndSessionEndpointURI() != null;
  }

  @Override
  public @Nullable URI signOut(@Nullable String idToken, URI back) {
    URI endpoint = discovery.get().metadata().getEndSessionEndpointURI();
    if (endpoint == null) {
      return null;
    }
    try {
      JWT hint = idToken == null ? null : JWTParser.parse(idToken);
      return new LogoutRequest(endpoint, hint, null, client, back, null, null).toURI();
    } catch (java.text.ParseException e) {
      throw new IllegalStateException("an ID token that was verified cannot be parsed", e);
    }
  }

  @Override
  public String toString() {
    return "OpenIdProvider[" + name + "]";
  }
}
