package org.tanada.router.cache;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The row cache.
 *
 * @param timeout how long an answer may take; later counts as a miss
 * @param rowLife how long a row is kept, in whole seconds; bounds every staleness that a failure of
 *     memcached itself could cause
 * @param absentLife how long it is kept that a row does not exist, in whole seconds
 * @param tombstoneLife how long a written row keeps readers of replicas from filling, in whole
 *     seconds; must exceed the lag of any replica that is read plus the longest commit
 * @param maxRowBytes a longer row is not cached
 * @param refresh how often the membership is looked at
 */
@Validated
@ConfigurationProperties("tanada.router.cache")
public record CacheProperties(
    @DefaultValue("50ms") @DurationMin(millis = 1) Duration timeout,
    @DefaultValue("60s") @DurationMin(seconds = 1) Duration rowLife,
    @DefaultValue("10s") @DurationMin(seconds = 1) Duration absentLife,
    @DefaultValue("15s") @DurationMin(seconds = 1) Duration tombstoneLife,
    @DefaultValue("262144") @Min(1) @Max(1_000_000) int maxRowBytes,
    @DefaultValue("500ms") @DurationMin(millis = 10) Duration refresh) {}
