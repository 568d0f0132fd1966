package org.tanada.deploy.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.common.blob.testing.S3Server;
import org.tanada.deploy.build.Binaries;
import org.tanada.deploy.state.OperatorException;

/** A repository in a bucket of a real S3 server. */
@Tag("servers")
@Timeout(300)
class S3RepositoryTests {
  @TempDir Path directory;
  private S3Server server;
  private Path data;

  @BeforeEach
  void begin() throws IOException {
    assumeThat(Binaries.find("restic")).as("restic is installed").isPresent();
    server = new S3Server(Files.createDirectories(directory.resolve("server")));
    data = Files.createDirectories(directory.resolve("data"));
  }

  @AfterEach
  void end() {
    if (server != null) {
      server.close();
    }
  }

  private Repository repository(String bucket, String secret) throws IOException {
    return new Repository(
        "s3:" + server.address() + "/" + bucket,
        Files.writeString(directory.resolve("password"), "secret"),
        directory.resolve("cache"),
        Map.of("AWS_ACCESS_KEY_ID", S3Server.KEY, "AWS_SECRET_ACCESS_KEY", secret));
  }

  @Test
  void itIsMadeUsedCheckedAndMissedByS3() throws IOException {
    Repository repository = repository(S3Server.BUCKET, S3Server.SECRET);
    RepositoryStory.ofRemote(repository, data, directory.resolve("out"));
    assertThat(server.objects("config")).hasSize(1);

    server.kill();
    assertThatThrownBy(repository::snapshots)
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("s3:http://127.0.0.1:")
        .hasMessageNotContaining("\n");
  }

  @Test
  void wrongKeyIsOneLine() throws IOException {
    Repository repository = repository(S3Server.BUCKET, "another-secret");

    assertThatThrownBy(repository::make)
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("s3:http://127.0.0.1:")
        .hasMessageNotContaining("\n")
        .hasMessageNotContaining("another-secret");
    assertThat(server.objects("")).isEmpty();
  }
}
