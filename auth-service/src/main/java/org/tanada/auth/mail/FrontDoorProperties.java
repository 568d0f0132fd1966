package org.tanada.auth.mail;

import jakarta.validation.constraints.NotNull;
import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where people find us.
 *
 * @param publicUrl address of the front door, without a path: what links in mails begin with
 */
@Validated
@ConfigurationProperties("tanada.auth")
record FrontDoorProperties(@DefaultValue("http://localhost:8080") @NotNull URI publicUrl) {
  FrontDoorProperties {
    String scheme = publicUrl.getScheme();
    if (publicUrl.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
      throw new IllegalArgumentException("tanada.auth.public-url must be http(s)://host[:port]");
    }
  }
}
