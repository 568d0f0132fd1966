package org.tanada.auth.link;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long people have.
 *
 * @param lifetime from the beginning of a flow to the browser's return
 */
@Validated
@ConfigurationProperties("tanada.auth.provider-flow")
record FlowProperties(
    @DefaultValue("10m") @DurationMin(seconds = 1) @DurationMax(hours = 1) Duration lifetime) {}
