package org.tanada.storage.replica;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.common.membership.Node;
import org.tanada.storage.StorageCluster;
import org.tanada.storage.blob.BlobStore;
import org.tanada.storage.blob.StoredBlob;

/** Rates, in a time that passes only while somebody waits. */
class PaceTests {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private long now;
  private long shortest;
  private Pace pace;

  @BeforeEach
  void pace() {
    shortest = Long.MAX_VALUE;
    pace =
        new Pace(
            1000,
            () -> now,
            nanos -> {
              shortest = Math.min(shortest, nanos);
              now += nanos;
            });
  }

  @Test
  void whoMovesBytesWaitsUntilTheyWereDue() {
    for (int i = 0; i < 10; i++) {
      pace.moved(500);
    }

    assertThat(now).isEqualTo(5 * SECOND);
    assertThat(shortest).isEqualTo(SECOND / 2);
  }

  @Test
  void workThatIsSlowerThanTheRateNeverWaits() {
    for (int i = 0; i < 10; i++) {
      now += SECOND;
      pace.moved(900);
    }

    assertThat(now).isEqualTo(10 * SECOND);
  }

  @Test
  void timeThatWasNotUsedIsSavedUpForOneSecondAtMost() {
    now += 60 * SECOND;

    pace.moved(1000);
    assertThat(now).isEqualTo(60 * SECOND);
    pace.moved(1000);
    assertThat(now).isEqualTo(61 * SECOND);
  }

  @Test
  void whoIsWokenEarlyOwesTheRest() {
    Pace woken = new Pace(1000, () -> now, nanos -> now += nanos / 2);

    woken.moved(1000);
    woken.moved(1000);

    assertThat(now).isEqualTo(SECOND / 2 + (3 * SECOND / 2) / 2);
  }

  @Test
  void scrubbingAndRepairKeepToTheirPace(@TempDir Path root) throws Exception {
    byte[] content = "0123456789".repeat(50_000).getBytes(UTF_8);
    try (StorageCluster cluster = new StorageCluster(root, "videos")) {
      cluster.list(1).start(1).together();
      assertThat(cluster.put(1, 17, "video/mp4", content).statusCode()).isEqualTo(201);
      cluster.list(1, 2).start(2).together();
      Background.pause(cluster.context(1));
      Background.pause(cluster.context(2));
      StoredBlob blob = cluster.bean(1, BlobStore.class).find(17).orElseThrow();

      assertThat(cluster.bean(1, Proof.class).sound(blob, pace)).isTrue();

      assertThat(now).isEqualTo(500 * SECOND);
      Node other = cluster.bean(1, Peers.class).others().getFirst();
      cluster.bean(1, Copies.class).copy(blob, other, pace);
      assertThat(now).isEqualTo(1000 * SECOND);
      assertThat(cluster.copy(2, 17).body()).isEqualTo(content);
    }
  }
}
