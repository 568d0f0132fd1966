package org.tanada.deploy.nginx;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.tanada.deploy.state.ServiceKeyring.FrontCredentials;

/**
 * What the operator decides about the front door.
 *
 * @param directory nginx's prefix: configuration, pid, logs and temporary files are all below
 * @param bindAddress where to listen, {@code 127.0.0.1} or {@code 0.0.0.0}; {@code ::1} is added to
 *     the former where the machine has it
 * @param httpPort for HTTP/1.1, 8080
 * @param httpsPort for TLS with HTTP/2, 8443; without effect if there is no certificate
 * @param certificate for TLS, if wanted
 * @param regions names of the edge regions, the default one first; at least one
 * @param hostNames names served beside localhost and REGION.localhost
 * @param sqlPortBase read-only SQL listens on this plus the cluster's number, 9800
 * @param credentials what it shows the services behind
 * @param insideAuthority whose certificates servers with an https address show; it need not be
 *     there where none has one
 * @param resolver address of the DNS server that is asked again and again for servers given by
 *     name; without one such names are resolved once, at the start
 */
public record NginxSettings(
    Path directory,
    String bindAddress,
    int httpPort,
    int httpsPort,
    Optional<Certificate> certificate,
    List<String> regions,
    List<String> hostNames,
    int sqlPortBase,
    FrontCredentials credentials,
    Path insideAuthority,
    Optional<String> resolver) {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]{7,15}|\\[[0-9a-fA-F:.]{2,45}]");
  private static final Pattern CREDENTIAL = Pattern.compile("[A-Za-z0-9+/=._~-]{32,256}");

  public NginxSettings {
    directory = directory.toAbsolutePath().normalize();
    regions = List.copyOf(regions);
    hostNames = List.copyOf(hostNames);
    check(ADDRESS.matcher(bindAddress).matches(), "not an address to listen on: " + bindAddress);
    check(!regions.isEmpty(), "there is no region");
    for (String region : regions) {
      check(LABEL.matcher(region).matches(), "not a region's name: " + region);
    }
    for (String host : hostNames) {
      for (String label : host.split("\\.", -1)) {
        check(LABEL.matcher(label).matches(), "not a host name: " + host);
      }
    }
    check(port(httpPort) && port(httpsPort) && port(sqlPortBase), "not a port");
    resolver.ifPresent(
        server -> check(ADDRESS.matcher(server).matches(), "not a DNS server: " + server));
    for (String credential : List.of(credentials.edge(), credentials.lb())) {
      check(CREDENTIAL.matcher(credential).matches(), "a service credential is malformed");
    }
  }

  @Override
  public String toString() {
    return "NginxSettings[" + directory + ", " + bindAddress + ":" + httpPort + "]";
  }

  private static boolean port(int port) {
    return port > 0 && port < 65536;
  }

  private static void check(boolean good, String otherwise) {
    if (!good) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /**
   * Files in PEM.
   *
   * @param chain the server's certificate, then its issuers'
   * @param key the private key
   */
  public record Certificate(Path chain, Path key) {}
}
