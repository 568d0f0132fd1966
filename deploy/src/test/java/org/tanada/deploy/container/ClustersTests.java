package org.tanada.deploy.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.deploy.database.GtidSet;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.Topology;
import org.tanada.deploy.topology.TopologyFile;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Clusters that stand in no compose file of ours. */
class ClustersTests {
  private static final Topology SHIPPED = TopologyFile.shipped(false);

  private final Clusters clusters;
  private final Path root;

  ClustersTests(@TempDir Path directory) throws IOException {
    this.root = directory;
    Home home = new Home(directory, directory.resolve(".tanada"));
    StateFiles.privateDirectory(home.directory());
    this.clusters = new Clusters(home);
  }

  private static Map<?, ?> yaml(String text) {
    return new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
  }

  @Test
  void theShippedOnesNeedNothing() throws IOException {
    assertThat(clusters.files(SHIPPED)).isEmpty();
    assertThat(clusters.files(TopologyFile.shipped(true))).isEmpty();
    assertThat(Clusters.list(SHIPPED, Set.of())).isEmpty();
  }

  @Test
  void anAddedOneIsLikeTheFirst() {
    Map<?, ?> file =
        yaml(clusters.override(SHIPPED.withGroups().withCluster(), Set.of()).orElseThrow());

    Map<?, ?> services = (Map<?, ?>) file.get("services");
    assertThat(services.keySet().stream().map(String::valueOf))
        .containsExactly("mysql-3-a", "mysql-3-b", "mysql-3-c", "restore");
    assertThat(String.valueOf(services.get("restore")))
        .contains("mysql-3-a:/to/mysql-3-a", "cluster-3:/to/cluster-3");
    assertThat(String.valueOf(services.get("mysql-3-c")))
        .contains("service=mysql-1-c", "TANADA_NODE=mysql-3-c")
        .contains("cluster-3:/var/lib/cluster, mysql-3-c:/var/lib/mysql");
    assertThat(((Map<?, ?>) file.get("volumes")).keySet().stream().map(String::valueOf))
        .containsExactly("cluster-3", "mysql-3-a", "mysql-3-b", "mysql-3-c");
    assertThat(Clusters.list(SHIPPED.withCluster(), Set.of()))
        .isEqualTo("mysql-3=mysql-3-a:3306,mysql-3-b:3306\n");
  }

  @Test
  void oneOfTheComposeFileThatWasTakenAwayStaysAway() throws IOException {
    Topology less = SHIPPED.withoutCluster("mysql-2");
    clusters.remove("mysql-2");

    assertThat(clusters.removed()).containsExactly("mysql-2");
    Map<?, ?> file = yaml(clusters.override(less, clusters.removed()).orElseThrow());
    assertThat(String.valueOf(file.get("services")))
        .contains("mysql-2-a={scale=0}", "mysql-2-b={scale=0}", "mysql-2-c={scale=0}");
    assertThat(Clusters.list(less, clusters.removed())).isEqualTo("mysql-2=\n");

    clusters.add("mysql-2");
    assertThat(clusters.files(SHIPPED)).isEmpty();
  }

  @Test
  void anOperatorsOwnOverrideStaysInForce() throws IOException {
    Path own = Files.writeString(root.resolve("docker-compose.override.yml"), "services: {}");

    assertThat(clusters.files(SHIPPED.withCluster()))
        .containsExactly(
            root.resolve("docker-compose.yml"), own, root.resolve(".tanada/clusters.yml"));
  }

  @Test
  void transactionsAreCounted() {
    assertThat(GtidSet.count("")).isZero();
    assertThat(GtidSet.count("a0:1-5:7,b0:3")).isEqualTo(7);
    assertThat(GtidSet.count("a0:1-5:tag:1-2")).isEqualTo(7);
    assertThat(GtidSet.upTo("a0:7")).isEqualTo("a0:1-7");
  }
}
