package org.tanada.router.shard;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The virtual shards.
 *
 * @param virtualShards how many; set once, for good, when the installation is made
 * @param migrationThreads schemas that are migrated at once
 * @param migrations where they are
 * @param relearnInterval how often the map is learnt anew without cause
 */
@Validated
@ConfigurationProperties("tanada.router")
public record ShardProperties(
    @DefaultValue("64") @Min(1) @Max(1024) int virtualShards,
    @DefaultValue("4") @Min(1) @Max(16) int migrationThreads,
    @DefaultValue("classpath:db/migration") @NotEmpty List<String> migrations,
    @DefaultValue("2s") @DurationMin(millis = 50) Duration relearnInterval) {
  public ShardProperties {
    migrations = List.copyOf(migrations);
  }
}
