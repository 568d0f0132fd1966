package org.tanada.deploy.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.common.membership.Node;
import org.tanada.common.tls.InsideTls;
import org.tanada.deploy.ca.InsideServer;
import org.tanada.deploy.ca.LocalAuthority;

/** A real nginx before servers that speak TLS. */
@Tag("servers")
class InsideTlsTests {
  private static final Map<String, String> TOKYO = Map.of("region", "tokyo");

  @TempDir Path directory;
  private LocalAuthority ours;

  @BeforeEach
  void authority() {
    ours = new LocalAuthority(directory.resolve("inside"));
  }

  @Test
  void serversBehindAreCalledByTls() throws Exception {
    try (FakeTier edge = new FakeTier("edge-1", TOKYO, InsideServer.shown(ours.inside()));
        FakeTier balancer = new FakeTier("lb-1", Map.of(), InsideServer.shown(ours.inside()));
        FrontDoor door = door(edge, balancer)) {
      assertThat(door.get("/").body()).isEqualTo("edge-1");
      assertThat(door.get("/api/v1/videos").body()).isEqualTo("lb-1");
      String change = "POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n";
      assertThat(door.raw(change + "Connection: close\r\n\r\n{}")).endsWith("lb-1");
      assertThat(edge.last().headers().getFirst("Tanada-Service-Credential"))
          .isEqualTo(FrontDoor.CREDENTIAL);
      assertThat(balancer.last().headers().getFirst("Tanada-Service-Credential"))
          .isEqualTo(FrontDoor.LB_CREDENTIAL);
    }
  }

  @Test
  void whoeverIsNotOursGetsNothing() throws Exception {
    LocalAuthority strange = new LocalAuthority(directory.resolve("strange"));
    ours.inside();
    ours.ensure(List.of("tokyo"), List.of());
    Map<String, String> frontDoors =
        Map.of(
            InsideTls.CERTIFICATE, Files.readString(ours.serverChain()),
            InsideTls.KEY, Files.readString(ours.serverKey()));
    try (FakeTier edge = new FakeTier("edge-1", TOKYO, InsideServer.shown(strange.inside()));
        FakeTier balancer = new FakeTier("lb-1", Map.of(), InsideServer.shown(frontDoors));
        FrontDoor door = door(edge, balancer)) {
      assertThat(door.get("/").statusCode()).as("another authority").isEqualTo(502);
      assertThat(door.get("/api/v1/videos").statusCode()).as("another name").isEqualTo(502);
      assertThat(edge.seen).isEmpty();
      assertThat(balancer.seen).isEmpty();
    }
  }

  private FrontDoor door(FakeTier edge, FakeTier balancer) throws Exception {
    Map<String, List<Node>> tiers =
        Map.of("edge", List.of(edge.node()), "lb", List.of(balancer.node()));
    return new FrontDoor(directory.resolve("door"), tiers, ours.authorityCertificate());
  }
}
