package org.tanada.router.topology;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How the databases are reached and watched.
 *
 * @param user the account on every database
 * @param poolSize most connections to one database
 * @param connectTimeout until a connection stands
 * @param readTimeout until a statement answers
 * @param acquireTimeout until a connection of the pool is free
 * @param silence after so long without a word from us, in whole seconds, a database ends a session
 *     and the transaction in it, whose locks it would else keep for ten minutes when its network
 *     was cut. Idle sessions say something every half minute, so they stay if this is more
 * @param lockTimeout until a row lock is free, in whole seconds
 * @param watchInterval how often each database is observed
 * @param watchTimeout how long an observation may take
 * @param maxReplicaLag a replica further behind is not read
 * @param tokenWait how long a replica may take to apply what a reader has seen
 */
@Validated
@ConfigurationProperties("tanada.router.database")
public record TopologyProperties(
    @DefaultValue("tanada") @NotBlank String user,
    @DefaultValue("8") @Min(2) @Max(256) int poolSize,
    @DefaultValue("800ms") @DurationMin(millis = 1) Duration connectTimeout,
    @DefaultValue("10s") @DurationMin(millis = 1) Duration readTimeout,
    @DefaultValue("2s") @DurationMin(millis = 250) Duration acquireTimeout,
    @DefaultValue("45s") @DurationMin(seconds = 1) Duration silence,
    @DefaultValue("5s") @DurationMin(seconds = 1) Duration lockTimeout,
    @DefaultValue("500ms") @DurationMin(millis = 10) Duration watchInterval,
    @DefaultValue("1s") @DurationMin(millis = 10) Duration watchTimeout,
    @DefaultValue("5s") @DurationMin(seconds = 1) Duration maxReplicaLag,
    @DefaultValue("80ms") @DurationMin(millis = 0) Duration tokenWait) {}
