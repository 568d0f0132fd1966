package org.tanada.common.tls;

import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Makes one setting, {@code tanada.tls.directory}, the settings of Spring Boot's servers: a bundle
 * {@code inside} that the web server shows, and the one of the control side where that has a port
 * of its own. A bundle whose files are replaced is read again.
 */
public final class TlsEnvironment implements EnvironmentPostProcessor {
  /** The name of the bundle. */
  public static final String BUNDLE = "inside";

  private static final String FILES = "spring.ssl.bundle.pem." + BUNDLE + ".";

  @Override
  public void postProcessEnvironment(
      ConfigurableEnvironment environment, SpringApplication application) {
    String directory = environment.getProperty(TlsProperties.PREFIX + ".directory", "");
    if (directory.isEmpty()) {
      return;
    }
    Map<String, Object> settings = new HashMap<>();
    settings.put(FILES + "keystore.certificate", file(directory, InsideTls.CERTIFICATE));
    settings.put(FILES + "keystore.private-key", file(directory, InsideTls.KEY));
    settings.put(FILES + "truststore.certificate", file(directory, InsideTls.AUTHORITY));
    settings.put(FILES + "reload-on-update", true);
    settings.put("server.ssl.bundle", BUNDLE);
    if (environment.containsProperty("management.server.port")) {
      settings.put("management.server.ssl.bundle", BUNDLE);
    }
    environment.getPropertySources().addFirst(new MapPropertySource("tanadaTls", settings));
  }

  private static String file(String directory, String name) {
    return "file:" + directory + "/" + name;
  }
}
