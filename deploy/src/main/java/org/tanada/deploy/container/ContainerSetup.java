package org.tanada.deploy.container;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tanada.common.membership.Node;
import org.tanada.deploy.ca.LocalAuthority;
import org.tanada.deploy.nginx.NginxBinary;
import org.tanada.deploy.nginx.NginxConfiguration;
import org.tanada.deploy.nginx.NginxSettings;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.TopologyFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes, in volumes, what the containers share: secrets (each kind of node gets a volume with those
 * that it needs), the front door's certificate, and its configuration from the templates that the
 * native way uses. Run again, it makes what is missing.
 */
public final class ContainerSetup {
  /** Which volume has the secrets of which kind of node. */
  private static final Map<String, Kind> VOLUMES =
      Map.of("service", Kind.APP, "auth", Kind.AUTH, "router", Kind.ROUTER, "mysql", Kind.MYSQL);

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
   * @param membership the services' own settings of {@code tanada.membership.dns}, as JSON
   * @param project name of the system of containers, with which their names begin
   * @param edges how many edges are nailed to a region: the first, the second, …
   * @param hostNames names of the front door beside localhost
   * @param resolver the DNS server that knows the containers
   * @param secrets directory of the volumes with secrets
   * @param front volume of the front door
   */
  public record Settings(
      String membership,
      String project,
      int edges,
      List<String> hostNames,
      String resolver,
      Path secrets,
      Path front) {
    public Settings {
      hostNames = List.copyOf(hostNames);
    }
  }

  /** Makes what is missing. */
  public void run() throws IOException {
    Secrets secrets = new Secrets(home);
    secrets.make();
    for (Map.Entry<String, Kind> volume : VOLUMES.entrySet()) {
      secrets.give(volume.getValue(), settings.secrets().resolve(volume.getKey()));
    }
    List<String> regions =
        TopologyFile.shipped(false).tier("edge").map(tier -> tier.regions()).orElseThrow();
    StateFiles.privateDirectory(settings.front());
    NginxSettings.Certificate certificate = certificate(regions);
    new NginxConfiguration(
            home.root().resolve("nginx"),
            NGINX,
            new NginxSettings(
                settings.front(),
                "0.0.0.0",
                HTTP_PORT,
                HTTPS_PORT,
                Optional.of(certificate),
                regions,
                settings.hostNames(),
                NO_SQL_PORT,
                secrets.get(Secrets.SERVICE_CREDENTIAL),
                Optional.of(settings.resolver())))
        .renderUnchecked(tiers(regions));
    logToOutput();
  }

  /** The key of the authority itself stays in the home, where nginx cannot see it. */
  private NginxSettings.Certificate certificate(List<String> regions) throws IOException {
    LocalAuthority authority = new LocalAuthority(home.ca());
    authority.ensure(regions, settings.hostNames());
    Path directory = settings.front().resolve("tls");
    StateFiles.privateDirectory(directory);
    for (Path file :
        List.of(authority.authorityCertificate(), authority.serverChain(), authority.serverKey())) {
      Files.copy(file, directory.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }
    return new NginxSettings.Certificate(
        directory.resolve(authority.serverChain().getFileName()),
        directory.resolve(authority.serverKey().getFileName()));
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

  /**
   * What nginx is told: names, which it looks up again and again. Edges of a region are given each
   * by the name of its container; all edges together stand in for one that is away.
   */
  private Map<String, List<Node>> tiers(List<String> regions) {
    URI edge = URI.create("http://" + target("edge"));
    List<Node> edges = new ArrayList<>();
    for (int i = 1; i <= settings.edges(); i++) {
      URI address =
          URI.create(
              "http://%s-%s-%d:%d"
                  .formatted(settings.project(), edge.getHost(), i, edge.getPort()));
      edges.add(
          new Node(
              "edge-" + i,
              address,
              address,
              Map.of("region", regions.get((i - 1) % regions.size()))));
    }
    edges.add(new Node("any edge", edge, edge, Map.of()));
    URI balancer = URI.create("http://" + target("lb"));
    Map<String, List<Node>> tiers = new LinkedHashMap<>();
    tiers.put("edge", edges);
    tiers.put("lb", List.of(new Node("any balancer", balancer, balancer, Map.of())));
    return tiers;
  }

  /** {@code host:port} of a tier's data side. */
  private String target(String tier) {
    try {
      JsonNode target =
          JsonMapper.shared().readTree(settings.membership()).at("/tanada/membership/dns/" + tier);
      if (!target.isString()) {
        throw new OperatorException("tanada.membership.dns does not name the tier " + tier);
      }
      String text = target.stringValue();
      int slash = text.indexOf('/');
      return slash < 0 ? text : text.substring(0, slash);
    } catch (JacksonException e) {
      throw new OperatorException("SPRING_APPLICATION_JSON is not JSON", e);
    }
  }
}
