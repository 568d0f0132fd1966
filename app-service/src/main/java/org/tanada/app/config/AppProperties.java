package org.tanada.app.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of an app server.
 *
 * @param publicUrl address of the front door, without a path
 * @param maxVideoSize largest video that may be uploaded
 * @param videoQuota all videos of one user together, with what is being uploaded; each further
 *     purpose has what it may take by its own nature, one avatar or one invoice an order
 * @param maxAvatarSize largest avatar that may be uploaded
 * @param maxJsonSize largest JSON body
 * @param maxHeaderSize all header fields of a request together
 * @param playbackTime how long a signed address of a video holds
 * @param invoiceTime how long a signed address of an invoice holds
 * @param sessionCheckTime how long an answer of auth-service about a session cookie is believed
 *     while this server does not hear what is revoked
 * @param sessionCacheTime how long it is believed while it does
 * @param tokenClockSkew by how much the clocks of auth servers and this one may differ before good
 *     tokens are refused
 * @param seenTime how long a client is asked to show what it has seen
 * @param rowCacheTime how long a row in RAM is served to readers who have seen nothing newer
 * @param rowCacheEntries most rows and lists in RAM
 * @param rowCacheSize most bytes that they take, roughly
 * @param invoicesInTheMaking most invoices made at the same time
 * @param unnamedFileAge after so long a file that no row names is deleted; an upload whose whole
 *     content takes longer fails
 */
@Validated
@ConfigurationProperties("tanada.app")
public record AppProperties(
    @DefaultValue("http://localhost:8080") @NotNull URI publicUrl,
    @DefaultValue("4GB") DataSize maxVideoSize,
    @DefaultValue("100GB") DataSize videoQuota,
    @DefaultValue("5MB") DataSize maxAvatarSize,
    @DefaultValue("64KB") DataSize maxJsonSize,
    @DefaultValue("16KB") DataSize maxHeaderSize,
    @DefaultValue("4h") @DurationMin(minutes = 1) Duration playbackTime,
    @DefaultValue("15m") @DurationMin(minutes = 1) Duration invoiceTime,
    @DefaultValue("1s") @DurationMin(millis = 1) @DurationMax(seconds = 2)
        Duration sessionCheckTime,
    @DefaultValue("30s") @DurationMin(millis = 1) @DurationMax(minutes = 1)
        Duration sessionCacheTime,
    @DefaultValue("60s") @DurationMin(seconds = 0) @DurationMax(minutes = 2)
        Duration tokenClockSkew,
    @DefaultValue("60s") @DurationMin(seconds = 1) Duration seenTime,
    @DefaultValue("2s") @DurationMin(millis = 1) @DurationMax(seconds = 60) Duration rowCacheTime,
    @DefaultValue("20000") @Min(1) @Max(1_000_000) int rowCacheEntries,
    @DefaultValue("16MB") DataSize rowCacheSize,
    @DefaultValue("4") @Min(1) @Max(64) int invoicesInTheMaking,
    @DefaultValue("24h") @DurationMin(hours = 1) Duration unnamedFileAge) {}
