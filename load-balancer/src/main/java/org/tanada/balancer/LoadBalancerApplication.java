package org.tanada.balancer;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The gateway's process. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class LoadBalancerApplication {
  /** Starts it. */
  public static void main(String[] arguments) {
    SpringApplication.run(LoadBalancerApplication.class, arguments);
  }
}
