package org.tanada.auth.provider;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A provider. With an issuer and no authorization URI it speaks OpenID Connect and says itself
 * where all else is; with an authorization URI it speaks plain OAuth 2.
 *
 * @param title its name for people; the name in the configuration unless given
 * @param issuer its issuer identifier; of OAuth 2 what its users' identities are kept under, by
 *     default the token URI
 * @param clientId ours, as registered there
 * @param clientSecret ours; a secret
 * @param clientAuthentication how that is shown: {@code basic} or {@code post} (RFC 6749, 2.3.1)
 * @param scopes what is asked for; {@code openid profile email} by default with OpenID Connect
 * @param authorizationUri of OAuth 2: where browsers are sent
 * @param tokenUri of OAuth 2: where codes become tokens
 * @param userInfoUri of OAuth 2: JSON about the user
 * @param subjectField of OAuth 2: the member that never changes for a user, and is no other's
 * @param usernameField of OAuth 2: the member with a user name
 * @param nameField of OAuth 2: the member with a name to show
 */
record ProviderSettings(
    @Nullable String title,
    @Nullable @Size(max = 255) String issuer,
    @NotBlank String clientId,
    @NotBlank String clientSecret,
    @DefaultValue("basic") ClientAuthentication clientAuthentication,
    @DefaultValue List<@NotEmpty String> scopes,
    @Nullable URI authorizationUri,
    @Nullable URI tokenUri,
    @Nullable URI userInfoUri,
    @DefaultValue("id") String subjectField,
    @DefaultValue("login") String usernameField,
    @DefaultValue("name") String nameField) {

  /** How the client's secret is shown. */
  enum ClientAuthentication {
    BASIC,
    POST
  }

  /** Whether it is plain OAuth 2. */
  boolean plain() {
    return authorizationUri != null;
  }

  /** Whether it says enough of one of the protocols. */
  @AssertTrue(
      message =
          "needs either an issuer (OpenID Connect), or authorization-uri, token-uri and"
              + " user-info-uri (OAuth 2)")
  public boolean isComplete() {
    return plain() ? tokenUri != null && userInfoUri != null : issuer != null;
  }

  @Override
  public String toString() {
    return "ProviderSettings[clientId=" + clientId + "]";
  }
}
