package org.tanada.auth.link;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.auth.store.Encryption;
import org.tanada.auth.token.TokenSecret;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A flow's state as the browser keeps it: encrypted and authenticated by a key of the auth servers,
 * so that any of them can go on, and bound to the provider. A cookie rather than a row: whoever
 * comes by can begin a flow, and must not make us write for that; and what a browser does not have
 * it cannot go on with, whoever sends it the address (login CSRF, RFC 9700, 4.7).
 */
@Component
final class FlowCookies {
  private static final int MAX_LENGTH = 4096;

  private final SecretKey key;
  private final SecureRandom random;
  private final InstantSource clock;
  private final JsonMapper json = JsonMapper.builder().build();

  FlowCookies(TokenSecret secret, SecureRandom random, InstantSource clock) {
    this.key = secret.key("provider flow", "AES");
    this.random = random;
    this.clock = clock;
  }

  /** The cookie's value. */
  String write(String provider, Flow flow) {
    byte[] sealed = Encryption.encrypt(json.writeValueAsBytes(flow), key, bound(provider), random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
  }

  /** The flow in it; empty if it is none of ours, of another provider, or too old. */
  Optional<Flow> read(String provider, @Nullable String cookie) {
    if (cookie == null || cookie.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    try {
      byte[] plain =
          Encryption.decrypt(Base64.getUrlDecoder().decode(cookie), key, bound(provider));
      return Optional.of(json.readValue(plain, Flow.class))
          .filter(flow -> clock.instant().isBefore(flow.end()));
    } catch (GeneralSecurityException | IllegalArgumentException | JacksonException e) {
      return Optional.empty(); // whatever is wrong with it, the visitor begins again
    }
  }

  private static byte[] bound(String provider) {
    return provider.getBytes(StandardCharsets.UTF_8);
  }
}
