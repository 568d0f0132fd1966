package org.tanada.storage;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** One storage node of one purpose. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class StorageApplication {
  /** Starts the node. */
  public static void main(String[] args) {
    SpringApplication.run(StorageApplication.class, args);
  }
}
