package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tanada.common.membership.FileMembership;
import org.tanada.common.membership.Node;
import org.tanada.common.membership.Probes;
import org.tanada.common.tls.InsideTls;
import org.tanada.deploy.ca.LocalAuthority;
import org.tanada.deploy.state.Home;

/** That services speak TLS alone on every port of theirs; all other suites use them so. */
class InsideTlsIT {
  private static final int MILLIS = 10_000;

  @BeforeAll
  static void needOwnSystem() {
    assumeTrue(!TestRun.containers(), "natively services speak TLS, in containers they do not");
    assertThat(FrontDoor.ADDRESS).isNotNull();
    assumeTrue(SystemUnderTest.own(), "of another system it is not known");
  }

  @Test
  void everyPortOfServicesSpeaksTlsAloneAsOurAuthorityVouchesFor() throws Exception {
    SSLContext trust =
        InsideTls.trusting(
            new LocalAuthority(new Home(SystemUnderTest.home(), SystemUnderTest.home()).ca())
                .authorityCertificate());
    SSLSocketFactory ours = trust.getSocketFactory();
    SSLSocketFactory anybody = SSLContext.getDefault().getSocketFactory();

    List<URI> ports = ports();

    assertThat(ports).hasSizeGreaterThan(12).allMatch(port -> port.getScheme().equals("https"));
    for (URI port : ports) {
      assertThat(Probes.status(port.resolve("/"), MILLIS, ours)).as("%s", port).isPositive();
      assertThat(plain(port)).as("plain HTTP at %s", port).isIn(-1, 0, 400);
      assertThatThrownBy(() -> Probes.status(port.resolve("/"), MILLIS, anybody))
          .as("who trusts the usual authorities at %s", port)
          .isInstanceOf(SSLException.class);
    }
  }

  /** The status of the answer to plain HTTP, 0 without one, -1 for one that is not HTTP. */
  private static int plain(URI port) {
    try {
      return Probes.status(
          URI.create("http://" + port.getAuthority() + Probes.READINESS), MILLIS, null);
    } catch (IOException e) {
      return 0; // that is the answer
    }
  }

  private static List<URI> ports() throws IOException {
    Map<String, List<Node>> tiers =
        FileMembership.read(new Home(SystemUnderTest.home(), SystemUnderTest.home()).inventory());
    List<URI> ports = new ArrayList<>();
    tiers.forEach((tier, nodes) -> {
      if (!tier.startsWith("mysql") && !tier.equals("memcached")) {
        nodes.stream()
            .flatMap(node -> Stream.of(node.address(), node.control()))
            .distinct()
            .forEach(ports::add);
      }
    });
    return ports;
  }
}
