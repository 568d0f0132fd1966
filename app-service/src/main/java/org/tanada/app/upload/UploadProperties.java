package org.tanada.app.upload;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Limits of resumable uploads; the size of a whole one is {@code tanada.app.max-video-size}.
 *
 * @param expiry after so long without a new byte an upload ends
 * @param pieceSize what arrives in one request is kept in pieces of this size: so much is sent
 *     again at most when a server is lost
 * @param maxPieces most pieces of one upload, each request makes one at least
 * @param maxOpen most uploads of one user that are not complete
 * @param sweepInterval how often each app server looks for what has expired
 */
@Validated
@ConfigurationProperties("tanada.app.uploads")
record UploadProperties(
    @DefaultValue("24h") @DurationMin(minutes = 1) Duration expiry,
    @DefaultValue("16MB") DataSize pieceSize,
    @DefaultValue("1000") @Min(1) @Max(2000) int maxPieces,
    @DefaultValue("20") @Min(1) @Max(100) int maxOpen,
    @DefaultValue("1h") @DurationMin(seconds = 1) Duration sweepInterval) {}
