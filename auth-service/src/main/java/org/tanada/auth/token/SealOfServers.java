package org.tanada.auth.token;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.stereotype.Component;
import org.tanada.auth.audit.AuditSeal;

/** HMAC-SHA-256 (RFC 2104) with a key derived from the secret that only auth servers have. */
@Component
final class SealOfServers implements AuditSeal {
  private final SecretKeySpec key;

  SealOfServers(TokenSecret secret) {
    this.key = secret.key("audit seal", "HmacSHA256");
  }

  @Override
  public String of(String text) {
    return HexFormat.of().formatHex(TokenSecret.hmac(key, text.getBytes(StandardCharsets.UTF_8)));
  }
}
