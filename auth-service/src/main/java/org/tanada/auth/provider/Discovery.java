package org.tanada.auth.provider;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderConfigurationRequest;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an OpenID provider says of itself (OpenID Connect Discovery 1.0), and its keys. Both are
 * kept; an unknown key makes us fetch the keys once more, and no more often than may be.
 */
final class Discovery {
  private static final Logger log = LoggerFactory.getLogger(Discovery.class);

  /** So long what it said before is believed while it cannot be asked. */
  private static final Duration OUTAGE = Duration.ofHours(24);

  private final String issuer;
  private final ProviderHttp http;
  private final ProviderCallProperties limits;
  private final InstantSource clock;
  private final Refusals refusals;
  private volatile @Nullable Known known;

  Discovery(
      String issuer,
      ProviderHttp http,
      ProviderCallProperties limits,
      InstantSource clock,
      Refusals refusals) {
    this.issuer = issuer;
    this.http = http;
    this.limits = limits;
    this.clock = clock;
    this.refusals = refusals;
  }

  /**
   * What is known of it.
   *
   * @param metadata endpoints and abilities
   * @param keys its public keys
   * @param read when
   */
  record Known(OIDCProviderMetadata metadata, JWKSource<SecurityContext> keys, Instant read) {}

  /** Endpoints and keys. {@code provider-unavailable}, {@code provider-failed}. */
  Known get() {
    Known before = known;
    Instant now = clock.instant();
    if (before != null && now.isBefore(before.read().plus(limits.metadataTime()))) {
      return before;
    }
    try {
      OIDCProviderMetadata metadata = fetch();
      Known fresh = new Known(metadata, keys(before, metadata), now);
      known = fresh;
      return fresh;
    } catch (IOException e) {
      if (before != null && now.isBefore(before.read().plus(OUTAGE))) {
        log.warn("{} cannot be asked anew, what it said before holds: {}", issuer, e.getMessage());
        return before;
      }
      throw refusals.unavailable(e);
    } catch (ParseException e) {
      throw refusals.failed("metadata: " + e.getMessage(), e);
    }
  }

  private OIDCProviderMetadata fetch() throws IOException, ParseException {
    HTTPResponse answer = http.get(address());
    if (answer.getStatusCode() >= 500) {
      throw new IOException("metadata: status " + answer.getStatusCode());
    }
    answer.ensureStatusCode(200);
    OIDCProviderMetadata metadata = OIDCProviderMetadata.parse(String.valueOf(answer.getBody()));
    if (!metadata.getIssuer().getValue().equals(issuer)) {
      throw new ParseException("the metadata is of another issuer"); // Discovery 1.0, 4.3
    }
    boolean downgraded =
        URI.create(issuer).getScheme().equals("https")
            && Stream.of(
                    metadata.getAuthorizationEndpointURI(),
                    metadata.getTokenEndpointURI(),
                    metadata.getJWKSetURI(),
                    metadata.getUserInfoEndpointURI(),
                    metadata.getEndSessionEndpointURI())
                .filter(Objects::nonNull)
                .anyMatch(uri -> !"https".equals(uri.getScheme()));
    if (downgraded
        || metadata.getTokenEndpointURI() == null
        || metadata.getAuthorizationEndpointURI() == null
        || metadata.getJWKSetURI() == null) {
      throw new ParseException("an endpoint is missing, or is not https");
    }
    return metadata;
  }

  /** The issuer with the well-known path behind it (Discovery 1.0, 4). */
  private URI address() {
    String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    return URI.create(base + OIDCProviderConfigurationRequest.OPENID_PROVIDER_WELL_KNOWN_PATH);
  }

  private JWKSource<SecurityContext> keys(@Nullable Known before, OIDCProviderMetadata metadata)
      throws ParseException {
    if (before != null && before.metadata().getJWKSetURI().equals(metadata.getJWKSetURI())) {
      return before.keys();
    }
    try {
      return JWKSourceBuilder.<SecurityContext>create(metadata.getJWKSetURI().toURL(), http)
          .cache(limits.keyTime().toMillis(), limits.timeout().toMillis())
          .refreshAheadCache(false)
          .rateLimited(limits.keyPause().toMillis())
          .retrying(false)
          .outageTolerant(OUTAGE.toMillis())
          .build();
    } catch (MalformedURLException e) {
      throw new ParseException("the address of the keys: " + e.getMessage(), e);
    }
  }
}
