package org.tanada.auth.provider;

import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tanada.auth.provider.ProviderIdentity.Profile;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * A provider that speaks plain OAuth 2, as GitHub does: who somebody is, its user info says to
 * whoever has their access token. PKCE is sent all the same; who does not know it ignores it.
 */
final class OAuthProvider implements OutsideProvider {
  private final String name;
  private final String title;
  private final ProviderSettings settings;
  private final URI authorizationUri;
  private final URI tokenUri;
  private final URI userInfoUri;
  private final String issuer;
  private final CodeGrant grant;
  private final Refusals refusals;

  OAuthProvider(
      String name, String title, ProviderSettings settings, CodeGrant grant, Refusals refusals) {
    this.name = name;
    this.title = title;
    this.settings = settings;
    this.authorizationUri = Objects.requireNonNull(settings.authorizationUri());
    this.tokenUri = Objects.requireNonNull(settings.tokenUri());
    this.userInfoUri = Objects.requireNonNull(settings.userInfoUri());
    this.issuer = settings.issuer() == null ? tokenUri.toString() : settings.issuer();
    this.grant = grant;
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
    AuthorizationRequest.Builder request =
        new AuthorizationRequest.Builder(ResponseType.CODE, new ClientID(settings.clientId()))
            .endpointURI(authorizationUri)
            .redirectionURI(challenge.redirectUri())
            .state(new State(challenge.state()))
            .codeChallenge(new CodeVerifier(challenge.verifier()), CodeChallengeMethod.S256);
    if (!settings.scopes().isEmpty()) {
      request.scope(new Scope(settings.scopes().toArray(String[]::new)));
    }
    return request.build().toURI();
  }

  @Override
  public ProviderIdentity identity(Challenge challenge, String parameters) {
    var code = grant.code(challenge, parameters, settings.issuer(), false);
    AccessToken access =
        grant.redeem(code, challenge, tokenUri, TokenResponse::parse).getTokens().getAccessToken();
    HTTPRequest request = new HTTPRequest(HTTPRequest.Method.GET, userInfoUri);
    request.setAuthorization(access.toAuthorizationHeader());
    request.setAccept("application/json");
    HTTPResponse answer = grant.send(request);
    Map<String, Object> user;
    try {
      answer.ensureStatusCode(200);
      user = answer.getBodyAsJSONObject();
    } catch (ParseException e) {
      throw refusals.failed("user info: " + e.getMessage(), e);
    }
    String subject = subject(user.get(settings.subjectField()));
    Profile profile =
        new Profile(
            text(user.get(settings.usernameField())),
            text(user.get(settings.nameField())),
            Boolean.TRUE.equals(user.get("email_verified")) ? text(user.get("email")) : null);
    return new ProviderIdentity(issuer, subject, null, null, () -> profile);
  }

  /** GitHub's is a number. */
  private String subject(@Nullable Object value) {
    String subject =
        value instanceof Long || value instanceof Integer ? value.toString() : text(value);
    if (subject == null || subject.length() > ProviderIdentity.MAX_LENGTH) {
      throw refusals.failed("user info has no " + settings.subjectField(), null);
    }
    return subject;
  }

  private static @Nullable String text(@Nullable Object value) {
    return value instanceof String text && !text.isBlank() ? text : null;
  }

  @Override
  public LogoutNotice logout(String token) {
    throw new ProblemException(
        ProblemCode.NOT_FOUND,
        "OAuth 2 knows no logout tokens: " + name + " is not asked for any.");
  }

  @Override
  public boolean signsOut() {
    return false;
  }

  @Override
  public @Nullable URI signOut(@Nullable String idToken, URI back) {
    return null;
  }

  @Override
  public String toString() {
    return "OAuthProvider[" + name + "]";
  }
}
