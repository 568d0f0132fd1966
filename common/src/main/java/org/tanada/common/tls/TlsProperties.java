package org.tanada.common.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whether services speak TLS with each other.
 *
 * @param directory with the three files of {@link InsideTls}; empty: they speak plain HTTP
 */
@ConfigurationProperties(TlsProperties.PREFIX)
public record TlsProperties(@DefaultValue("") String directory) {
  static final String PREFIX = "tanada.tls";

  /** Whether they do. */
  public boolean on() {
    return !directory.isEmpty();
  }

  /**
   * What a caller needs; null where services speak plain HTTP.
   *
   * @throws UncheckedIOException if the authority's certificate cannot be read
   */
  public @Nullable SSLContext trust() {
    if (!on()) {
      return null;
    }
    try {
      return InsideTls.trusting(Path.of(directory, InsideTls.AUTHORITY));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
