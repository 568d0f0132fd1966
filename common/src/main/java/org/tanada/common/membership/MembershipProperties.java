package org.tanada.common.membership;

import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where the nodes of the tiers are found.
 *
 * @param source {@code file} (a watched YAML inventory) or {@code dns} (all A records of a name)
 * @param file the inventory
 * @param dns tier to {@code host:port}; each address record of the host is a node
 * @param dnsFile more of them, one {@code tier=host:port} a line, read again when it changes
 * @param refresh how often the source is read again
 * @param probeInterval how often a node's readiness is asked
 * @param probeTimeout how long an answer may take
 */
@Validated
@ConfigurationProperties("tanada.membership")
public record MembershipProperties(
    @DefaultValue("file") @NotNull Source source,
    @Nullable Path file,
    @DefaultValue Map<String, String> dns,
    @Nullable Path dnsFile,
    @DefaultValue("500ms") @DurationMin(millis = 50) Duration refresh,
    @DefaultValue("1s") @DurationMin(millis = 50) Duration probeInterval,
    @DefaultValue("800ms") @DurationMin(millis = 50) Duration probeTimeout) {
  /** The two kinds of source. */
  public enum Source {
    FILE,
    DNS
  }
}
