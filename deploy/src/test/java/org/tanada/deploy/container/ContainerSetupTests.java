package org.tanada.deploy.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.common.credential.CredentialIssuer;
import org.tanada.common.credential.CredentialVerifier;
import org.tanada.common.permission.ServiceName;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.Secrets;

class ContainerSetupTests {
  private static final String MEMBERSHIP =
      """
      {"tanada": {"membership": {"source": "dns", "dns": {
        "edge": "cdn-node:9001/9051", "lb": "load-balancer:9201/9251"}}}}
      """;

  @TempDir Path directory;

  @Test
  void eachVolumeHasTheSecretsOfItsReadersAlone() throws IOException {
    setUp(MEMBERSHIP);

    for (String volume :
        List.of("edge", "app", "storage")) { // which make or check signed addresses
      assertThat(names(volume)).contains("tanada.secret.url-signing-key").hasSize(3);
    }
    for (String volume : List.of("edge", "lb", "app", "storage", "router", "auth")) {
      assertThat(names(volume)).contains("service-key", "service-keys");
      assertThat(secret(volume, "service-key")).content().contains(" " + volume + " ");
    }
    assertThat(names("router")).contains("tanada.secret.database-password").hasSize(3);
    assertThat(names("auth")).contains("tanada.secret.token-key-encryption").hasSize(3);
    assertThat(names("lb")).hasSize(2);
    assertThat(names("mysql"))
        .containsExactlyInAnyOrder(
            "tanada.secret.database-password",
            "database-root-password",
            "replication-password",
            "analyst-password");
    for (Path file : List.of(secret("mysql", "database-root-password"), serverKey())) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
    assertThat(directory.resolve("front/tls/ca-key.pem")).doesNotExist();
  }

  @Test
  void onlyAuthServersSeeTheOperatorsFiles() throws IOException {
    Files.writeString(directory.resolve("own.yml"), "tanada.auth.providers: {}\n");

    setUp(MEMBERSHIP);

    assertThat(secret("auth", "providers.yml")).hasContent("tanada.auth.providers: {}");
    assertThat(secret("auth", "mail.yml")).hasContent("tanada.auth.providers: {}");
    for (String other : List.of("edge", "lb", "app", "storage", "router", "mysql")) {
      assertThat(names(other)).doesNotContain("providers.yml", "mail.yml");
    }
  }

  @Test
  void nginxLooksUpEdgesAndBalancersAgainAndAgain() throws IOException {
    setUp(MEMBERSHIP);

    Path conf = directory.resolve("front/conf");
    assertThat(Files.readString(conf.resolve("nginx.conf"))).contains("resolver 127.0.0.11 ");
    String upstreams = Files.readString(conf.resolve("conf.d/upstreams.conf"));
    assertThat(upstreams)
        .contains("server shelf-cdn-node-1:9001 max_fails=1 fail_timeout=2s resolve;")
        .contains("server cdn-node:9001 max_fails=1 fail_timeout=2s backup resolve;")
        .contains("server load-balancer:9201 max_fails=1 fail_timeout=2s resolve;");
  }

  @Test
  void servicesGetWhatTheyNeedForTlsAndNginxSpeaksIt() throws IOException {
    setUp(MEMBERSHIP, true, Optional.empty());

    for (String volume : List.of("edge", "lb", "app", "storage", "auth", "router")) {
      assertThat(names(volume)).contains("inside.pem", "inside-key.pem", "inside-authority.pem");
    }
    assertThat(names("mysql")).noneMatch(name -> name.startsWith("inside"));
    assertThat(secret("app", "inside-authority.pem"))
        .hasSameTextualContentAs(directory.resolve("front/tls/ca.pem"));
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(secret("app", "inside-key.pem"))))
        .isEqualTo("rw-------");
    Path conf = directory.resolve("front/conf");
    assertThat(conf.resolve("conf.d/front-door.conf"))
        .content()
        .contains("proxy_pass https://edge_$region;", "proxy_pass https://lb_changes;")
        .doesNotContain("http://");
    assertThat(conf.resolve("includes/proxy.conf"))
        .content()
        .contains("include includes/inside.conf;");
    assertThat(conf.resolve("includes/inside.conf"))
        .content()
        .contains("proxy_ssl_verify on;", "proxy_ssl_name inside.tanada.internal;")
        .contains(
            "proxy_ssl_trusted_certificate \"" + directory.resolve("front/tls/ca.pem") + "\";");
    String key = Files.readString(secret("app", "inside-key.pem"));

    setUp(MEMBERSHIP, true, Optional.empty());
    assertThat(secret("app", "inside-key.pem")).content().isEqualTo(key);

    setUp(MEMBERSHIP);
    assertThat(conf.resolve("includes/inside.conf")).doesNotExist();
    assertThat(conf.resolve("conf.d/front-door.conf")).content().doesNotContain("https://");
  }

  @Test
  void againItChangesNothing() throws IOException {
    setUp(MEMBERSHIP);
    String credential = Files.readString(secret("app", "service-key"));
    String key = Files.readString(serverKey());

    setUp(MEMBERSHIP);

    assertThat(secret("app", "service-key")).hasContent(credential);
    assertThat(serverKey()).hasContent(key);
  }

  @Test
  void newKeysComeIntoUseInEveryVolumeAndAtTheFrontDoor() throws IOException {
    setUp(MEMBERSHIP);
    String before = Files.readString(secret("app", "service-key"));
    CredentialIssuer app = new CredentialIssuer(directory.resolve("secrets/app"));
    String shown = app.of(ServiceName.ROUTER);
    Path credential = directory.resolve("front/conf/includes/credential.conf");
    String front = Files.readString(credential);

    setUp(MEMBERSHIP, false, Optional.of(Duration.ofMinutes(5)));

    assertThat(Files.readString(secret("app", "service-key"))).isNotEqualTo(before);
    assertThat(Files.readString(credential)).isNotEqualTo(front);
    CredentialVerifier router =
        new CredentialVerifier(directory.resolve("secrets/router"), ServiceName.ROUTER);
    assertThat(router.caller(shown)).as("of the key before").isEqualTo(ServiceName.APP);
    assertThat(
            router.caller(
                new CredentialIssuer(directory.resolve("secrets/app")).of(ServiceName.ROUTER)))
        .isEqualTo(ServiceName.APP);
  }

  @Test
  void aMembershipWithoutEdgesIsRefused() {
    assertThatThrownBy(() -> setUp("{}"))
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("edge");
    assertThatThrownBy(() -> setUp("tanada:"))
        .isInstanceOf(OperatorException.class)
        .hasMessage("SPRING_APPLICATION_JSON is not JSON");
  }

  @Test
  void onABoardNginxGetsTheAddressesOfAListAndWhatWasBrought() throws IOException {
    setUp(MEMBERSHIP); // the operator's own, which has secrets and certificate
    Path list = directory.resolve("nodes.yml");
    Files.writeString(
        list,
        """
        edge:
          - {name: edge-1, address: "http://192.168.1.16:9001", control: "http://192.168.1.16:9051", labels: {region: tokyo}}
        lb:
          - {name: lb-1, address: "http://192.168.1.11:9201", control: "http://192.168.1.11:9251"}
        app:
          - {name: app-1, address: "http://192.168.1.12:9101"}
        """);

    new ContainerSetup(
            new Home(ComposeFileTests.root(), directory.resolve("state")),
            new ContainerSetup.Settings(
                new Callees.Listed(list),
                List.of("shop.home.arpa"),
                Optional.empty(),
                Map.of(),
                directory.resolve("front"),
                false,
                Optional.empty()))
        .run();

    Path conf = directory.resolve("front/conf");
    assertThat(Files.readString(conf.resolve("conf.d/upstreams.conf")))
        .contains("server 192.168.1.16:9001 ")
        .contains("server 192.168.1.11:9201 ")
        .doesNotContain("192.168.1.12")
        .doesNotContain("resolve;");
  }

  private void setUp(String membership) throws IOException {
    setUp(membership, false, Optional.empty());
  }

  private void setUp(String membership, boolean tls, Optional<Duration> newKeys)
      throws IOException {
    new ContainerSetup(
            new Home(ComposeFileTests.root(), directory.resolve("state")),
            new ContainerSetup.Settings(
                new Callees.Resolved(membership, "shelf", 2, "127.0.0.11", tls),
                List.of(),
                Optional.of(directory.resolve("secrets")),
                own(),
                directory.resolve("front"),
                tls,
                newKeys))
        .run();
  }

  private Map<String, Path> own() {
    Path file = directory.resolve("own.yml");
    return Files.exists(file) ? Map.of(Secrets.PROVIDERS, file, Secrets.MAIL, file) : Map.of();
  }

  private List<String> names(String volume) throws IOException {
    try (var files = Files.list(directory.resolve("secrets").resolve(volume))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private Path secret(String volume, String name) {
    return directory.resolve("secrets").resolve(volume).resolve(name);
  }

  private Path serverKey() {
    return directory.resolve("front/tls/server-key.pem");
  }
}
