package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tanada.e2e.Engine.docker;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tanada.deploy.command.TestCommand;
import org.tanada.deploy.shop.ShopClient;

/** What is true of a system of containers alone. */
class ContainersIT {
  private static final String KEY = "/run/secrets/service-key";

  @BeforeAll
  static void start() {
    assertThat(FrontDoor.ADDRESS).isNotNull();
  }

  private static List<String> containers() throws IOException, InterruptedException {
    return docker(
            "ps", "-aq", "--filter", "label=com.docker.compose.project=" + TestCommand.PROJECT)
        .lines()
        .toList();
  }

  @Test
  void everyNodeIsShownWithWhatItUses() throws IOException {
    assertThat(SystemUnderTest.tanada("status")).as(SystemUnderTest.output()).isZero();

    assertThat(SystemUnderTest.output())
        .containsPattern("app-2 +app +tanada-test-app-service-2 +up +[0-9a-f]{12} ")
        .containsPattern("mysql-1-b +mysql-1 +tanada-test-mysql-1-b-1 +up ")
        .containsPattern("(2[0-9]) of \\1 up"); // with backup-1 one more
  }

  @Test
  void noSecretIsInAnEnvironmentOrALog() throws IOException, InterruptedException {
    String[] key = docker("exec", TestCommand.PROJECT + "-app-service-1", "cat", KEY).split(" ", 3);
    String credential = key[2];
    assertThat(credential).hasSizeGreaterThan(32);

    for (String container : containers()) {
      assertThat(docker("inspect", container)).doesNotContain(credential);
      assertThat(docker("logs", container)).doesNotContain(credential);
    }
    assertThat(docker("history", "--no-trunc", "tanada/app-service")).doesNotContain(credential);
  }

  @Test
  void aStoppedNodeIsMissedByNobodyAndStartsAgain() throws IOException, InterruptedException {
    assertThat(SystemUnderTest.tanada("stop", "app-2")).as(SystemUnderTest.output()).isZero();

    assertThat(SystemUnderTest.tanada("status")).isZero();
    assertThat(SystemUnderTest.output()).containsPattern("app-2 .* stopped ");
    try (ShopClient shop = FrontDoor.client()) {
      assertThat(shop.get("/api/v1/videos", null).status()).isEqualTo(200);
    }
    assertThat(SystemUnderTest.tanada("start", "app-2")).as(SystemUnderTest.output()).isZero();
  }

  @Test
  void aReplicaThatLostItsVolumeGetsItAgain() throws IOException, InterruptedException {
    docker("rm", "-f", TestCommand.PROJECT + "-mysql-2-b-1");
    docker("volume", "rm", TestCommand.PROJECT + "_mysql-2-b");
    assertThat(SystemUnderTest.tanada("status")).isZero();
    assertThat(SystemUnderTest.output()).contains("it has no container: ./tanada up");

    assertThat(SystemUnderTest.tanada("up", "--no-build")).as(SystemUnderTest.output()).isZero();

    assertThat(docker("logs", TestCommand.PROJECT + "-mysql-2-b-1"))
        .contains("taking those of mysql-2-a");
    assertThat(
            docker("exec", TestCommand.PROJECT + "-mysql-2-b-1", "/usr/local/lib/tanada/ready.sh"))
        .isEmpty();
  }

  @Test
  void whatCannotBeIsOneLine() throws IOException {
    assertThat(SystemUnderTest.tanada("up", "--native")).isEqualTo(1);
    assertThat(SystemUnderTest.output()).contains("this installation runs in containers: ");
    assertThat(SystemUnderTest.tanada("kill", "app-77")).isEqualTo(1);
    assertThat(SystemUnderTest.output()).contains("there is no node \"app-77\": ");
    assertThat(SystemUnderTest.tanada("scale", "mysql-1=3")).isEqualTo(1);
    assertThat(SystemUnderTest.output()).contains("databases are not scaled");
  }

  @Test
  void thePortOfAnotherSystemIsLeftToIt() throws IOException {
    assertThat(
            SystemUnderTest.tanadaIn(
                "container-test-other",
                "up",
                "--docker",
                "--no-build",
                "--http-port",
                String.valueOf(FrontDoor.ADDRESS.getPort())))
        .isEqualTo(1);
    assertThat(SystemUnderTest.output())
        .contains("port in use: " + FrontDoor.ADDRESS.getPort() + " (for nginx)");
  }
}
