package org.tanada.auth.account;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How much of the board sign-ins may take.
 *
 * @param parallel hashes computed at a time, each with 19 MiB
 * @param queue callers that may wait for their turn
 * @param patience how long they wait before they are told to come again
 */
@Validated
@ConfigurationProperties("tanada.auth.password")
record PasswordProperties(
    @DefaultValue("2") @Min(1) @Max(64) int parallel,
    @DefaultValue("64") @Min(0) @Max(10_000) int queue,
    @DefaultValue("4s") @DurationMin(millis = 1) Duration patience) {}
