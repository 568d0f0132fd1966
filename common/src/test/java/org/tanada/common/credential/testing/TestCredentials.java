package org.tanada.common.credential.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.tanada.common.credential.CredentialIssuer;
import org.tanada.common.credential.CredentialVerifier;
import org.tanada.common.credential.ServiceKey;
import org.tanada.common.permission.ServiceName;

/** Keys of all services for tests, made once a JVM below {@code target}. */
public final class TestCredentials {
  private static final String SECRET = "of-tests-0123456789-0123456789-0123456789";
  private static final Path ROOT = make();

  private TestCredentials() {}

  /** What {@code tanada.credential.directory} is to say for that service. */
  public static Path directory(ServiceName self) {
    return ROOT.resolve(self.text());
  }

  /** What one service shows another; good as long as the test runs. */
  public static String of(ServiceName caller, ServiceName audience) {
    return String.join(".", caller.text(), audience.text(), id(caller, audience), "0", SECRET);
  }

  /** Makes the credentials of a service. */
  public static CredentialIssuer issuer(ServiceName caller) {
    return new CredentialIssuer(directory(caller));
  }

  /** Knows who calls a service. */
  public static CredentialVerifier verifier(ServiceName self) {
    return new CredentialVerifier(directory(self), self);
  }

  private static String id(ServiceName caller, ServiceName audience) {
    return "test-" + caller.text() + "-" + audience.text();
  }

  private static Path make() {
    List<String> keys = new ArrayList<>();
    try {
      Path root =
          Files.createTempDirectory(Files.createDirectories(Path.of("target")), "credentials")
              .toAbsolutePath();
      for (ServiceName service : ServiceName.values()) {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        String id = "test-" + service.text();
        Path own = Files.createDirectories(root.resolve(service.text()));
        Files.writeString(
            own.resolve(CredentialIssuer.FILE),
            id + " " + service.text() + " " + base64(pair.getPrivate().getEncoded()));
        String known = base64(pair.getPublic().getEncoded());
        keys.add(new ServiceKey(id, service, ServiceKey.ED25519, known, null).text());
        for (ServiceName audience : ServiceName.values()) {
          keys.add(ServiceKey.ofStatic(id(service, audience), service, audience, SECRET).text());
        }
      }
      for (ServiceName service : ServiceName.values()) {
        Files.writeString(
            root.resolve(service.text()).resolve("service-keys"), String.join("\n", keys));
      }
      return root;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has Ed25519", e);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** For app servers whose settings stand in an annotation. */
  public static final class OfApp
      implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    @Override
    public void initialize(ConfigurableApplicationContext context) {
      context
          .getEnvironment()
          .getPropertySources()
          .addFirst(
              new MapPropertySource(
                  "keys of tests",
                  Map.of("tanada.credential.directory", directory(ServiceName.APP).toString())));
    }
  }
}
