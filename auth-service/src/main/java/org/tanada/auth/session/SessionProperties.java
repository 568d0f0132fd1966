package org.tanada.auth.session;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long sessions last.
 *
 * @param idle without use, a session ends after this
 * @param lifetime at the latest, a session ends after this
 * @param touchInterval how exact the time of last use is
 * @param maxPerUser sessions of one user; the oldest gives way
 */
@Validated
@ConfigurationProperties("tanada.auth.session")
record SessionProperties(
    @DefaultValue("7d") @DurationMin(seconds = 1) Duration idle,
    @DefaultValue("30d") @DurationMin(seconds = 1) Duration lifetime,
    @DefaultValue("1m") @DurationMin(millis = 1) Duration touchInterval,
    @DefaultValue("50") @Min(1) @Max(1000) int maxPerUser) {}
