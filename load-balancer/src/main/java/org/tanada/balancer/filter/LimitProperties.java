package org.tanada.balancer.filter;

import jakarta.validation.constraints.NotNull;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How large a request may be; the front door has the same limits.
 *
 * @param body of any request that is not one of the following
 * @param avatarBody of a picture
 * @param uploadBody of a video
 * @param target of path and query together
 */
@Validated
@ConfigurationProperties("tanada.balancer.limits")
public record LimitProperties(
    @DefaultValue("1MB") @NotNull DataSize body,
    @DefaultValue("6MB") @NotNull DataSize avatarBody,
    @DefaultValue("4300MB") @NotNull DataSize uploadBody,
    @DefaultValue("16KB") @NotNull DataSize target) {
  public LimitProperties {
    for (DataSize size : new DataSize[] {body, avatarBody, uploadBody, target}) {
      if (size != null && size.toBytes() <= 0) {
        throw new IllegalArgumentException("a limit in tanada.balancer.limits is not positive");
      }
    }
  }
}
