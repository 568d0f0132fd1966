package org.tanada.deploy.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.tanada.common.credential.CredentialIssuer;
import org.tanada.common.credential.ServiceKey;
import org.tanada.common.permission.ServiceName;

/**
 * The keys by which an installation's services know each other: of each service a private key in a
 * file of its own, and one file with the public keys of all. They are replaced in two steps, so
 * that nobody is refused meanwhile: {@link #add} makes the next keys, and when every node has the
 * public ones {@link #use} lets them sign; those before stay good for a while.
 *
 * <p>nginx cannot sign. It has a credential for edges and one for gateways that stay the same until
 * they are replaced; of these, too, others know only the digests.
 */
public final class ServiceKeyring {
  /** The public keys of all services. */
  public static final String PUBLIC = "service-keys";

  /** A service's own key, as its nodes have it. */
  public static final String OWN = CredentialIssuer.FILE;

  /** What nginx shows: a line for each service that it calls. */
  public static final String FRONT = "service-key-front";

  private static final List<ServiceName> CALLED_BY_FRONT =
      List.of(ServiceName.EDGE, ServiceName.LB);
  private static final String NEXT = ".next";

  private final Path directory;
  private final SecureRandom random = new SecureRandom();

  /** The keys in a directory of secrets. */
  public ServiceKeyring(Path directory) {
    this.directory = directory;
  }

  /**
   * What nginx shows.
   *
   * @param edge to edges
   * @param lb to gateways
   */
  public record FrontCredentials(String edge, String lb) {
    @Override
    public String toString() {
      return "FrontCredentials[…]";
    }
  }

  /** The name of a service's file where the keys of all are. */
  public static String file(ServiceName service) {
    return OWN + "-" + service.text();
  }

  /** Makes the keys of services that have none. */
  public void make() throws IOException {
    List<ServiceKey> keys = keys();
    for (ServiceName service : ServiceName.values()) {
      if (!Files.exists(directory.resolve(file(service)))
          || keys.stream().noneMatch(key -> key.service() == service)) {
        keys.removeIf(key -> key.service() == service);
        keys.addAll(fresh(service, file(service)));
      }
    }
    write(keys);
  }

  /** Makes the next key of every service, and tells of it. It does not sign yet. */
  public void add(Instant now) throws IOException {
    List<ServiceKey> keys = keys();
    keys.removeIf(key -> !key.good(now));
    for (ServiceName service : ServiceName.values()) {
      // what an interrupted replacement has made, unless it has come into use
      List<String> unused = new ArrayList<>(ids(file(service) + NEXT));
      unused.removeAll(ids(file(service)));
      keys.removeIf(key -> unused.contains(key.id()));
    }
    for (ServiceName service : ServiceName.values()) {
      keys.addAll(fresh(service, file(service) + NEXT));
    }
    write(keys);
  }

  /**
   * Lets the next keys sign.
   *
   * @param until how long what the ones before have signed is good
   */
  public void use(Instant until) throws IOException {
    Set<String> next = new HashSet<>();
    for (ServiceName service : ServiceName.values()) {
      next.addAll(ids(file(service) + NEXT));
    }
    List<ServiceKey> keys = new ArrayList<>();
    for (ServiceKey key : keys()) {
      keys.add(key.until() != null || next.contains(key.id()) ? key : key.until(until));
    }
    for (ServiceName service : ServiceName.values()) {
      Path fresh = directory.resolve(file(service) + NEXT);
      StateFiles.write(directory.resolve(file(service)), Files.readString(fresh));
    }
    write(keys);
    for (ServiceName service : ServiceName.values()) {
      Files.delete(directory.resolve(file(service) + NEXT));
    }
  }

  /** All public keys; those that are over, too, until the next are made. */
  public List<ServiceKey> keys() throws IOException {
    Path file = directory.resolve(PUBLIC);
    return new ArrayList<>(
        Files.exists(file) ? ServiceKey.parseAll(Files.readString(file)) : List.of());
  }

  /** A service's own key, as its nodes read it. */
  public String own(ServiceName service) throws IOException {
    return Files.readString(directory.resolve(file(service)));
  }

  /** Makes what the operator shows. */
  public CredentialIssuer operator() {
    return new CredentialIssuer(
        directory.resolve(file(ServiceName.OPERATOR)), InstantSource.system());
  }

  /** What nginx shows. */
  public FrontCredentials front() throws IOException {
    List<String> lines = own(ServiceName.FRONT).lines().toList();
    return new FrontCredentials(lines.get(0), lines.get(1));
  }

  private void write(List<ServiceKey> keys) throws IOException {
    StateFiles.write(
        directory.resolve(PUBLIC),
        String.join("\n", keys.stream().map(ServiceKey::text).toList()) + "\n");
  }

  private List<ServiceKey> fresh(ServiceName service, String file) throws IOException {
    return service == ServiceName.FRONT ? freshFront(file) : List.of(freshPair(service, file));
  }

  private ServiceKey freshPair(ServiceName service, String file) throws IOException {
    try {
      KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      String id = HexFormat.of().formatHex(bytes(6));
      StateFiles.write(
          directory.resolve(file),
          id + " " + service.text() + " " + base64(pair.getPrivate().getEncoded()) + "\n");
      return new ServiceKey(
          id, service, ServiceKey.ED25519, base64(pair.getPublic().getEncoded()), null);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has Ed25519", e);
    }
  }

  private List<ServiceKey> freshFront(String file) throws IOException {
    List<ServiceKey> keys = new ArrayList<>();
    StringBuilder lines = new StringBuilder();
    for (ServiceName called : CALLED_BY_FRONT) {
      String id = HexFormat.of().formatHex(bytes(6));
      String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(36));
      keys.add(ServiceKey.ofStatic(id, ServiceName.FRONT, called, secret));
      lines.append(
          String.join(".", ServiceName.FRONT.text(), called.text(), id, "0", secret) + "\n");
    }
    StateFiles.write(directory.resolve(file), lines.toString());
    return keys;
  }

  /** The ids of the keys in a private file. */
  private List<String> ids(String file) throws IOException {
    Path own = directory.resolve(file);
    return Files.exists(own)
        ? Files.readAllLines(own).stream()
            .map(line ->
                line.startsWith("front.") ? line.split("\\.", -1)[2] : line.split(" ", -1)[0])
            .toList()
        : List.of();
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
