package org.tanada.common.http;

import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Who this process is.
 *
 * @param node its name, {@code tier-n}
 * @param timingName its tier's name in {@code Server-Timing}
 * @param drainDelay how long it goes on serving after it has begun to report not-ready, so that
 *     callers notice first
 */
@Validated
@ConfigurationProperties("tanada")
public record NodeProperties(
    @NotBlank String node,
    @NotBlank String timingName,
    @DefaultValue("2500ms") @DurationMin(millis = 0) Duration drainDelay) {}
