package org.tanada.auth.mail;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long links in mails work.
 *
 * @param reset to set a new password
 * @param verification to verify an address
 * @param change to verify another address, which then takes the place of the present one
 * @param perHour how many of each kind an account is mailed in an hour
 */
@Validated
@ConfigurationProperties("tanada.auth.link")
record LinkProperties(
    @DefaultValue("30m") @DurationMin(minutes = 1) @DurationMax(hours = 1) Duration reset,
    @DefaultValue("3d") @DurationMin(minutes = 1) @DurationMax(days = 30) Duration verification,
    @DefaultValue("1d") @DurationMin(minutes = 1) @DurationMax(days = 7) Duration change,
    @DefaultValue("3") @Min(1) @Max(20) int perHour) {}
