package org.tanada.cdn;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.tanada.common.http.SecretProperties;

/** One edge node: data path on {@code tanada.edge.port}, control side on {@code server.port}. */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableConfigurationProperties(SecretProperties.class)
public class EdgeApplication {
  /** Starts the edge. */
  public static void main(String[] args) {
    SpringApplication.run(EdgeApplication.class, args);
  }
}
