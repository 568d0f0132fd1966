package org.tanada.common.http;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Limits of calls to other services.
 *
 * @param connectTimeout until the connection stands
 * @param readTimeout until the answer's head is there
 * @param attempts nodes tried for one call, the first included
 * @param retryBudgetPercent retries allowed per hundred calls, so that retries cannot multiply an
 *     overload
 */
@Validated
@ConfigurationProperties("tanada.client")
public record TierClientProperties(
    @DefaultValue("500ms") @DurationMin(millis = 1) Duration connectTimeout,
    @DefaultValue("10s") @DurationMin(millis = 1) Duration readTimeout,
    @DefaultValue("3") @Min(1) @Max(10) int attempts,
    @DefaultValue("20") @Min(0) @Max(100) int retryBudgetPercent) {}
