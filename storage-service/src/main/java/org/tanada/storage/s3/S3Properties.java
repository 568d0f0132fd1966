package org.tanada.storage.s3;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;
import org.tanada.storage.blob.OnS3;

/**
 * The bucket of this purpose and how it is reached.
 *
 * @param endpoint of the service; Amazon's of the region unless given
 * @param region that requests are signed for
 * @param bucket which is there already
 * @param prefix of all keys, as in {@code tanada/}; the purpose's name follows it
 * @param pathStyle whether the bucket stands in the path, as most services but Amazon's want it
 * @param credentials a file of {@code aws_access_key_id} and {@code aws_secret_access_key} below
 *     {@code [default]}; a changed one is read again
 * @param partSize bytes that are sent at once; a content has 10,000 parts at most. Each upload
 *     keeps one part on this node's disk
 * @param connectTimeout until a connection stands
 * @param readTimeout longest silence of the service while an answer is awaited or read
 * @param attemptTimeout of one try of a request, with the part that it sends
 * @param callTimeout of a request with all its tries
 * @param attempts tries of a request that failed for a reason that may pass
 * @param checkInterval how often the bucket is looked at, for the node's readiness
 */
@Validated
@OnS3
@ConfigurationProperties("tanada.storage.s3")
public record S3Properties(
    @Nullable URI endpoint,
    @NotBlank String region,
    @NotBlank String bucket,
    @DefaultValue("") String prefix,
    @DefaultValue("false") boolean pathStyle,
    @NotNull Path credentials,
    @DefaultValue("8MB") @NotNull DataSize partSize,
    @DefaultValue("2s") @DurationMin(millis = 1) Duration connectTimeout,
    @DefaultValue("10s") @DurationMin(millis = 1) Duration readTimeout,
    @DefaultValue("30s") @DurationMin(millis = 1) Duration attemptTimeout,
    @DefaultValue("60s") @DurationMin(millis = 1) Duration callTimeout,
    @DefaultValue("3") @Min(1) @Max(10) int attempts,
    @DefaultValue("5s") @DurationMin(millis = 100) Duration checkInterval) {
  /** What S3 asks of every part but the last. */
  private static final DataSize LEAST_PART = DataSize.ofMegabytes(5);

  private static final DataSize MOST_PART = DataSize.ofGigabytes(1);

  public S3Properties {
    if (partSize.compareTo(LEAST_PART) < 0 || partSize.compareTo(MOST_PART) > 0) {
      throw new IllegalArgumentException("tanada.storage.s3.part-size is 5MB to 1GB");
    }
  }
}
