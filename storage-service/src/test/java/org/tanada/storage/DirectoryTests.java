package org.tanada.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.common.credential.testing.TestCredentials;
import org.tanada.common.permission.ServiceName;

/** The directory of a node: full, left behind by a crash, in use, or not there at all. */
class DirectoryTests {
  private static final byte[] CONTENT = "content".getBytes(UTF_8);

  @TempDir Path root;
  private StorageCluster cluster;

  @BeforeEach
  void cluster() throws Exception {
    cluster = new StorageCluster(root, "profiles").list(1);
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void fullDiskRefusesWritesAndStillServesReads() {
    cluster.start(1);
    cluster.put(1, 1, "image/png", CONTENT);
    cluster.stop(1);

    cluster.start(1, "tanada.storage.min-free=1000TB");
    HttpResponse<byte[]> answer = cluster.put(1, 2, "image/png", CONTENT);

    assertThat(answer.statusCode()).isEqualTo(507);
    assertThat(new String(answer.body(), UTF_8)).contains("\"code\":\"storage-full\"");
    assertThat(cluster.files(1, "temporary")).isEmpty();
    assertThat(cluster.files(1, "blobs")).hasSize(1);
    assertThat(cluster.get(1, 1).body()).isEqualTo(CONTENT);
    assertThat(cluster.send(cluster.request(1, "/actuator/health/readiness")).statusCode())
        .isEqualTo(200);
    assertThat(new String(cluster.send(cluster.request(1, "/actuator/prometheus")).body(), UTF_8))
        .contains("tanada_storage_blobs 1.0", "tanada_storage_under_replicated");
  }

  @Test
  void whatACrashLeftUnfinishedIsRemovedAtStart() throws Exception {
    Path temporary = Files.createDirectories(cluster.directory(1).resolve("temporary"));
    Files.write(temporary.resolve("7-half"), CONTENT);

    cluster.start(1);

    assertThat(cluster.files(1, "temporary")).isEmpty();
    assertThat(cluster.get(1, 7).statusCode()).isEqualTo(404);
  }

  @Test
  void filesOutliveTheProcess() {
    cluster.start(1);
    cluster.put(1, Long.MAX_VALUE, "image/png", CONTENT);
    String modified =
        cluster.get(1, Long.MAX_VALUE).headers().firstValue("Last-Modified").orElseThrow();
    cluster.stop(1);

    cluster.start(1);

    HttpResponse<byte[]> answer = cluster.get(1, Long.MAX_VALUE);
    assertThat(answer.body()).isEqualTo(CONTENT);
    assertThat(answer.headers().firstValue("Last-Modified")).contains(modified);
    assertThat(answer.headers().firstValue("Content-Type")).contains("image/png");
  }

  @Test
  void directoryHasOneOwner() throws Exception {
    cluster.start(1);

    assertThatThrownBy(() -> cluster.start(2, "tanada.storage.directory=" + cluster.directory(1)))
        .rootCause()
        .hasMessageContaining("in use by another storage node");
  }

  @Test
  void trainingRunNeedsNeitherDirectoryNorOtherNodes() throws Exception {
    Path absent = root.resolve("absent");
    String java = ProcessHandle.current().info().command().orElse("java");
    Process process =
        new ProcessBuilder(
                java,
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-Dspring.context.exit=onRefresh",
                "-cp",
                System.getProperty("java.class.path"),
                StorageApplication.class.getName(),
                "--server.port=0",
                "--tanada.node=storage-profiles-1",
                "--tanada.storage.purpose=profiles",
                "--tanada.storage.directory=" + absent,
                "--tanada.membership.file=" + root.resolve("no-inventory.yml"),
                "--tanada.credential.directory=" + TestCredentials.directory(ServiceName.STORAGE),
                "--tanada.secret.url-signing-key=" + StorageCluster.SIGNING_KEY)
            .redirectErrorStream(true)
            .redirectOutput(root.resolve("training.log").toFile())
            .start();

    assertThat(process.waitFor()).as(Files.readString(root.resolve("training.log"))).isZero();
    assertThat(absent).doesNotExist();
  }
}
