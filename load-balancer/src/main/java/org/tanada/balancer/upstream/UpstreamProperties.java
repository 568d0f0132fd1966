package org.tanada.balancer.upstream;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How the app servers are reached.
 *
 * @param tier whose servers the requests go to
 * @param connectTimeout until a connection stands
 * @param headTimeout until the answer's head is there, and between two reads of its body
 * @param uploadHeadTimeout the same after an upload
 * @param attempts servers tried for one request, the first included
 * @param retryBudgetPercent repeated requests per hundred, so that they cannot multiply an overload
 * @param wholeAnswer an answer that announces no more bytes is received whole before it goes on
 */
@Validated
@ConfigurationProperties("tanada.balancer.upstream")
public record UpstreamProperties(
    @DefaultValue("app") @NotBlank String tier,
    @DefaultValue("500ms") @DurationMin(millis = 1) Duration connectTimeout,
    @DefaultValue("15s") @DurationMin(millis = 1) Duration headTimeout,
    @DefaultValue("10m") @DurationMin(millis = 1) Duration uploadHeadTimeout,
    @DefaultValue("3") @Min(1) @Max(10) int attempts,
    @DefaultValue("20") @Min(0) @Max(100) int retryBudgetPercent,
    @DefaultValue("64KB") DataSize wholeAnswer) {}
