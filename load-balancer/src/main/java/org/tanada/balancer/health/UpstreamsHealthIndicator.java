package org.tanada.balancer.health;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;
import org.tanada.balancer.upstream.UpstreamProperties;
import org.tanada.common.membership.LiveTier;
import org.tanada.common.membership.LiveTiers;

/** Ready when at least one app server is up. */
@Component
final class UpstreamsHealthIndicator extends AbstractHealthIndicator {
  private final LiveTier tier;

  UpstreamsHealthIndicator(LiveTiers tiers, UpstreamProperties properties) {
    this.tier = tiers.tier(properties.tier());
  }

  @Override
  protected void doHealthCheck(Health.Builder health) {
    int up = tier.up().size();
    (up > 0 ? health.up() : health.outOfService()).withDetail("up", up);
  }
}
