package org.tanada.router.move;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How virtual shards are moved.
 *
 * @param atOnce most moves that one router runs at once
 * @param chunkRows most rows that are copied, or changes that are applied, in one transaction
 * @param chunkBytes about how large such a transaction may be
 * @param lag so close behind the source the target has to be, three times in a row, for the flip
 * @param patience how long to try for that, and to reach the databases while nothing comes over,
 *     before the move gives up
 */
@Validated
@ConfigurationProperties("tanada.router.move")
public record MoveProperties(
    @DefaultValue("4") @Min(1) @Max(64) int atOnce,
    @DefaultValue("500") @Min(1) @Max(10_000) int chunkRows,
    @DefaultValue("2000000") @Min(1_000) @Max(8_000_000) int chunkBytes,
    @DefaultValue("50ms") @DurationMin(millis = 1) Duration lag,
    @DefaultValue("120s") @DurationMin(millis = 100) Duration patience) {}
