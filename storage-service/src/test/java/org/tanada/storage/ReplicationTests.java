package org.tanada.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of two and three nodes: copies, nodes that are away, deletions. */
class ReplicationTests {
  private static final AtomicLong IDS = new AtomicLong(1000);
  private static final String FAST = "tanada.storage.repair-interval=200ms";

  @TempDir Path root;
  private StorageCluster cluster;

  @BeforeEach
  void cluster() {
    cluster = new StorageCluster(root, "videos");
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void acknowledgedFileIsOnBothNodesWhicheverTookIt() throws Exception {
    cluster.list(1, 2).start(1, FAST).start(2, FAST);

    for (int n = 1; n <= 2; n++) {
      for (int i = 0; i < 4; i++) {
        long id = IDS.incrementAndGet();
        byte[] content = ("content " + id).getBytes(UTF_8);
        assertThat(cluster.put(n, id, "video/mp4", content).statusCode()).isEqualTo(201);

        assertThat(cluster.copy(1, id).body()).isEqualTo(content);
        assertThat(cluster.copy(2, id).body()).isEqualTo(content);
        assertThat(cluster.copy(2, id).headers().firstValue("Last-Modified"))
            .isEqualTo(cluster.copy(1, id).headers().firstValue("Last-Modified"));
      }
    }
    assertThat(cluster.files(1, "temporary")).isEmpty();
    assertThat(cluster.files(2, "temporary")).isEmpty();
  }
}
