package org.tanada.app.deletion;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How accounts are deleted.
 *
 * @param settle how long after an account has gone its content stays: longer than any request takes
 *     that may still buy a video, or store one
 * @param sweep how often a server looks for what another one has left behind
 * @param lease how long a deletion belongs to the server that tries it
 * @param backoff before the second attempt; it doubles for each further one, up to an hour
 */
@Validated
@ConfigurationProperties("tanada.app.deletion")
record DeletionProperties(
    @DefaultValue("15m") @DurationMin(millis = 1) @DurationMax(days = 1) Duration settle,
    @DefaultValue("15s") @DurationMin(millis = 10) @DurationMax(hours = 1) Duration sweep,
    @DefaultValue("3m") @DurationMin(seconds = 1) @DurationMax(hours = 1) Duration lease,
    @DefaultValue("10s") @DurationMin(millis = 1) @DurationMax(hours = 1) Duration backoff) {}
