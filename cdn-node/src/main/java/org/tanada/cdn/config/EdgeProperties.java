package org.tanada.cdn.config;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of the edge.
 *
 * @param address where the data path listens
 * @param port of the data path; 0 takes a free one
 * @param region where the node stands, for people
 * @param directory of the cached files; what an earlier run left there is deleted at start
 * @param ram bytes for small objects and for the heads of all objects
 * @param ramObject largest object that is kept in RAM; at most a quarter of {@code ram}
 * @param disk bytes for the objects on disk
 * @param maxObject largest object that is cached; by default a quarter of the disk, at most 2 GB
 * @param threads event loops; 0 means one a processor, at most four
 * @param maxConnections client connections at a time; more are closed at once
 * @param maxUri longest request line
 * @param maxHeaders most bytes of request headers
 * @param idleTimeout after which a connection without progress is closed
 * @param drainTimeout longest wait for requests in progress when the node stops
 * @param staleIfUnreachable how long past its freshness an object is served while the origin cannot
 *     be reached, unless the object itself says otherwise
 * @param hitForMiss how long a path is remembered as not cacheable, so that its requests do not
 *     wait for each other
 * @param rangeReach how far ahead of a fill a range may begin and still wait for it
 * @param backgroundFills objects fetched at a time that no client reads
 * @param publicPurposes purposes of files that everybody may read
 * @param signedPurposes purposes of files that need a signed address
 * @param origin connections to the tiers behind
 */
@Validated
@ConfigurationProperties("tanada.edge")
public record EdgeProperties(
    @DefaultValue("127.0.0.1") @NotBlank String address,
    @DefaultValue("9001") @Min(0) @Max(65535) int port,
    @DefaultValue("local") @NotBlank String region,
    @NotNull Path directory,
    @DefaultValue("32MB") DataSize ram,
    @DefaultValue("256KB") DataSize ramObject,
    @DefaultValue("1GB") DataSize disk,
    @Nullable DataSize maxObject,
    @DefaultValue("0") @Min(0) @Max(64) int threads,
    @DefaultValue("4096") @Min(1) @Max(100_000) int maxConnections,
    @DefaultValue("8KB") DataSize maxUri,
    @DefaultValue("16KB") DataSize maxHeaders,
    @DefaultValue("60s") @DurationMin(millis = 1) Duration idleTimeout,
    @DefaultValue("20s") @DurationMin(millis = 1) Duration drainTimeout,
    @DefaultValue("10m") @DurationMin(seconds = 0) Duration staleIfUnreachable,
    @DefaultValue("5s") @DurationMin(millis = 1) Duration hitForMiss,
    @DefaultValue("4MB") DataSize rangeReach,
    @DefaultValue("8") @Min(0) @Max(1000) int backgroundFills,
    @DefaultValue("profiles") Set<String> publicPurposes,
    @DefaultValue({"invoices", "videos"}) @NotEmpty Set<String> signedPurposes,
    @DefaultValue @Valid Origin origin) {

  public EdgeProperties {
    publicPurposes = Set.copyOf(publicPurposes);
    signedPurposes = Set.copyOf(signedPurposes);
    if (ram.toBytes() < 64 * 1024) {
      throw new IllegalArgumentException("tanada.edge.ram must be 64KB or more");
    }
    if (disk.toBytes() < 0 || ramObject.toBytes() < 0 || rangeReach.toBytes() < 0) {
      throw new IllegalArgumentException("sizes of tanada.edge must not be negative");
    }
    if (maxUri.toBytes() < 256 || maxHeaders.toBytes() < 1024) {
      throw new IllegalArgumentException("tanada.edge.max-uri or max-headers is too small");
    }
  }

  /** Largest object that is cached, in bytes. */
  public long largestObject() {
    long quarter = Math.min(disk.toBytes() / 4, 2L << 30);
    return maxObject == null
        ? Math.max(quarter, largestInRam())
        : Math.min(maxObject.toBytes(), Math.max(disk.toBytes(), largestInRam()));
  }

  /** Largest object that is kept in RAM, in bytes. */
  public int largestInRam() {
    return (int) Math.min(ramObject.toBytes(), ram.toBytes() / 4);
  }

  /** Number of event loops. */
  public int eventLoops() {
    return threads > 0 ? threads : Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 4);
  }

  /**
   * Limits of calls to the origin.
   *
   * @param connectTimeout until the connection stands
   * @param headTimeout until the answer's head is there
   * @param idleTimeout longest pause within an answer's body
   * @param attempts nodes tried for one request, the first included
   * @param retryBudgetPercent retries allowed per hundred requests, so that retries cannot multiply
   *     an overload
   * @param maxConnections open at a time; beyond, requests are refused with 503
   * @param maxIdle connections kept open for later, per node and event loop
   * @param keepAlive how long they are kept; shorter than the servers' own limit
   */
  public record Origin(
      @DefaultValue("500ms") @DurationMin(millis = 1) Duration connectTimeout,
      @DefaultValue("15s") @DurationMin(millis = 1) Duration headTimeout,
      @DefaultValue("20s") @DurationMin(millis = 1) Duration idleTimeout,
      @DefaultValue("3") @Min(1) @Max(10) int attempts,
      @DefaultValue("20") @Min(0) @Max(100) int retryBudgetPercent,
      @DefaultValue("512") @Min(1) @Max(65535) int maxConnections,
      @DefaultValue("32") @Min(0) @Max(1024) int maxIdle,
      @DefaultValue("10s") @DurationMin(millis = 1) Duration keepAlive) {}
}
