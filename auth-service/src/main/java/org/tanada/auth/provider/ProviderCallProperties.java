package org.tanada.auth.provider;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How providers are called. A sign-in takes four calls at most; app servers wait ten seconds.
 *
 * @param connectTimeout until a connection is there
 * @param timeout a call as a whole, to the last byte of its answer
 * @param maxAnswer longest answer
 * @param concurrent most calls at a time to one provider; more are refused at once
 * @param metadataTime how long what a provider says of itself is believed
 * @param keyTime how long its keys are kept before they are fetched again
 * @param keyPause while that lasts, unknown keys make us fetch once more, and not again
 * @param clockSkew by how much its clock may differ from ours
 */
@Validated
@ConfigurationProperties("tanada.auth.provider-calls")
record ProviderCallProperties(
    @DefaultValue("1s") @DurationMin(millis = 1) Duration connectTimeout,
    @DefaultValue("2s") @DurationMin(millis = 1) @DurationMax(seconds = 5) Duration timeout,
    @DefaultValue("256KB") DataSize maxAnswer,
    @DefaultValue("16") @Min(1) @Max(1000) int concurrent,
    @DefaultValue("1h") @DurationMin(seconds = 1) Duration metadataTime,
    @DefaultValue("1h") @DurationMin(minutes = 1) Duration keyTime,
    @DefaultValue("30s") @DurationMin(millis = 1) Duration keyPause,
    @DefaultValue("60s") @DurationMin(seconds = 0) @DurationMax(minutes = 5) Duration clockSkew) {}
