package org.tanada.auth.token;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long tokens and the keys that sign them last.
 *
 * @param algorithm of keys that are made from now on
 * @param access an access token
 * @param refresh a refresh token that is not used
 * @param tolerance how long the refresh token before the last one gives the same answer again
 * @param rotation how long a key signs
 * @param publishAhead how long a key is published before it signs
 * @param maxFamiliesPerUser token sign-ins of one user; the oldest gives way
 */
@Validated
@ConfigurationProperties("tanada.auth.token")
record TokenProperties(
    @DefaultValue("eddsa") SigningAlgorithm algorithm,
    @DefaultValue("10m") @DurationMin(seconds = 1) Duration access,
    @DefaultValue("30d") @DurationMin(seconds = 1) Duration refresh,
    @DefaultValue("30s") @DurationMin(millis = 0) Duration tolerance,
    @DefaultValue("30d") @DurationMin(minutes = 5) Duration rotation,
    @DefaultValue("2m") @DurationMin(seconds = 0) Duration publishAhead,
    @DefaultValue("50") @Min(1) @Max(1000) int maxFamiliesPerUser) {}
