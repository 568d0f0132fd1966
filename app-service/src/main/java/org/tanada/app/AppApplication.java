package org.tanada.app;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.tanada.common.http.SecretProperties;

/** An app server: REST API under {@code /api/v1}, and the pages. */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableConfigurationProperties(SecretProperties.class)
public class AppApplication {
  /** Starts the server; all it needs comes from the environment. */
  public static void main(String[] args) {
    SpringApplication.run(AppApplication.class, args);
  }
}
