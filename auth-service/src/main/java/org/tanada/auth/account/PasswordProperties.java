package org.tanada.auth.account;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How much of the board sign-ins may take.
 *
 * @param memory of one hash; Argon2id's m, RFC 9106, section 3.1
 * @param passes over that memory; its t
 * @param lanes that it is divided into; its p. They are computed one after the other here
 * @param parallel hashes computed at a time
 * @param queue callers that may wait for their turn
 * @param patience how long they wait before they are told to come again
 */
@Validated
@ConfigurationProperties("tanada.auth.password")
record PasswordProperties(
    @DefaultValue("19456KB") DataSize memory,
    @DefaultValue("2") @Min(1) @Max(100) int passes,
    @DefaultValue("1") @Min(1) @Max(16) int lanes,
    @DefaultValue("2") @Min(1) @Max(64) int parallel,
    @DefaultValue("64") @Min(0) @Max(10_000) int queue,
    @DefaultValue("4s") @DurationMin(millis = 1) Duration patience) {
  /** Argon2 wants eight blocks of 1 KiB for each lane at least (RFC 9106, section 3.1). */
  private static final int LEAST_KIB_PER_LANE = 8;

  PasswordProperties {
    if (memory.toKilobytes() < (long) LEAST_KIB_PER_LANE * lanes
        || memory.toKilobytes() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "tanada.auth.password.memory must be %d KB to 2 TB"
              .formatted(LEAST_KIB_PER_LANE * lanes));
    }
  }

  Argon2id.Cost cost() {
    return new Argon2id.Cost(memoryKib(), passes, lanes);
  }

  int memoryKib() {
    return (int) memory.toKilobytes();
  }
}
