package org.tanada.storage.blob;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * What this node stores, where, and its limits.
 *
 * @param purpose name of its purpose, see {@link PurposeRules}
 * @param directory where its files are; one process at a time
 * @param copies how many nodes are to hold each file; fewer nodes hold one each
 * @param leastCopies how many must hold it durably before a write is answered: if fewer can, it is
 *     refused, and what is then missing to {@code copies} is a debt
 * @param maxBlobSize largest file
 * @param minFree space of the file system that is never filled
 * @param maxUploads uploads at the same time; as many copies from other nodes beside them
 * @param peerIdle how long another node may take to accept a part or to give one
 * @param peerAnswer how long another node may take to make a copy durable after its last byte
 * @param repairInterval how often to look whether nodes came or went, which makes copies be
 *     compared
 * @param compareInterval how often copies are compared even when nothing came or went
 * @param tombstoneRetention how long a deletion is remembered; longer than any node is away
 * @param scrubInterval how often every file is read and compared with its digest
 * @param scrubRate bytes a second that scrubbing may read
 * @param repairRate bytes a second that this node may send to others to make copies what they are
 *     to be
 * @param moveRate bytes a second that this node may read and write to move files between its disk
 *     and a bucket
 * @param verifiedFor how long a part of a file that was compared with what was written is sent by
 *     the kernel alone, unless the file changes; 0 compares each time
 */
@Validated
@ConfigurationProperties("tanada.storage")
public record StorageProperties(
    @NotBlank String purpose,
    @NotNull Path directory,
    @DefaultValue("2") @Min(1) @Max(10) int copies,
    @DefaultValue("1") @Min(1) @Max(10) int leastCopies,
    @DefaultValue("8GB") @NotNull DataSize maxBlobSize,
    @DefaultValue("200MB") @NotNull DataSize minFree,
    @DefaultValue("64") @Min(1) @Max(10_000) int maxUploads,
    @DefaultValue("10s") @DurationMin(millis = 10) Duration peerIdle,
    @DefaultValue("60s") @DurationMin(millis = 10) Duration peerAnswer,
    @DefaultValue("10s") @DurationMin(millis = 10) Duration repairInterval,
    @DefaultValue("6h") @DurationMin(seconds = 1) Duration compareInterval,
    @DefaultValue("30d") @DurationMin(seconds = 1) Duration tombstoneRetention,
    @DefaultValue("24h") @DurationMin(seconds = 1) Duration scrubInterval,
    @DefaultValue("20MB") @NotNull DataSize scrubRate,
    @DefaultValue("50MB") @NotNull DataSize repairRate,
    @DefaultValue("50MB") @NotNull DataSize moveRate,
    @DefaultValue("30s") @DurationMin(millis = 0) Duration verifiedFor) {
  public StorageProperties {
    if (leastCopies > copies) {
      throw new IllegalArgumentException(
          "tanada.storage.least-copies is more than tanada.storage.copies");
    }
    if (scrubRate.toBytes() < 1 || repairRate.toBytes() < 1 || moveRate.toBytes() < 1) {
      throw new IllegalArgumentException("a rate of tanada.storage is not positive");
    }
  }
}
