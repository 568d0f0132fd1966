package org.tanada.auth.factor;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long a proof of who one is lasts for what is dangerous.
 *
 * @param lifetime from the sign-in, or from a later proof in the same session
 */
@Validated
@ConfigurationProperties("tanada.auth.proof")
record ProofProperties(
    @DefaultValue("5m") @DurationMin(seconds = 1) @DurationMax(hours = 1) Duration lifetime) {}
