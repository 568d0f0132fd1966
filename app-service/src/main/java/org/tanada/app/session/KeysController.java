package org.tanada.app.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Duration;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.common.account.AccountsContract;

/** The public keys of access tokens, passed on from auth-service. */
@RestController
@Tag(name = "Tokens")
@SecurityRequirements
class KeysController {
  private static final Duration AGE = Duration.ofMinutes(1);

  private final AccountsContract accounts;
  private final Cache<String, String> keys =
      Caffeine.newBuilder().maximumSize(1).expireAfterWrite(AGE).build();

  KeysController(AccountsContract accounts) {
    this.accounts = accounts;
  }

  @GetMapping(path = "/.well-known/jwks.json", produces = MediaType.APPLICATION_JSON_VALUE)
  @Operation(summary = "Public keys of access tokens (RFC 7517)")
  ResponseEntity<String> jwks() {
    String set = keys.getIfPresent("jwks");
    if (set == null) {
      set = accounts.jwks();
      keys.put("jwks", set);
    }
    return ResponseEntity.ok()
        .cacheControl(CacheControl.maxAge(AGE).cachePublic())
        .contentType(MediaType.APPLICATION_JSON)
        .body(set);
  }
}
