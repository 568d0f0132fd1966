package org.tanada.common.http;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * The secret that services share which make or check signed addresses, generated on first start and
 * given as a file of a directory ({@code spring.config.import=configtree:}); never defaulted.
 *
 * @param urlSigningKey key of signed URLs and list cursors
 */
@Validated
@ConfigurationProperties("tanada.secret")
public record SecretProperties(@NotNull @Size(min = 32) String urlSigningKey) {
  @Override
  public String toString() {
    return "SecretProperties[…]";
  }
}
