package org.tanada.deploy.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.Topology;
import org.tanada.deploy.topology.TopologyFile;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Purposes that stand in no compose file of ours. */
class ContainerPurposesTests {
  private final Home home;
  private final ContainerPurposes purposes;

  ContainerPurposesTests(@TempDir Path directory) throws IOException {
    this.home = new Home(directory, directory.resolve(".tanada"));
    StateFiles.privateDirectory(home.directory());
    this.purposes = new ContainerPurposes(home);
  }

  private Topology with(String lines) throws IOException {
    Path file = home.directory().resolve("wanted.yml");
    Files.writeString(file, TopologyFile.write(TopologyFile.shipped(false)) + lines);
    return TopologyFile.read(file);
  }

  private static Map<?, ?> yaml(String text) {
    return new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
  }

  @Test
  void theShippedOnesNeedNothing() throws IOException {
    assertThat(purposes.file(TopologyFile.shipped(false))).isEmpty();
    assertThat(purposes.file(TopologyFile.shipped(true))).isEmpty();
    assertThat(ContainerPurposes.tiers(TopologyFile.shipped(false))).isEmpty();
  }

  @Test
  void anAddedOneIsAServiceWithAVolumeThatTheEdgesKnow() throws IOException {
    Topology topology = with("  storage-contracts: {nodes: 3, copies: 3}\n");

    Map<?, ?> file = yaml(Files.readString(purposes.file(topology).orElseThrow()));

    Map<?, ?> services = (Map<?, ?>) file.get("services");
    assertThat(String.valueOf(services.get("storage-service-contracts")))
        .contains("service=storage-service-invoices", home.root() + "/docker-compose.yml")
        .contains("TANADA_TIER=storage-contracts", "TANADA_STORAGE_PURPOSE=contracts")
        .contains("TANADA_STORAGE_COPIES=3", "volumes=[purpose-contracts:/data]");
    assertThat(String.valueOf(services.get("backup")))
        .isEqualTo("{volumes=[purpose-contracts:/state/nodes/storage-contracts:ro]}");
    assertThat(String.valueOf(services.get("cdn-node")))
        .contains("TANADA_EDGE_SIGNEDPURPOSES=contracts,invoices,videos");
    assertThat(String.valueOf(file.get("volumes"))).isEqualTo("{purpose-contracts={}}");
    assertThat(Compose.scale(topology)).contains("storage-service-contracts=3");
  }

  @Test
  void theListOfTiersNamesIt() throws IOException {
    Topology topology = with("  storage-contracts: {nodes: 3}\n");
    String compose = Files.readString(Path.of("..").resolve("docker-compose.yml"));
    String list =
        compose
            .substring(compose.indexOf("{\"tanada\""), compose.indexOf("}}}}") + 4)
            .replace("${TANADA_PURPOSE_TIERS:-}", ContainerPurposes.tiers(topology));

    JsonNode dns = JsonMapper.shared().readTree(list).at("/tanada/membership/dns");

    assertThat(dns.path("storage-contracts").asString())
        .isEqualTo("storage-service-contracts:9501");
    assertThat(dns.path("storage-videos").asString()).isEqualTo("storage-service-videos:9501");
  }

  @Test
  void credentialsOfABucketAreMounted() throws IOException {
    Topology topology =
        with(
            "  storage-archive: {nodes: 1, s3: {region: eu-1, bucket: b, prefix: 'a$b/',"
                + " credentials: /etc/tanada/s3}}\n");

    Map<?, ?> services =
        (Map<?, ?>) yaml(purposes.override(topology).orElseThrow()).get("services");

    assertThat(String.valueOf(services.get("storage-service-archive")))
        .contains("/etc/tanada/s3:/run/s3-credentials:ro")
        .contains("TANADA_STORAGE_S3_CREDENTIALS=/run/s3-credentials")
        .contains("TANADA_STORAGE_S3_PREFIX=a$$b/");
  }
}
