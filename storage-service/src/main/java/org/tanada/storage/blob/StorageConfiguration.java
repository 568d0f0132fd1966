package org.tanada.storage.blob;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.tomcat.TomcatConnectorCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the store shows of itself, and how the web server meets uploads. */
@Configuration(proxyBeanMethods = false)
class StorageConfiguration {
  /**
   * An upload is invited ({@code 100 Continue}) only when its first byte is read, that is after all
   * checks of its head: a refused one is answered instead, and nothing of it is spent. An encoded
   * slash in an id reaches the check of ids.
   */
  @Bean
  TomcatConnectorCustomizer invitesUploadsLate() {
    return connector -> {
      connector.setEncodedSolidusHandling("passthrough");
      if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> http) {
        http.setContinueResponseTiming("onRead");
      }
    };
  }

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
