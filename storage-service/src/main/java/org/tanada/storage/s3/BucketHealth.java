package org.tanada.storage.s3;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import software.amazon.awssdk.core.exception.SdkException;

/** Whether the bucket can be used, as it was when it was last looked at. */
final class BucketHealth implements HealthIndicator {
  private static final Logger log = LoggerFactory.getLogger(BucketHealth.class);

  private final Bucket bucket;
  private final long interval;
  private long looked;
  private boolean known;
  private boolean usable;

  BucketHealth(Bucket bucket, Duration interval) {
    this.bucket = bucket;
    this.interval = interval.toNanos();
  }

  @Override
  public synchronized Health health() {
    long now = System.nanoTime();
    if (!known || now - looked >= interval) {
      looked = now;
      look();
    }
    return usable ? Health.up().build() : Health.down().build();
  }

  private void look() {
    boolean before = known && usable;
    try {
      bucket.check();
      usable = true;
    } catch (SdkException e) {
      usable = false;
      if (before || !known) {
        log.error("bucket {} cannot be used: {}", bucket.name(), e.toString());
      }
    }
    if (usable && known && !before) {
      log.info("bucket {} can be used again", bucket.name());
    }
    known = true;
  }
}
