package org.tanada.storage.s3;

import java.nio.file.Files;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.tanada.storage.blob.OnS3;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileSupplier;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * The client of the bucket. Nothing is taken from the environment or from a machine's own Amazon
 * settings: what is not said in ours is not in force.
 */
@Configuration(proxyBeanMethods = false)
class S3Configuration {
  private static final String PROFILE = "default";

  @Bean(destroyMethod = "close")
  S3Client s3Client(S3Properties properties) {
    return client(properties);
  }

  /** A client of its own; the caller closes it. */
  static S3Client client(S3Properties properties) {
    if (!Files.isReadable(properties.credentials())) {
      throw new IllegalStateException(
          "tanada.storage.s3.credentials: " + properties.credentials() + " cannot be read");
    }
    ProfileFileSupplier credentials =
        ProfileFileSupplier.reloadWhenModified(
            properties.credentials(), ProfileFile.Type.CREDENTIALS);
    S3ClientBuilder builder =
        S3Client.builder()
            .region(Region.of(properties.region()))
            .forcePathStyle(properties.pathStyle())
            .credentialsProvider(
                ProfileCredentialsProvider.builder()
                    .profileFile(credentials)
                    .profileName(PROFILE)
                    .build())
            // each content carries the SHA-256 that we reckon, whoever serves the bucket
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(properties.connectTimeout())
                    .socketTimeout(properties.readTimeout()))
            .overrideConfiguration(o ->
                o.defaultProfileFile(ProfileFile.aggregator().build())
                    .defaultProfileName(PROFILE)
                    .apiCallAttemptTimeout(properties.attemptTimeout())
                    .apiCallTimeout(properties.callTimeout())
                    .retryStrategy(
                        AwsRetryStrategy.standardRetryStrategy().toBuilder()
                            .maxAttempts(properties.attempts())
                            .build()));
    if (properties.endpoint() != null) {
      builder.endpointOverride(properties.endpoint());
    }
    return builder.build();
  }

  /** Ready while the bucket is there and lets us in; what is on a disk is read without it. */
  @Bean
  @Conditional(OnS3.Alone.class)
  HealthIndicator storageHealthIndicator(Bucket bucket, S3Properties properties) {
    return new BucketHealth(bucket, properties.checkInterval());
  }
}
