package org.tanada.auth.provider;

import com.nimbusds.oauth2.sdk.AccessTokenResponse;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationResponse;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.util.URLUtils;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The part that both protocols share: from the browser's return to the token answer (RFC 6749). */
final class CodeGrant {
  private final ProviderSettings settings;
  private final ProviderHttp http;
  private final Refusals refusals;

  CodeGrant(ProviderSettings settings, ProviderHttp http, Refusals refusals) {
    this.settings = settings;
    this.http = http;
    this.refusals = refusals;
  }

  /**
   * The code that the browser brought. Its state has been looked at before.
   *
   * @param issuer what {@code iss} has to be (RFC 9207); null if nobody knows
   * @param required whether {@code iss} must be there
   * @throws org.tanada.common.problem.ProblemException {@code provider-declined}, {@code
   *     provider-failed}
   */
  AuthorizationCode code(
      Challenge challenge, String parameters, @Nullable String issuer, boolean required) {
    Map<String, List<String>> query = URLUtils.parseParameters(parameters);
    if (query.values().stream().anyMatch(values -> values.size() != 1)
        || query.containsKey("response")) {
      throw refusals.failed("a parameter came twice, or a form that was not asked for", null);
    }
    AuthorizationResponse response;
    try {
      response = AuthorizationResponse.parse(challenge.redirectUri(), query);
    } catch (ParseException e) {
      throw refusals.failed("authorization response: " + e.getMessage(), e);
    }
    String named = response.getIssuer() == null ? null : response.getIssuer().getValue();
    if (named == null ? required : issuer != null && !issuer.equals(named)) {
      throw refusals.failed("the response is of another issuer, or does not say", null);
    }
    if (!response.indicatesSuccess()) {
      throw refusals.declined(response.toErrorResponse().getErrorObject().getCode());
    }
    AuthorizationCode code = response.toSuccessResponse().getAuthorizationCode();
    if (code == null) {
      throw refusals.failed("the response has no code", null);
    }
    return code;
  }

  /** How the answer of a token endpoint is read. */
  interface Reader {
    /**
     * Reads it.
     *
     * @throws ParseException if it is none
     */
    TokenResponse read(HTTPResponse answer) throws ParseException;
  }

  /**
   * What the token endpoint gives for the code.
   *
   * @throws org.tanada.common.problem.ProblemException {@code provider-unavailable}, {@code
   *     provider-failed}
   */
  AccessTokenResponse redeem(
      AuthorizationCode code, Challenge challenge, URI tokenEndpoint, Reader reader) {
    HTTPResponse answer = send(tokenRequest(code, challenge, tokenEndpoint));
    try {
      TokenResponse response = reader.read(answer);
      if (!response.indicatesSuccess()) {
        throw refusals.failed(
            "token answer: " + response.toErrorResponse().getErrorObject().getCode(), null);
      }
      return response.toSuccessResponse();
    } catch (ParseException e) {
      throw refusals.failed("token answer: " + e.getMessage(), e);
    }
  }

  private HTTPRequest tokenRequest(AuthorizationCode code, Challenge challenge, URI tokenEndpoint) {
    HTTPRequest request =
        new TokenRequest.Builder(
                tokenEndpoint,
                authentication(),
                new AuthorizationCodeGrant(
                    code, challenge.redirectUri(), new CodeVerifier(challenge.verifier())))
            .build()
            .toHTTPRequest();
    request.setAccept("application/json");
    return request;
  }

  /** Sends. {@code provider-unavailable}, also for what the provider calls its own fault. */
  HTTPResponse send(HTTPRequest request) {
    HTTPResponse answer;
    try {
      answer = http.send(request);
    } catch (IOException e) {
      throw refusals.unavailable(e);
    }
    if (answer.getStatusCode() >= 500) {
      throw refusals.unavailable(new IOException("status " + answer.getStatusCode()));
    }
    return answer;
  }

  private ClientAuthentication authentication() {
    ClientID id = new ClientID(settings.clientId());
    Secret secret = new Secret(settings.clientSecret());
    return switch (settings.clientAuthentication()) {
      case BASIC -> new ClientSecretBasic(id, secret);
      case POST -> new ClientSecretPost(id, secret);
    };
  }
}
