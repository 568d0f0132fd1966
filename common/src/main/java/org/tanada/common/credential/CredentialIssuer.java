package org.tanada.common.credential;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tanada.common.permission.ServiceName;

/**
 * Makes the credentials of a service: {@code SERVICE.AUDIENCE.KEY.EXPIRY.SIGNATURE}, each for one
 * other service, signed with Ed25519 and good for 30 to 60 seconds. One is made every 30 seconds
 * and for each service that is called, all else is a look into a map. The key is read again each
 * time, so that a replaced one signs from then on.
 */
public final class CredentialIssuer {
  /** Name of the file with the service's own key: {@code ID SERVICE PRIVATE-KEY}. */
  public static final String FILE = "service-key";

  /** For how many seconds the same credential is shown. */
  static final long WINDOW = 30;

  private static final Logger log = LoggerFactory.getLogger(CredentialIssuer.class);

  private final Path file;
  private final InstantSource clock;
  private final Map<ServiceName, Issued> issued = new ConcurrentHashMap<>();
  private volatile Key key;

  /** For the key in a directory of a node's secrets. */
  public CredentialIssuer(Path directory) {
    this(directory.resolve(FILE), InstantSource.system());
  }

  /** For the key in a file. */
  public CredentialIssuer(Path file, InstantSource clock) {
    this.file = file;
    this.clock = clock;
    try {
      this.key = Key.read(file);
    } catch (IOException e) {
      throw new UncheckedIOException("the key of this service cannot be read", e);
    }
  }

  /** Whose credentials they are. */
  public ServiceName service() {
    return key.service;
  }

  /** What that service is to be shown now. */
  public String of(ServiceName audience) {
    long window = clock.instant().getEpochSecond() / WINDOW;
    Issued known = issued.get(audience);
    if (known != null && known.window == window) {
      return known.credential;
    }
    return issue(audience, window);
  }

  private synchronized String issue(ServiceName audience, long window) {
    Issued known = issued.get(audience);
    if (known != null && known.window == window) {
      return known.credential; // another thread was faster
    }
    try {
      key = Key.read(file);
    } catch (IOException | IllegalArgumentException e) {
      log.warn("the key of this service cannot be read again, the old one stays: {}", e.toString());
    }
    long expiry = (window + 2) * WINDOW;
    String claims =
        String.join(".", key.service.text(), audience.text(), key.id, Long.toString(expiry));
    String credential = claims + "." + key.sign(claims);
    issued.put(audience, new Issued(window, credential));
    return credential;
  }

  /** What is signed: no other text that one of these keys might ever sign begins like that. */
  static byte[] signed(String claims) {
    return ("tanada-service-credential " + claims).getBytes(StandardCharsets.UTF_8);
  }

  private record Issued(long window, String credential) {}

  private record Key(String id, ServiceName service, PrivateKey key) {
    static Key read(Path file) throws IOException {
      String[] columns = Files.readString(file).strip().split("\\s+", -1);
      if (columns.length != 3) {
        throw new IllegalArgumentException(file + " does not hold ID SERVICE PRIVATE-KEY");
      }
      try {
        return new Key(
            columns[0],
            ServiceName.find(columns[1])
                .orElseThrow(() -> new IllegalArgumentException("no service is " + columns[1])),
            KeyFactory.getInstance("Ed25519")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(columns[2]))));
      } catch (GeneralSecurityException e) {
        throw new IllegalArgumentException(file + " does not hold an Ed25519 key", e);
      }
    }

    String sign(String claims) {
      try {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(key);
        signature.update(signed(claims));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java has Ed25519", e);
      }
    }
  }
}
