package org.tanada.auth.throttle;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How much auth servers let pass, all together: so many at once, then one an interval.
 *
 * @param account wrong passwords for one account
 * @param accountEvery interval of those
 * @param known wrong passwords for one account from a network that it was signed in to from
 * @param knownEvery interval of those
 * @param network wrong passwords, and addresses that are taken, from one network
 * @param networkEvery interval of those
 * @param wishes mails that one network asks for
 * @param wishesEvery interval of those
 * @param signUps mails to one address that sign-ups lead to, where taken addresses are hidden
 * @param signUpsEvery interval of those
 * @param networksPerUser how many networks of an account are remembered; the oldest give way
 */
@Validated
@ConfigurationProperties("tanada.auth.throttle")
record ThrottleProperties(
    @DefaultValue("10") @Min(1) @Max(100_000) int account,
    @DefaultValue("1m") @DurationMin(millis = 1) Duration accountEvery,
    @DefaultValue("20") @Min(1) @Max(100_000) int known,
    @DefaultValue("10s") @DurationMin(millis = 1) Duration knownEvery,
    @DefaultValue("100") @Min(1) @Max(100_000) int network,
    @DefaultValue("6s") @DurationMin(millis = 1) Duration networkEvery,
    @DefaultValue("20") @Min(1) @Max(100_000) int wishes,
    @DefaultValue("1m") @DurationMin(millis = 1) Duration wishesEvery,
    @DefaultValue("5") @Min(1) @Max(100_000) int signUps,
    @DefaultValue("20m") @DurationMin(millis = 1) Duration signUpsEvery,
    @DefaultValue("20") @Min(1) @Max(100) int networksPerUser) {}
