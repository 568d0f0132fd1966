package org.tanada.router.effect;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How effects are delivered that cannot be applied at once.
 *
 * @param attempts after so many an effect is parked: nobody tries it until the operator says so
 * @param firstWait until the second attempt; doubles with each
 * @param longestWait between two attempts
 */
@Validated
@ConfigurationProperties("tanada.router.effects")
public record EffectProperties(
    @DefaultValue("10") @Min(1) @Max(1_000) int attempts,
    @DefaultValue("1s") @DurationMin(millis = 1) Duration firstWait,
    @DefaultValue("5m") @DurationMin(millis = 1) Duration longestWait) {
  /** How long to wait after one more failure of an effect that has failed so often before. */
  Duration waitAfter(int failures) {
    long millis = firstWait.toMillis() << Math.clamp(failures, 0, 20);
    return Duration.ofMillis(Math.min(longestWait.toMillis(), millis));
  }
}
