package org.tanada.common.http;

import jakarta.validation.constraints.Size;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * Secrets that several services share, generated on first start and given as a directory of files
 * ({@code spring.config.import=configtree:}); never defaulted.
 *
 * @param urlSigningKey key of signed URLs and list cursors
 */
@Validated
@ConfigurationProperties("tanada.secret")
public record SecretProperties(@Size(min = 32) String urlSigningKey) {
  @Override
  public String toString() {
    return "SecretProperties[…]";
  }
}
