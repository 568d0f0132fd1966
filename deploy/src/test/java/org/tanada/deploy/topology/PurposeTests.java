package org.tanada.deploy.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Purposes of files that a topology names and no code does. */
class PurposeTests {
  private static final String CONTRACTS =
      "{nodes: 3, copies: 3, largest: 50MB, types: [application/pdf]}";

  private static Topology with(String lines) {
    return TopologyFile.parse(TopologyFile.write(TopologyFile.shipped(false)) + lines);
  }

  @Test
  void anAddedOneHasNodesPortsAndSettings() {
    Topology topology = with("  storage-contracts: " + CONTRACTS + "\n");

    assertThat(topology.nodes().stream().filter(n -> n.tier().equals("storage-contracts")))
        .extracting(n -> n.name() + " " + n.kind() + " " + n.port())
        .containsExactly(
            "storage-contracts-1 STORAGE 9811",
            "storage-contracts-2 STORAGE 9812",
            "storage-contracts-3 STORAGE 9813");
    assertThat(topology.purposeSettings("storage-contracts"))
        .isEqualTo(
            Map.of(
                "TANADA_STORAGE_PUBLICPURPOSES", "profiles",
                "TANADA_STORAGE_COPIES", "3",
                "TANADA_STORAGE_MAXBLOBSIZE", "50MB",
                "TANADA_STORAGE_TYPES", "application/pdf"));
    assertThat(topology.purposeSettings("edge"))
        .isEqualTo(
            Map.of(
                "TANADA_EDGE_PUBLICPURPOSES", "profiles",
                "TANADA_EDGE_SIGNEDPURPOSES", "contracts,invoices,videos"));
    assertThat(topology.purposeSettings("app")).isEmpty();
  }

  @Test
  void ofTheShippedOnesNobodyIsToldAnything() {
    for (Topology topology : List.of(TopologyFile.shipped(false), TopologyFile.shipped(true))) {
      assertThat(topology.tiers())
          .allSatisfy(tier -> assertThat(topology.purposeSettings(tier.name())).isEmpty());
    }
  }

  @Test
  void publicOnesAreToldToEdgesAndStorage() {
    Topology topology = with("  storage-flyers: {nodes: 1, public: true}\n");

    assertThat(topology.purposeSettings("edge"))
        .containsEntry("TANADA_EDGE_PUBLICPURPOSES", "flyers,profiles")
        .containsEntry("TANADA_EDGE_SIGNEDPURPOSES", "invoices,videos");
    assertThat(topology.purposeSettings("storage-flyers"))
        .isEqualTo(Map.of("TANADA_STORAGE_PUBLICPURPOSES", "flyers,profiles"));
  }

  @Test
  void oneInABucketIsToldWhere() {
    Topology topology =
        with(
            "  storage-archive: {nodes: 1, s3: {endpoint: 'https://s3.example', region: eu-1,"
                + " bucket: tanada, path-style: true, credentials: /etc/tanada/s3}}\n");

    assertThat(topology.purposeSettings("storage-archive"))
        .containsEntry("TANADA_STORAGE_BACKEND", "s3")
        .containsEntry("TANADA_STORAGE_S3_ENDPOINT", "https://s3.example")
        .containsEntry("TANADA_STORAGE_S3_REGION", "eu-1")
        .containsEntry("TANADA_STORAGE_S3_BUCKET", "tanada")
        .containsEntry("TANADA_STORAGE_S3_PATHSTYLE", "true")
        .containsEntry("TANADA_STORAGE_S3_CREDENTIALS", "/etc/tanada/s3");
  }

  @Test
  void oneThatMovesIsToldOfBothPlaces() {
    Topology shipped = TopologyFile.shipped(false);
    Purpose videos = shipped.tier("storage-videos").orElseThrow().purpose();
    Map<String, String> bucket =
        Map.of("region", "eu-1", "bucket", "tanada", "credentials", "/etc/s3");

    Topology toDisk = shipped.with("storage-videos", videos.moving(bucket, "disk"));
    Topology toBucket = shipped.with("storage-videos", videos.moving(bucket, "s3"));
    Topology inBucket = shipped.with("storage-videos", videos.moving(bucket, "s3").in("s3"));

    assertThat(toDisk.purposeSettings("storage-videos"))
        .containsEntry("TANADA_STORAGE_BACKEND", "disk")
        .containsEntry("TANADA_STORAGE_OTHERBACKEND", "s3")
        .containsEntry("TANADA_STORAGE_S3_BUCKET", "tanada");
    assertThat(toBucket.purposeSettings("storage-videos"))
        .containsEntry("TANADA_STORAGE_BACKEND", "s3")
        .containsEntry("TANADA_STORAGE_OTHERBACKEND", "disk");
    assertThat(inBucket.purposeSettings("storage-videos"))
        .containsEntry("TANADA_STORAGE_BACKEND", "s3")
        .doesNotContainKey("TANADA_STORAGE_OTHERBACKEND");
    assertThat(videos.moving(bucket, "disk").in("disk")).isEqualTo(videos);
    for (Topology each : List.of(toDisk, toBucket, inBucket)) {
      assertThat(TopologyFile.parse(TopologyFile.write(each))).isEqualTo(each);
    }
  }

  @Test
  void whatIsWrittenIsReadTheSame() {
    Topology topology =
        with(
            "  storage-contracts: "
                + CONTRACTS
                + "\n  storage-flyers: {nodes: 1, public: true}\n"
                + "  storage-archive: {nodes: 1, s3: {region: eu-1, bucket: tanada, prefix: \"it's:"
                + " ours/\", credentials: /etc/s3}}\n");

    assertThat(TopologyFile.parse(TopologyFile.write(topology))).isEqualTo(topology);
  }

  @Test
  void portsStayWhenAnotherOneGoes() {
    Topology two = with("  storage-aaa: {nodes: 1}\n  storage-bbb: {nodes: 1}\n");
    String less = TopologyFile.write(two).replaceAll("(?m)^ {2}storage-aaa.*\n", "");

    Topology one = TopologyFile.parse(less + "  storage-ccc: {nodes: 1}\n");

    assertThat(one.nodes())
        .extracting(PlannedNode::name, PlannedNode::port)
        .contains(
            org.assertj.core.groups.Tuple.tuple("storage-bbb-1", 9821),
            org.assertj.core.groups.Tuple.tuple("storage-ccc-1", 9811));
  }

  @Test
  void eightOfNineNodesHaveRoomBesideAllOthers() {
    StringBuilder lines = new StringBuilder();
    for (char letter = 'a'; letter <= 'h'; letter++) {
      lines.append("  storage-").append(letter).append(": {nodes: 9}\n");
    }

    Topology topology = with(lines + "  backup: {nodes: 1}\n").with("storage-videos", 29);

    Set<Integer> ports = new HashSet<>();
    for (PlannedNode node : topology.nodes()) {
      assertThat(ports.add(node.port())).as("port %d of %s", node.port(), node.name()).isTrue();
    }
    assertThat(ports).doesNotContain(9801, 9809);
    assertThatThrownBy(() -> with(lines + "  storage-i: {nodes: 1}\n"))
        .hasMessageContaining("room for 8");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          storage-contracts: {nodes: 10}                        | 1 to 9 nodes
          storage-contracts: {nodes: 1, copies: many}           | copies is a number
          storage-contracts: {nodes: 1, copies: 10}             | copies are 1 to 9
          storage-contracts: {nodes: 1, public: maybe}          | public is true or false
          storage-contracts: {nodes: 1, largest: huge}          | is no size
          storage-contracts: {nodes: 1, types: [pdf]}           | is no type
          storage-contracts: {nodes: 1, tpyes: [a/b]}           | "tpyes" is none of
          storage-contracts: {nodes: 1, port: 500}              | port is 810
          storage-contracts: {nodes: 1, s3: {bucket: b}}        | s3 needs region, bucket and credentials
          storage-contracts: {nodes: 1, s3: {region: r, bucket: b, credentials: here}} | whole path
          storage-contracts: {nodes: 1, writes: s3}             | writes is disk or s3
          storage-contracts: {nodes: 1, writes: tape, s3: {region: r, bucket: b, credentials: /c}} | writes is disk or s3
          storage-Contracts: {nodes: 1}                         | there is no tier
          """)
  void whatIsWrongIsSaid(String line, String complaint) {
    assertThatThrownBy(() -> with("  " + line + "\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(complaint.strip().replace("\"\"", "\""));
  }
}
