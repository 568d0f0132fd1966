package org.tanada.auth;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;

/** Starts auth-service. */
// Our callers are services with a credential: no user of Spring Security's own is wanted.
@SpringBootApplication(exclude = UserDetailsServiceAutoConfiguration.class)
@ConfigurationPropertiesScan
public class AuthApplication {
  /** Starts the service with arguments as Spring Boot takes them. */
  public static void main(String[] args) {
    SpringApplication.run(AuthApplication.class, args);
  }
}
