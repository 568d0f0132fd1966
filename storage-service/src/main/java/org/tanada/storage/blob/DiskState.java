package org.tanada.storage.blob;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the store on the disk shows of itself. */
@Configuration(proxyBeanMethods = false)
@OnDisk
class DiskState {
  @Bean
  @ConditionalOnMissingBean
  Disk disk() {
    return Disk.REAL;
  }

  @Bean
  MeterBinder storeMetrics(BlobStore store) {
    return (MeterRegistry registry) -> {
      Gauge.builder("tanada.storage.blobs", store, BlobStore::count)
          .description("Files on this node")
          .register(registry);
      Gauge.builder("tanada.storage.stored", store, BlobStore::bytes)
          .description("Bytes that the files of this node take")
          .baseUnit("bytes")
          .register(registry);
      Gauge.builder("tanada.storage.free", store, BlobStore::free)
          .description("Bytes that may still be written before the reserve")
          .baseUnit("bytes")
          .register(registry);
    };
  }

  /** Ready while the directory can be written; a full disk still serves reads. */
  @Bean
  HealthIndicator storageHealthIndicator(BlobStore store) {
    return () -> store.usable() ? Health.up().build() : Health.down().build();
  }
}
