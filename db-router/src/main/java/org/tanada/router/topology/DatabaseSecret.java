package org.tanada.router.topology;

import jakarta.validation.constraints.NotBlank;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * The router's own secret.
 *
 * @param databasePassword password of {@link TopologyProperties#user()} on every database
 */
@Validated
@ConfigurationProperties("tanada.secret")
public record DatabaseSecret(@NotBlank String databasePassword) {
  @Override
  public String toString() {
    return "DatabaseSecret[…]";
  }
}
