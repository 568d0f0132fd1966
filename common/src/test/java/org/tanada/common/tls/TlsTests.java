package org.tanada.common.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.mock.env.MockEnvironment;
import org.tanada.common.credential.testing.TestCredentials;
import org.tanada.common.http.TierClientProperties;
import org.tanada.common.http.TierClients;
import org.tanada.common.membership.Eventually;
import org.tanada.common.membership.FixedMembership;
import org.tanada.common.membership.LiveTiers;
import org.tanada.common.membership.Probes;
import org.tanada.common.membership.TestNode;
import org.tanada.common.permission.ServiceName;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.tls.testing.TestTls;
import tools.jackson.databind.json.JsonMapper;

/** Calls of all kinds to a server that is called by its address and shows our name. */
class TlsTests {
  private static final TestTls OURS = new TestTls();

  private static SSLContext shown(TestTls by) {
    return by.bundles().getBundle(TlsEnvironment.BUNDLE).createSslContext();
  }

  private static <T> T call(TestTls by, Call<T> call) throws Exception {
    FixedMembership membership = new FixedMembership();
    SSLContext trust = OURS.properties().trust();
    try (TestNode node = new TestNode("router-1", shown(by));
        LiveTiers tiers =
            new LiveTiers(membership, Duration.ofMillis(50), Duration.ofSeconds(5), trust);
        TierClients clients =
            new TierClients(
                tiers,
                TestCredentials.issuer(ServiceName.APP),
                new TierClientProperties(Duration.ofSeconds(2), Duration.ofSeconds(10), 1, 0),
                JsonMapper.builder().build(),
                trust)) {
      node.answers(exchange -> TestNode.answer(exchange, 200, "{\"secret\": 1}"));
      membership.set("router", List.of(node.node()));
      return call.of(clients, node.node().address(), trust);
    }
  }

  private interface Call<T> {
    T of(TierClients clients, URI node, SSLContext trust) throws Exception;
  }

  private static final Call<String> LEAN =
      (clients, node, trust) ->
          new String(clients.caller("router").post("/v1/x", new byte[0]), StandardCharsets.UTF_8);

  private static final Call<String> CONTRACT =
      (clients, node, trust) ->
          clients.rest("router").get().uri("/v1/x").retrieve().body(String.class);

  private static final Call<String> STREAM =
      (clients, node, trust) ->
          clients
              .http()
              .send(
                  HttpRequest.newBuilder(node.resolve("/v1/x")).build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();

  private static final Call<String> PROBE =
      (clients, node, trust) ->
          "secret "
              + Probes.status(node.resolve(Probes.READINESS), 5_000, trust.getSocketFactory());

  private static final List<Call<String>> ALL = List.of(LEAN, CONTRACT, STREAM, PROBE);

  @Test
  void everyClientTrustsTheNameWhateverTheAddress() throws Exception {
    for (Call<String> call : ALL) {
      assertThat(call(OURS, call)).contains("secret");
    }
  }

  @Test
  void noClientTrustsAnotherAuthority() {
    TestTls stranger = new TestTls();
    for (Call<String> call : ALL) {
      assertThatThrownBy(() -> call(stranger, call))
          .isInstanceOfAny(SSLException.class, ProblemException.class);
    }
  }

  @Test
  void theAuthoritysOtherCertificatesAreNotOurServices() throws Exception {
    TestTls front = new TestTls("localhost"); // as the front door's: right authority, another name
    SSLContext trust = InsideTls.trusting(front.authority());
    try (TestNode node = new TestNode("router-1", shown(front))) {
      assertThatThrownBy(() ->
              Probes.status(
                  node.node().address().resolve(Probes.READINESS), 5_000, trust.getSocketFactory()))
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("not for " + InsideTls.NAME);
    }
  }

  @Test
  void aProbeKeepsItsConnection() {
    Map<Integer, Integer> probesByConnection = new ConcurrentHashMap<>();
    FixedMembership membership = new FixedMembership();
    try (TestNode node = new TestNode("router-1", shown(OURS));
        LiveTiers tiers =
            new LiveTiers(
                membership,
                Duration.ofMillis(20),
                Duration.ofSeconds(5),
                OURS.properties().trust())) {
      node.probedBy(port -> probesByConnection.merge(port, 1, Integer::sum));
      membership.set("router", List.of(node.node()));
      tiers.tier("router");
      // more connections where several probes are under way at once on a slow machine
      Eventually.holds(() -> probesByConnection.values().stream().anyMatch(probes -> probes >= 10));
    }
  }

  @Test
  void whatIsNoCertificateIsNamed(@TempDir Path directory) throws IOException {
    Path broken = Files.writeString(directory.resolve("broken.pem"), "nothing");
    assertThatThrownBy(() -> InsideTls.trusting(broken))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("broken.pem is no certificate");
  }

  @Test
  void oneSettingMakesTheServersSpeakIt() {
    MockEnvironment plain = new MockEnvironment().withProperty("tanada.tls.directory", "");
    new TlsEnvironment().postProcessEnvironment(plain, new SpringApplication());
    assertThat(plain.getProperty("server.ssl.bundle")).isNull();

    MockEnvironment on = new MockEnvironment().withProperty("tanada.tls.directory", "/run/secrets");
    new TlsEnvironment().postProcessEnvironment(on, new SpringApplication());
    assertThat(on.getProperty("server.ssl.bundle")).isEqualTo("inside");
    assertThat(on.getProperty("management.server.ssl.bundle")).isNull();
    assertThat(on.getProperty("spring.ssl.bundle.pem.inside.keystore.certificate"))
        .isEqualTo("file:/run/secrets/inside.pem");
  }
}
