package org.tanada.storage;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Import;
import org.tanada.common.http.SecretProperties;

/** One storage node of one purpose. */
@SpringBootApplication(
    scanBasePackages = {
      "org.tanada.storage.blob",
      "org.tanada.storage.place",
      "org.tanada.storage.move",
    })
@Import({DiskBackend.class, S3Backend.class})
@ConfigurationPropertiesScan
@EnableConfigurationProperties(SecretProperties.class)
public class StorageApplication {
  /** Starts the node. */
  public static void main(String[] args) {
    SpringApplication.run(StorageApplication.class, args);
  }
}
