package org.tanada.router.server;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where rows are called, and by how many.
 *
 * @param address that it listens at
 * @param port of the data path; 0: any that is free
 * @param maxConnections each has a thread; more wait to be accepted
 * @param idleTimeout how long a connection may be silent between two calls
 * @param readTimeout how long a caller may take to send a call's body, and to take its answer
 * @param drainTimeout for calls under way when the node stops
 */
@Validated
@ConfigurationProperties("tanada.router.data-path")
record DataPathProperties(
    @NotBlank String address,
    @Min(0) @Max(65535) int port,
    @DefaultValue("1024") @Min(1) int maxConnections,
    @DefaultValue("60s") @DurationMin(millis = 1) Duration idleTimeout,
    @DefaultValue("10s") @DurationMin(millis = 1) Duration readTimeout,
    @DefaultValue("15s") @DurationMin(millis = 0) Duration drainTimeout) {}
