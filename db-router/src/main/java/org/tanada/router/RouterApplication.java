package org.tanada.router;

import java.time.InstantSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;

/** The router process. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class RouterApplication {
  @Bean
  InstantSource clock() {
    return InstantSource.system();
  }

  /** Starts it. */
  public static void main(String[] arguments) {
    SpringApplication.run(RouterApplication.class, arguments);
  }
}
