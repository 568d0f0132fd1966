package org.tanada.storage;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Import;

/** One storage node of one purpose. */
@SpringBootApplication(scanBasePackages = "org.tanada.storage.blob")
@Import({DiskBackend.class, S3Backend.class})
@ConfigurationPropertiesScan
public class StorageApplication {
  /** Starts the node. */
  public static void main(String[] args) {
    SpringApplication.run(StorageApplication.class, args);
  }
}
