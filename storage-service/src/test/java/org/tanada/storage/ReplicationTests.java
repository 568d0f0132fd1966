package org.tanada.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;
import org.tanada.common.membership.LiveTiers;
import org.tanada.common.testing.Poll;
import org.tanada.storage.blob.BlobStore;
import org.tanada.storage.replica.Background;

/** Files of two and three nodes: copies, nodes that are away, deletions. */
class ReplicationTests {
  private static final AtomicLong IDS = new AtomicLong(1000);
  private static final String FAST = "tanada.storage.repair-interval=200ms";

  private static final byte[] CONTENT = "a content that is worth two copies".getBytes(UTF_8);

  @TempDir static Path root;
  private static StorageCluster cluster;

  @BeforeAll
  static void cluster() throws IOException {
    cluster = new StorageCluster(root, "videos").list(1, 2);
  }

  @BeforeEach
  void bothRun() throws IOException {
    cluster.list(1, 2);
    if (cluster.runs(3)) {
      cluster.stop(3);
    }
    for (int n = 1; n <= 2; n++) {
      if (!cluster.runs(n)) {
        cluster.start(n, FAST);
      }
    }
    cluster.together();
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  @Test
  void acknowledgedFileIsOnBothNodesWhicheverTookIt() throws Exception {
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

  @Test
  void fileIsAcceptedWhileTheOtherNodeIsAwayAndCopiedWhenItIsBack() throws Exception {
    cluster.stop(2);
    long id = IDS.incrementAndGet();

    assertThat(cluster.put(1, id, "video/mp4", CONTENT).statusCode()).isEqualTo(201);
    assertThat(underReplicated(1)).isPositive();
    cluster.start(2, FAST);

    Poll.until("the copy is made", () -> cluster.copy(2, id).statusCode() == 200);
    assertThat(cluster.copy(2, id).body()).isEqualTo(CONTENT);
    Poll.until("nothing is missing", () -> underReplicated(1) == 0);
  }

  @Test
  void fileSurvivesTheLossOfANodeWithItsDisk() throws Exception {
    long id = IDS.incrementAndGet();
    cluster.put(1, id, "video/mp4", CONTENT);

    cluster.stop(1);
    assertThat(cluster.get(2, id).body()).isEqualTo(CONTENT);
    FileSystemUtils.deleteRecursively(cluster.directory(1));
    cluster.start(1, FAST);

    Poll.until("the copy is back", () -> cluster.copy(1, id).statusCode() == 200);
  }

  @Test
  void nodeWithoutTheFileGivesItFromAnother() throws Exception {
    long id = IDS.incrementAndGet();
    cluster.put(1, id, "video/mp4", CONTENT);
    Background.pause(cluster.context(1));
    cluster.bean(2, BlobStore.class).drop(id);

    HttpResponse<byte[]> part = cluster.get(2, id, "Range", "bytes=4-10");

    assertThat(cluster.copy(2, id).statusCode()).isEqualTo(404);
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(CONTENT, 4, 11));
    assertThat(part.headers().firstValue("Content-Range")).contains("bytes 4-10/" + CONTENT.length);
    assertThat(part.headers().firstValue("Cache-Control").orElse("")).startsWith("private");
    assertThat(part.headers().firstValue("Server-Timing").orElse(""))
        .contains("from storage-videos-1");
    assertThat(cluster.get(2, id).body()).isEqualTo(CONTENT);
    assertThat(cluster.get(2, IDS.incrementAndGet()).statusCode()).isEqualTo(404);
    Background.resume(cluster.context(1));
  }

  @Test
  void absenceIsNotClaimedWhileANodeThatMayHoldTheFileIsAway() {
    cluster.stop(2);

    Poll.until("node 2 is known to be away", () -> cluster.get(1, 7).statusCode() == 503);
  }

  @Test
  void deletedFileIsGoneEverywhereAndDoesNotComeBack() throws Exception {
    long here = IDS.incrementAndGet();
    long away = IDS.incrementAndGet();
    cluster.put(1, here, "video/mp4", CONTENT);
    cluster.put(1, away, "video/mp4", CONTENT);

    assertThat(cluster.delete(2, here).statusCode()).isEqualTo(204);
    assertThat(cluster.delete(2, here).statusCode()).isEqualTo(204);
    assertThat(cluster.get(1, here).statusCode()).isEqualTo(404);
    assertThat(cluster.get(2, here).statusCode()).isEqualTo(404);

    cluster.stop(2);
    assertThat(cluster.delete(1, away).statusCode()).isEqualTo(204);
    cluster.start(2, FAST);
    Poll.until("node 2 has learned it", () -> cluster.copy(2, away).statusCode() == 404);
    assertThat(cluster.get(1, away).statusCode()).isEqualTo(404);
    assertThat(cluster.put(1, away, "video/mp4", CONTENT).statusCode()).isEqualTo(409);
  }

  @Test
  void failureOfTheOtherNodeInTheMiddleLeavesNothingHalfWritten() throws Exception {
    byte[] content = new byte[4 << 20];
    cluster.stop(2);
    Background.pause(cluster.context(1)); // so that only uploads reach the breaking node
    try (BreakingNode node = new BreakingNode(cluster.port(2))) {
      for (int taken : new int[] {0, 1000, 3 << 20, content.length}) {
        long id = IDS.incrementAndGet();
        node.takes(taken);
        Poll.until(
            "the breaking node counts as up",
            () -> cluster.bean(1, LiveTiers.class).tier("storage-videos").up().size() == 2);

        HttpResponse<byte[]> answer =
            cluster.send(
                cluster
                    .request(1, "/v1/blobs/" + id)
                    .header("Tanada-Storage-Forwarded", "1")
                    .PUT(HttpRequest.BodyPublishers.ofByteArray(content)));

        assertThat(node.asked()).isTrue();
        assertThat(answer.statusCode()).isEqualTo(201); // one whole copy, and known to be one
        assertThat(cluster.copy(1, id).body()).isEqualTo(content);
        assertThat(cluster.files(1, "temporary")).isEmpty();
        assertThat(underReplicated(1)).isPositive();
      }
    }
    Background.resume(cluster.context(1));
  }

  @Test
  void copyWithoutItsDigestIsNotKept() throws Exception {
    long id = IDS.incrementAndGet();
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(CONTENT);

    assertThat(copy(id, CONTENT).statusCode()).isEqualTo(400);
    assertThat(copy(id, CONTENT, Arrays.copyOf(digest, 31)).statusCode()).isEqualTo(400);
    assertThat(copy(id, new byte[5]).statusCode()).isEqualTo(400);
    assertThat(cluster.copy(1, id).statusCode()).isEqualTo(404);
    assertThat(cluster.files(1, "temporary")).isEmpty();
    assertThat(copy(id, CONTENT, digest).statusCode()).isEqualTo(201);
  }

  @Test
  void filesMoveToANodeThatJoinsAndEachKeepsTwoCopies() throws Exception {
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      long id = IDS.incrementAndGet();
      ids.add(id);
      assertThat(cluster.put(1 + i % 2, id, "video/mp4", CONTENT).statusCode()).isEqualTo(201);
    }

    cluster.list(1, 2, 3).start(3, FAST).together();

    Poll.until(
        "each file is on its two nodes",
        () ->
            ids.stream().allMatch(id -> holders(id) == 2) && !cluster.files(3, "blobs").isEmpty());
    for (int i = 0; i < 9; i++) {
      long id = IDS.incrementAndGet();
      assertThat(cluster.put(1 + i % 3, id, "video/mp4", CONTENT).statusCode()).isEqualTo(201);
      assertThat(holders(id)).isEqualTo(2);
      for (int n = 1; n <= 3; n++) {
        assertThat(cluster.get(n, id).body()).isEqualTo(CONTENT);
      }
    }

    cluster.list(1, 2);
    Poll.until("the leaving node has given all away", () -> cluster.files(3, "blobs").isEmpty());
    cluster.stop(3);
    assertThat(ids).allMatch(id -> cluster.get(1, id).statusCode() == 200);
  }

  @Test
  void damagedCopyIsFoundQuarantinedAndFetchedAgain() throws Exception {
    long id = IDS.incrementAndGet();
    long other = IDS.incrementAndGet();
    cluster.put(1, id, "video/mp4", CONTENT);
    cluster.put(1, other, "video/mp4", CONTENT);
    damage(cluster.bean(1, BlobStore.class).find(id).orElseThrow().file(), 3);
    Path torn = cluster.bean(1, BlobStore.class).find(other).orElseThrow().file();
    damage(torn, Files.size(torn) - 20);

    assertThat(cluster.get(1, other).body()).isEqualTo(CONTENT); // from node 2
    Background.scrub(cluster.context(1));

    assertThat(cluster.copy(1, id).body()).isEqualTo(CONTENT);
    assertThat(cluster.copy(1, other).body()).isEqualTo(CONTENT);
    assertThat(cluster.files(1, "quarantine")).hasSize(2);
    assertThat(cluster.bean(1, MeterRegistry.class).get("tanada.storage.corrupt").counter().count())
        .isEqualTo(2);
  }

  private HttpResponse<byte[]> copy(long id, byte[]... parts) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      body.writeBytes(part);
    }
    return cluster.send(
        cluster
            .request(1, "/internal/replicas/" + id)
            .header("Tanada-Blob-Created", "1770000000000")
            .PUT(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray())));
  }

  private long holders(long id) {
    return IntStream.rangeClosed(1, 3).filter(n -> cluster.copy(n, id).statusCode() == 200).count();
  }

  private double underReplicated(int n) {
    return cluster
        .bean(n, MeterRegistry.class)
        .get("tanada.storage.under.replicated")
        .gauge()
        .value();
  }

  private static void damage(Path file, long at) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      one.put(0, (byte) (one.get(0) ^ 1)).rewind();
      channel.write(one, at);
    }
  }
}
