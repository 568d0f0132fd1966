package org.tanada.cdn;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** One edge node: data path on {@code tanada.edge.port}, control side on {@code server.port}. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class EdgeApplication {
  /** Starts the edge. */
  public static void main(String[] args) {
    SpringApplication.run(EdgeApplication.class, args);
  }
}
