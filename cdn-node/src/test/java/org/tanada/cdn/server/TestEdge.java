package org.tanada.cdn.server;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.io.ClassPathResource;
import org.tanada.cdn.cache.CacheStore;
import org.tanada.cdn.config.EdgeMetrics;
import org.tanada.cdn.config.EdgeProperties;
import org.tanada.cdn.origin.OriginClient;
import org.tanada.common.credential.testing.TestCredentials;
import org.tanada.common.http.NodeProperties;
import org.tanada.common.http.SecretProperties;
import org.tanada.common.membership.LiveTiers;
import org.tanada.common.membership.Membership;
import org.tanada.common.membership.Node;
import org.tanada.common.permission.Permissions;
import org.tanada.common.permission.ServiceName;
import org.tanada.common.tls.TlsProperties;

/** A real edge without its control side: a socket in front, a scripted origin behind. */
final class TestEdge implements AutoCloseable {
  static final String SIGNING_KEY = "a-signing-key-of-more-than-32-characters";

  private final Map<String, List<Node>> nodes = new ConcurrentHashMap<>();
  private final ScriptedOrigin origin = new ScriptedOrigin();
  private final LiveTiers tiers;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final CacheStore store;
  private final Edge edge;
  private final EdgeServer server;

  /** Settings as name, value, name, value; without {@code tanada.edge.}. */
  TestEdge(String... settings) {
    this(new TlsProperties(""), new DefaultSslBundleRegistry(), settings);
  }

  /** The same among services that speak TLS with each other. */
  TestEdge(TlsProperties tls, SslBundles bundles, String... settings) {
    Map<String, Object> given = new HashMap<>();
    given.put("tanada.edge.port", 0);
    given.put("tanada.edge.threads", 2);
    given.put("tanada.edge.directory", directory().toString());
    for (int i = 0; i < settings.length; i += 2) {
      given.put("tanada.edge." + settings[i], settings[i + 1]);
    }
    EdgeProperties properties =
        new Binder(new MapConfigurationPropertySource(given))
            .bind("tanada.edge", EdgeProperties.class)
            .get();
    tiers =
        new LiveTiers(
            new Membership() {
              @Override
              public List<Node> nodes(String tier) {
                return nodes.getOrDefault(tier, List.of());
              }

              @Override
              public Set<String> tiers() {
                return nodes.keySet();
              }
            },
            Duration.ofMillis(200),
            Duration.ofMillis(500),
            tls.trust());
    for (String tier : List.of("lb", "storage-videos", "storage-invoices", "storage-profiles")) {
      nodes(tier, origin.port());
    }
    EdgeMetrics metrics = new EdgeMetrics(registry);
    store = new CacheStore(properties, metrics);
    edge =
        new Edge(
            properties,
            store,
            new OriginClient(tiers, properties, metrics, tls),
            metrics,
            new NodeProperties("edge-1", "edge", Duration.ZERO),
            new SecretProperties(SIGNING_KEY),
            TestCredentials.issuer(ServiceName.EDGE),
            TestCredentials.verifier(ServiceName.EDGE),
            Permissions.read(new ClassPathResource("permissions.txt")));
    server = new EdgeServer(edge, tls, bundles);
    server.start();
  }

  private static Path directory() {
    try {
      return Files.createTempDirectory(Files.createDirectories(Path.of("target/edge")), "cache");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The tier's nodes, on these ports of this machine. */
  void nodes(String tier, int... ports) {
    Map<String, Node> listed = new LinkedHashMap<>();
    for (int port : ports) {
      URI address = URI.create("http://127.0.0.1:" + port);
      listed.put(tier + "-" + port, new Node(tier + "-" + port, address, address, Map.of()));
    }
    nodes.put(tier, List.copyOf(listed.values()));
  }

  /** The tier's only node. */
  void node(String tier, Node node) {
    nodes.put(tier, List.of(node));
  }

  ScriptedOrigin origin() {
    return origin;
  }

  CacheStore store() {
    return store;
  }

  Edge edge() {
    return edge;
  }

  EdgeServer server() {
    return server;
  }

  int port() {
    return server.port();
  }

  double count(String name, String... tags) {
    return registry.counter(name, tags).count();
  }

  Http.Answer get(String uri, String... fields) {
    return Http.get(port(), uri, fields);
  }

  @Override
  public void close() {
    server.stop();
    store.close();
    origin.close();
    tiers.close();
  }
}
