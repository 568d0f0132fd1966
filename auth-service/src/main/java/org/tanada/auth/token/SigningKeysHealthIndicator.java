package org.tanada.auth.token;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;

/** Part of readiness: without its key this server can sign nobody in. */
@Component
final class SigningKeysHealthIndicator extends AbstractHealthIndicator {
  private final SigningKeys keys;

  SigningKeysHealthIndicator(SigningKeys keys) {
    this.keys = keys;
  }

  @Override
  protected void doHealthCheck(Health.Builder health) {
    if (keys.ready()) {
      health.up();
    } else {
      health.outOfService().withDetail("reason", "the signing key is not loaded yet");
    }
  }
}
