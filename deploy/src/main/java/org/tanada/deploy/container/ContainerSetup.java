package org.tanada.deploy.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.tanada.deploy.ca.LocalAuthority;
import org.tanada.deploy.nginx.NginxBinary;
import org.tanada.deploy.nginx.NginxConfiguration;
import org.tanada.deploy.nginx.NginxSettings;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.InsideTrust;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.TopologyFile;

/**
 * Makes, in volumes, what the containers share: secrets (each kind of node gets a volume with those
 * that it needs), the front door's certificate, and its configuration from the templates that the
 * native way uses. Run again, it makes what is missing.
 */
public final class ContainerSetup {
  /** Kinds of nodes that have a volume of secrets. */
  private static final List<Kind> READERS =
      List.of(Kind.EDGE, Kind.LB, Kind.APP, Kind.AUTH, Kind.ROUTER, Kind.STORAGE, Kind.MYSQL);

  /**
   * A variable that makes it replace the services' keys: how long those before are good, {@code
   * PT5M}.
   */
  public static final String NEW_KEYS = "TANADA_NEW_KEYS";

  private static final int HTTP_PORT = 8080;
  private static final int HTTPS_PORT = 8443;
  private static final int NO_SQL_PORT = 9800; // databases are on a network that nginx is not in

  /** The oldest nginx that looks up the servers of a pool again. */
  private static final NginxBinary NGINX =
      new NginxBinary(Path.of("nginx"), new NginxBinary.Version(1, 27, 4), Optional.empty(), false);

  private final Home home;
  private final Settings settings;

  /** Set-up of an installation that keeps its secrets and its authority in {@code home}. */
  public ContainerSetup(Home home, Settings settings) {
    this.home = home;
    this.settings = settings;
  }

  /**
   * What differs from one system of containers to another.
   *
   * @param callees whom the front door calls
   * @param hostNames names of the front door beside localhost
   * @param secrets directory of the volumes with secrets; without one they and the certificate were
   *     brought by somebody else
   * @param own the operator's files, by their names among the secrets
   * @param front volume of the front door
   * @param tls whether services speak TLS with each other
   * @param overlap if services are to get new keys: how long those before are good
   */
  public record Settings(
      Callees callees,
      List<String> hostNames,
      Optional<Path> secrets,
      Map<String, Path> own,
      Path front,
      boolean tls,
      Optional<Duration> overlap) {
    public Settings {
      hostNames = List.copyOf(hostNames);
      own = Map.copyOf(own);
    }
  }

  /** The volume with the secrets of a kind of node; it holds no others. */
  public static String volume(Kind kind) {
    return switch (kind) {
      case EDGE, LB, APP, AUTH, ROUTER, STORAGE, MYSQL -> kind.name().toLowerCase(Locale.ROOT);
      case NGINX, MEMCACHED, BACKUP -> throw new IllegalArgumentException(kind + " has no secrets");
    };
  }

  /** Makes what is missing. */
  public void run() throws IOException {
    Secrets secrets = new Secrets(home);
    if (settings.secrets().isPresent()) {
      secrets.make();
      for (Map.Entry<String, Path> own : settings.own().entrySet()) {
        secrets.take(own.getKey(), own.getValue());
      }
      give(secrets, settings.secrets().get());
      if (settings.tls()) {
        for (Kind reader : READERS) {
          if (reader.service()) {
            InsideTrust.give(home, settings.secrets().get().resolve(volume(reader)));
          }
        }
      }
      if (settings.overlap().isPresent()) {
        secrets.serviceKeys().add(Instant.now());
        give(secrets, settings.secrets().get());
        secrets.serviceKeys().use(Instant.now().plus(settings.overlap().get()));
        give(secrets, settings.secrets().get());
      }
    }
    List<String> regions = TopologyFile.regions();
    StateFiles.privateDirectory(settings.front());
    if (settings.secrets().isPresent()) {
      certify(home, regions, settings.hostNames(), settings.front());
    }
    LocalAuthority given = given(settings.front());
    new NginxConfiguration(
            home.root().resolve("nginx"),
            NGINX,
            new NginxSettings(
                settings.front(),
                "0.0.0.0",
                HTTP_PORT,
                HTTPS_PORT,
                Optional.of(new NginxSettings.Certificate(given.serverChain(), given.serverKey())),
                regions,
                settings.hostNames(),
                NO_SQL_PORT,
                secrets.serviceKeys().front(),
                given.authorityCertificate(),
                settings.callees().resolver()))
        .renderUnchecked(settings.callees().tiers(regions));
    logToOutput();
  }

  private static void give(Secrets secrets, Path volumes) throws IOException {
    for (Kind reader : READERS) {
      secrets.give(reader, volumes.resolve(volume(reader)));
    }
  }

  /** Where the front door has its certificate, under the names that the authority uses. */
  private static LocalAuthority given(Path front) {
    return new LocalAuthority(front.resolve("tls"));
  }

  /**
   * Gives a front door its certificate. The key of the authority itself stays in the home, where
   * nginx cannot see it.
   */
  public static void certify(Home home, List<String> regions, List<String> hostNames, Path front)
      throws IOException {
    LocalAuthority authority = new LocalAuthority(home.ca());
    authority.ensure(regions, hostNames);
    LocalAuthority given = given(front);
    StateFiles.privateDirectory(front.resolve("tls"));
    copy(authority.authorityCertificate(), given.authorityCertificate());
    copy(authority.serverChain(), given.serverChain());
    copy(authority.serverKey(), given.serverKey());
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  /** In a container the log is what is written to the standard output. */
  private void logToOutput() throws IOException {
    Path logs = settings.front().resolve("logs");
    for (String name : List.of("access.log", "error.log")) {
      if (!Files.isSymbolicLink(logs.resolve(name))) {
        Files.createSymbolicLink(
            logs.resolve(name), Path.of(name.startsWith("access") ? "/dev/stdout" : "/dev/stderr"));
      }
    }
  }
}
