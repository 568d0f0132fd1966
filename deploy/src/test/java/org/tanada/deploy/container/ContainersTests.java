package org.tanada.deploy.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tanada.deploy.container.Containers.Container;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Topology;
import org.tanada.deploy.topology.TopologyFile;

/** What the engine says, read. */
class ContainersTests {
  private static String inspected(String service, int number, String state, String more) {
    return """
    {"Id": "%1$s%2$d", "Name": "/tanada-%1$s-%2$d", "Image": "sha256:0123456789abcdef0123", "RestartCount": 3,
     "State": {"Status": "%3$s", "Pid": 4711, "ExitCode": 0, "OOMKilled": false, "StartedAt": "2026-11-23T20:00:00.5Z"%4$s},
     "Config": {"Labels": {"com.docker.compose.service": "%1$s", "com.docker.compose.container-number": "%2$d"},
                "Healthcheck": {"Test": ["CMD", "ready", "9101"]}},
     "HostConfig": {"PortBindings": {%5$s}}}
    """
        .formatted(
            service,
            number,
            state,
            more,
            service.equals("nginx")
                ? "\"8080/tcp\": [{\"HostIp\": \"127.0.0.1\", \"HostPort\": \"18080\"}]"
                : "");
  }

  private static Container one(String state, String more) {
    return Containers.parse("[" + inspected("app-service", 2, state, more) + "]").getFirst();
  }

  @Test
  void aContainerIsRead() {
    Container container =
        one(
            "running",
            ", \"Health\": {\"Status\": \"unhealthy\", \"Log\": [{\"Output\": \"answers 200\"}, {\"Output\": \"answers 503\\n\"}]}");

    assertThat(container.name()).isEqualTo("tanada-app-service-2");
    assertThat(container.service()).isEqualTo("app-service");
    assertThat(container.number()).isEqualTo(2);
    assertThat(container.health()).isEqualTo("unhealthy");
    assertThat(container.checked()).isEqualTo("answers 503");
    assertThat(container.check()).containsExactly("CMD", "ready", "9101");
    assertThat(container.pid()).isEqualTo(4711);
    assertThat(container.restarts()).isEqualTo(3);
  }

  @Test
  void containersOfOneCommandAreNoNodes() {
    String run =
        inspected("setup", 1, "exited", "")
            .replace("\"Labels\": {", "\"Labels\": {\"com.docker.compose.oneoff\": \"True\", ");

    assertThat(Containers.parse("[" + run + "]")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "running    | , \"Health\": {\"Status\": \"healthy\"} | up      | ''",
        "exited     | ''                                      | stopped | ''",
        "exited     | , \"OOMKilled\": true                   | failed  | needed more memory than its limit",
        "restarting | ''                                      | failed  | ends again and again",
        "paused     | ''                                      | down    | docker unpause tanada-app-service-2",
      })
  void aStateIsSaidInOurWords(String state, String more, String word, String problem)
      throws IOException {
    String json = inspected("app-service", 2, state, more);
    if (more.contains("OOMKilled")) {
      json = json.replaceFirst("\"OOMKilled\": false, ", "");
    }
    ContainerHealth health = new ContainerHealth(null);

    ContainerHealth.State said =
        health.of(Containers.parse("[" + json + "]").stream().findFirst(), false);

    assertThat(said.word()).isEqualTo(word);
    assertThat(said.problem()).contains(problem);
  }

  @Test
  void aContainerThatIsGoneIsMissedUnlessAllAre() throws IOException {
    ContainerHealth health = new ContainerHealth(null);

    assertThat(health.of(java.util.Optional.empty(), false).problem()).contains("./tanada up");
    assertThat(health.of(java.util.Optional.empty(), true).word()).isEqualTo("stopped");
  }

  @Test
  void theTopologyOfRunningContainersIsFound() {
    for (Topology shipped :
        List.of(
            TopologyFile.shipped(false),
            TopologyFile.shipped(true),
            TopologyFile.shipped(false).withCluster())) {
      List<Container> all = new ArrayList<>();
      for (PlannedNode node : shipped.nodes()) {
        int number = Containers.service(node).equals(node.name()) ? 1 : node.index();
        all.addAll(
            Containers.parse(
                "[" + inspected(Containers.service(node), number, "running", "") + "]"));
      }

      Topology found = ContainerInstallation.topology(all);

      assertThat(found.nodes().stream().map(PlannedNode::name))
          .containsExactlyInAnyOrderElementsOf(
              shipped.nodes().stream().map(PlannedNode::name).toList());
      assertThat(found.ports().http()).isEqualTo(18080);
    }
  }

  @Test
  void servicesAreCalledAsTheComposeFileCallsThem() throws IOException {
    for (PlannedNode node : TopologyFile.shipped(false).nodes()) {
      assertThat(ComposeFileTests.serviceNames()).contains(Containers.service(node));
    }
  }

  @Test
  void whatTheyUseIsRead() {
    var used =
        Usage.parse("aa\t12.50%\t120.5MiB / 320MiB\nbb\t--\t--\ncc\t0.00%\t1.5GiB / 2GiB\ngarbage");

    assertThat(used.get("aa").cpuPercent()).isEqualTo(12.5);
    assertThat(used.get("aa").memoryBytes()).isCloseTo(126_353_408L, withPercentage(0.01));
    assertThat(used.get("bb").memoryBytes()).isNull();
    assertThat(used.get("cc").memoryBytes()).isEqualTo(1_610_612_736L);
    assertThat(used).hasSize(3);
  }
}
