package org.tanada.app.export;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How data of users is exported. How often a user may ask is auth-service's to say.
 *
 * @param atATime most exports that a server sends at the same time
 */
@Validated
@ConfigurationProperties("tanada.app.export")
record ExportProperties(@DefaultValue("4") @Min(1) @Max(64) int atATime) {}
