package org.tanada.cdn.server;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Ready when the data path is bound. */
@Component("edgeHealthIndicator")
final class EdgeHealth implements HealthIndicator {
  private final EdgeServer server;

  EdgeHealth(EdgeServer server) {
    this.server = server;
  }

  @Override
  public Health health() {
    return server.isRunning() ? Health.up().build() : Health.outOfService().build();
  }
}
