package org.tanada.deploy.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopologyTests {
  @Test
  void defaultHasTwoOfEachWithTwoReplicatedClusters() {
    List<String> names =
        TopologyFile.shipped(false).nodes().stream().map(PlannedNode::name).toList();

    assertThat(names)
        .containsExactly(
            "mysql-1-a",
            "mysql-1-b",
            "mysql-2-a",
            "mysql-2-b",
            "memcached-1",
            "memcached-2",
            "router-1",
            "router-2",
            "storage-profiles-1",
            "storage-invoices-1",
            "storage-videos-1",
            "storage-videos-2",
            "auth-1",
            "auth-2",
            "app-1",
            "app-2",
            "lb-1",
            "lb-2",
            "edge-1",
            "edge-2",
            "nginx-1");
  }

  @Test
  void aClusterComesAfterTheLastAndIsAsLargeAsTheFirst() {
    Topology more = TopologyFile.shipped(false).withCluster();

    assertThat(more.tiers()).extracting(Tier::name).startsWith("mysql-1", "mysql-2", "mysql-3");
    assertThat(Change.between(TopologyFile.shipped(false), more))
        .isEqualTo(new Change(List.of("mysql-3-a", "mysql-3-b"), List.of()));
    assertThat(TopologyFile.shipped(true).withCluster().tier("mysql-2").orElseThrow().nodes())
        .isEqualTo(1);
    for (int known = 3; known < Ports.MOST_CLUSTERS; known++) {
      more = more.withCluster();
    }
    assertThatThrownBy(more::withCluster).hasMessageContaining("9 clusters");
  }

  @Test
  void smallHasOneNodeOfEveryTier() {
    Topology small = TopologyFile.shipped(true);

    assertThat(small.tiers()).allSatisfy(tier -> assertThat(tier.nodes()).isEqualTo(1));
    assertThat(small.nodes())
        .extracting(PlannedNode::kind)
        .as("all but backups, which are begun by the first one")
        .containsAll(EnumSet.complementOf(EnumSet.of(Kind.BACKUP)));
    assertThat(small.nodes()).noneMatch(PlannedNode::replica);
  }

  @ParameterizedTest
  @CsvSource({
    "edge, 2, 9002, 9052",
    "app, 1, 9101, 9101",
    "lb, 2, 9202, 9252",
    "auth, 1, 9301, 9301",
    "router, 3, 9403, 9453",
    "storage-profiles, 1, 9501, 9501",
    "storage-invoices, 1, 9531, 9531",
    "storage-videos, 2, 9562, 9562",
    "mysql-2, 2, 9622, 9622",
    "memcached, 1, 9701, 9701",
    "nginx, 1, 8080, 8443"
  })
  void portsAreTheDocumentedOnes(String tier, int index, int port, int control) {
    PlannedNode node = PlannedNode.of(new Tier(tier, index, List.of()), index, Ports.DEFAULT);

    assertThat(node.port()).isEqualTo(port);
    assertThat(node.controlPort()).isEqualTo(control);
  }

  @Test
  void noTwoNodesShareAPortWhenEveryTierIsFull() {
    Set<Integer> ports = new HashSet<>();
    for (String tier :
        List.of(
            "edge",
            "app",
            "lb",
            "auth",
            "router",
            "storage-profiles",
            "storage-invoices",
            "storage-videos",
            "memcached",
            "mysql-1",
            "mysql-2",
            "mysql-9")) {
      int most = Ports.most(Kind.ofTier(tier));
      for (int index = 1; index <= most; index++) {
        PlannedNode node = PlannedNode.of(new Tier(tier, most, List.of()), index, Ports.DEFAULT);
        for (int port : new HashSet<>(List.of(node.port(), node.controlPort()))) {
          assertThat(ports.add(port)).as("%s on %d", node.name(), port).isTrue();
        }
      }
    }
    assertThat(ports).doesNotContain(Ports.DEFAULT.readOnlySql(1), Ports.DEFAULT.readOnlySql(9));
  }

  @Test
  void regionsAreGivenInOrder() {
    Topology five = TopologyFile.shipped(false).with("edge", 5);

    assertThat(five.nodes().stream().filter(n -> n.kind() == Kind.EDGE).map(PlannedNode::region))
        .containsExactly("tokyo", "frankfurt", "virginia", "sao-paulo", "sydney");
  }

  @Test
  void clustersComeAndGo() {
    Topology three = TopologyFile.shipped(false).withCluster();

    assertThat(three.withoutCluster("mysql-3")).isEqualTo(TopologyFile.shipped(false));
    assertThat(three.withoutCluster("mysql-2").withCluster().tier("mysql-4")).isPresent();
    assertThatThrownBy(() -> three.withoutCluster("mysql-4"))
        .hasMessage("there is no cluster \"mysql-4\": mysql-1 mysql-2 mysql-3");
    assertThatThrownBy(() -> TopologyFile.shipped(true).withoutCluster("mysql-1"))
        .hasMessage("mysql-1 is the only cluster: it stays");
  }

  @Test
  void servicesSpeakTlsWhereItSaysSoAndNobodyElse() {
    Topology plain = TopologyFile.shipped(false);
    Topology secured = plain.speaking(true).with("app", 3).withCluster().with(plain.ports());

    assertThat(plain.nodes()).noneMatch(node -> node.address().getScheme().equals("https"));
    assertThat(secured.scaled(Map.of("lb", 3)).withoutCluster("mysql-2").nodes())
        .allSatisfy(node -> {
          boolean https = node.address().getScheme().equals("https");
          assertThat(https).as(node.name()).isEqualTo(node.kind().service());
          assertThat(node.control().getScheme()).isEqualTo(node.address().getScheme());
          assertThat(node.on("192.168.1.7").at(1).tls()).isEqualTo(https);
        });
    assertThat(TopologyFile.parse(TopologyFile.write(secured))).isEqualTo(secured);
    assertThat(TopologyFile.write(plain)).doesNotContain("tls");
  }

  @Test
  void survivesWritingAndReading() {
    Topology topology =
        TopologyFile.shipped(false).with("app", 4).with(new Ports(20000, 18080, 18443));

    assertThat(TopologyFile.parse(TopologyFile.write(topology))).isEqualTo(topology);
  }

  @Test
  void refusesWhatIsNoTopology() {
    assertThatThrownBy(() -> TopologyFile.parse("tiers: {app: {nodes: many}}"))
        .hasMessage("tier app lacks a number of \"nodes\"");
    assertThatThrownBy(() -> TopologyFile.parse("tiers: {warehouse: {nodes: 1}}"))
        .hasMessage("there is no tier \"warehouse\"");
    assertThatThrownBy(() -> TopologyFile.parse("nodes: 3")).hasMessage("\"tiers\" is missing");
    assertThatThrownBy(() -> TopologyFile.parse("tiers: ["))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TopologyFile.shipped(false).with("app", 0))
        .hasMessage("tier app has 1 to 99 nodes, not 0");
    assertThatThrownBy(() -> TopologyFile.shipped(false).with("edge", 50))
        .hasMessage("tier edge has 1 to 49 nodes, not 50");
  }

  @Test
  void frontDoorLiesOutsideTheNodesPorts() {
    assertThatThrownBy(() -> new Ports(8000, 8080, 18443)).hasMessageContaining("8000–8899");
    assertThatThrownBy(() -> new Ports(9000, 8080, 8080)).hasMessageContaining("the same");
    assertThatThrownBy(() -> new Ports(65000, 8080, 8443)).hasMessageContaining("--port-base");
  }
}
