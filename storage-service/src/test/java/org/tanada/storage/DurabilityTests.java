package org.tanada.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.common.blob.Blobs;
import org.tanada.common.testing.Poll;
import org.tanada.storage.blob.BlobStore;
import org.tanada.storage.blob.Disk;
import org.tanada.storage.blob.StoredBlob;
import org.tanada.storage.replica.Background;

/** What is acknowledged stays, whatever a node, a disk or an operator does. */
class DurabilityTests {
  private static final AtomicLong IDS = new AtomicLong(5000);
  private static final String FAST = "tanada.storage.repair-interval=100ms";
  private static final String THREE = "tanada.storage.copies=3";
  private static final String STRICT = "tanada.storage.least-copies=2";

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
  void acknowledgedFileIsOnAsManyNodesAsConfiguredAndOnDifferentBoards() throws Exception {
    cluster.label(1, "board: a").label(2, "board: a").label(3, "board: b").label(4, "board: c");
    cluster.list(1, 2, 3, 4);
    IntStream.rangeClosed(1, 4).forEach(n -> cluster.start(n, THREE));
    cluster.together();

    for (int i = 0; i < 20; i++) {
      long id = put(1 + i % 4, content(200_000, i));

      assertThat(holders(id)).hasSize(3).contains(3, 4); // with one of the two of board a
      for (int n : holders(id)) {
        assertThat(cluster.copy(n, id).body()).isEqualTo(content(200_000, i));
      }
    }
  }

  @Test
  void writeWithTooFewNodesIsRefusedBeforeItsContentIsRead() throws Exception {
    cluster.list(1, 2).start(1, STRICT).start(2, STRICT).together();
    put(1, content(1000, 1));
    cluster.stop(2);
    long id = IDS.incrementAndGet();

    HttpResponse<byte[]> answer = cluster.put(1, id, "video/mp4", content(100_000, 2));

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8))
        .contains("\"unavailable\"", "on 2 at least");
    assertThat(cluster.copy(1, id).statusCode()).isEqualTo(404);
    assertThat(cluster.files(1, "temporary")).isEmpty();
    assertThat(cluster.files(1, "debts")).isEmpty();
    cluster.start(2, STRICT).together();
    assertThat(cluster.put(1, id, "video/mp4", content(100_000, 2)).statusCode()).isEqualTo(201);
  }

  @Test
  void nodeWhoseDiskIsFullLeavesItsWritesAndCopiesToOthers() throws Exception {
    Disk full =
        new Disk() {
          @Override
          public long usable(Path directory) {
            return 0;
          }
        };
    cluster.list(1, 2, 3).disk(1, full);
    IntStream.rangeClosed(1, 3).forEach(n -> cluster.start(n, STRICT));
    cluster.together();

    for (int i = 0; i < 12; i++) {
      long id = put(1 + i % 3, content(100_000, i));

      assertThat(holders(id)).containsExactly(2, 3);
      assertThat(cluster.get(1, id).body()).isEqualTo(content(100_000, i));
    }
    cluster.stop(3); // then there is no second one with space
    long id = IDS.incrementAndGet();
    assertThat(cluster.put(2, id, "video/mp4", content(1000, 1)).statusCode()).isEqualTo(503);
    cluster.stop(2);
    assertThat(cluster.put(1, id, "video/mp4", content(1000, 1)).statusCode()).isEqualTo(507);
  }

  @Test
  void nodeThatIsKilledInTheMiddleOfAWriteLeavesADebtThatOutlivesTheDebtorAndIsPaid()
      throws Exception {
    cluster.list(1, 2).start(2).startProcess(1, FAST);
    cluster.together();
    byte[] content = content(6 << 20, 3);
    long id = IDS.incrementAndGet();
    int[] sent = new int[1];
    InputStream body =
        new java.io.ByteArrayInputStream(content) {
          @Override
          public synchronized int read(byte[] bytes, int from, int length) {
            int count = super.read(bytes, from, length);
            sent[0] += Math.max(0, count);
            if (sent[0] > content.length / 2 && cluster.runs(2)) {
              cluster.stop(2);
            }
            return count;
          }
        };

    HttpResponse<byte[]> answer =
        cluster.send(
            cluster
                .request(1, "/v1/blobs/" + id)
                .header("Tanada-Storage-Forwarded", "1")
                .PUT(
                    HttpRequest.BodyPublishers.fromPublisher(
                        HttpRequest.BodyPublishers.ofInputStream(() -> body), content.length)));

    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(cluster.files(1, "debts"))
        .singleElement()
        .satisfies(debt -> assertThat(debt.getFileName()).hasToString(Long.toString(id)));
    assertThat(metric("tanada_storage_debts")).isEqualTo("1.0");
    cluster.kill(1);
    assertThat(cluster.files(1, "debts")).hasSize(1);

    cluster.startProcess(1, FAST);
    assertThat(metric("tanada_storage_debts")).isEqualTo("1.0");
    cluster.start(2);

    Poll.until("the debt is paid", () -> cluster.files(1, "debts").isEmpty());
    assertThat(cluster.copy(2, id).body()).isEqualTo(content);
    assertThat(metric("tanada_storage_debts")).isEqualTo("0.0");
  }

  @Test
  void readerGetsAllWhenTheCopyTurnsOutDamagedInTheMiddle() throws Exception {
    cluster.list(1, 2).start(1).start(2).together();
    Background.pause(cluster.context(1));
    byte[] content = content(3 << 20, 4);
    long id = put(1, content);
    Path here = file(1, id);
    flip(here, 2_000_000);

    assertThat(cluster.get(1, id).body()).isEqualTo(content);
    assertThat(cluster.get(1, id, "Range", "bytes=1990000-2009999").body())
        .isEqualTo(Arrays.copyOfRange(content, 1_990_000, 2_010_000));
    long small = put(1, content(900, 5));
    flip(file(1, small), 7);
    assertThat(cluster.get(1, small).body()).isEqualTo(content(900, 5));

    cluster.stop(2); // nobody goes on: no byte of it may be a wrong one
    HttpResponse<byte[]> whole = cluster.get(1, id, "Range", "bytes=2000000-2000999");
    assertThat(whole.statusCode()).isIn(502, 503);
    assertThat(cluster.get(1, id, "Range", "bytes=0-999").body())
        .isEqualTo(Arrays.copyOf(content, 1000));
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> cluster.get(1, id))
        .as("an answer that cannot be whole breaks off")
        .hasRootCauseInstanceOf(IOException.class);
  }

  @Test
  void readerGetsAllWhenTheNodeThatGivesItBreaksOff() throws Exception {
    cluster.list(1, 2, 3).start(1, THREE).start(2, THREE).start(3, THREE).together();
    byte[] content = content(3 << 20, 6);
    long id = put(1, content);
    IntStream.rangeClosed(1, 3).forEach(n -> Background.pause(cluster.context(n)));
    cluster.bean(1, BlobStore.class).drop(id);
    flip(file(2, id), 1_500_000); // whichever is asked first, it may break off
    assertThat(cluster.get(1, id).body()).isEqualTo(content);
    cluster.bean(2, BlobStore.class).drop(id);
    assertThat(cluster.get(1, id).body()).isEqualTo(content);
    assertThat(cluster.get(2, id, "Range", "bytes=1499999-1500001").body())
        .isEqualTo(Arrays.copyOfRange(content, 1_499_999, 1_500_002));
  }

  @Test
  void appServerReadsOnFromAnotherNodeWhenItsOwnIsKilled() throws Exception {
    cluster.list(1, 2).start(2).startProcess(1).together();
    byte[] content = content(24 << 20, 7);
    long id = put(2, content);
    Blobs blobs = cluster.blobs(2);
    try (Blobs.Opened first = blobs.open("videos", cluster.path(id));
        Blobs.Opened second = blobs.open("videos", cluster.path(id))) { // of one node each, in turn
      for (Blobs.Opened opened : List.of(first, second)) {
        assertThat(opened.content().readNBytes(1000)).isEqualTo(Arrays.copyOf(content, 1000));
      }
      cluster.kill(1);
      for (Blobs.Opened opened : List.of(first, second)) {
        assertThat(opened.content().readAllBytes())
            .isEqualTo(Arrays.copyOfRange(content, 1000, content.length));
      }
    }
  }

  @Test
  void scrubberMendsFlippedBitsInEitherCopyAndSaysSo() throws Exception {
    cluster.list(1, 2).start(1).start(2).together();
    byte[] large = content(5 << 20, 8);
    byte[] small = content(5000, 9);
    List<Long> ids = new ArrayList<>();
    for (int n = 1; n <= 2; n++) {
      long inLarge = put(n, large);
      long inSmall = put(n, small);
      ids.addAll(List.of(inLarge, inSmall));
      flip(file(n, inLarge), 3_000_000);
      flip(file(n, inLarge), 4_999_999);
      flip(file(n, inSmall), 4999);
    }
    long inSums = put(1, large);
    flip(Path.of(file(1, inSums).toString().replace(".blob", ".sums")), 100);
    ids.add(inSums);

    Background.scrub(cluster.context(1));
    Background.scrub(cluster.context(2));

    for (long id : ids) {
      for (int n = 1; n <= 2; n++) {
        assertThat(contentOnDisk(n, id)).isIn(large, small);
        assertThat(cluster.copy(n, id).body()).isIn(large, small);
      }
    }
    for (int n = 1; n <= 2; n++) {
      assertThat(counter(n, "tanada.storage.corrupt")).isEqualTo(2);
      assertThat(counter(n, "tanada.storage.mended")).isEqualTo(2);
      assertThat(cluster.files(n, "quarantine")).hasSize(1); // the small one; the other in place
    }
    flip(file(1, inSums), 100);
    assertThat(cluster.get(1, inSums).body()).as("has its sums again").isEqualTo(large);
  }

  @Test
  void damagedCopyStaysUntilAGoodOneCanBeRead() throws Exception {
    cluster.list(1, 2).start(1, FAST).start(2).together();
    byte[] content = content(100_000, 10);
    long id = put(1, content);
    flip(file(1, id), 70_000);
    cluster.stop(2);

    Background.scrub(cluster.context(1));
    assertThat(gauge(1, "tanada.storage.unmended")).isEqualTo(1);
    assertThat(cluster.get(1, id, "Range", "bytes=70000-70009").statusCode()).isIn(502, 503);
    cluster.start(2);

    Poll.until("it is mended", () -> gauge(1, "tanada.storage.unmended") == 0);
    assertThat(cluster.copy(1, id).body()).isEqualTo(content);
  }

  @Test
  void lostAndSurplusCopiesAreFoundAndMended() throws Exception {
    cluster.list(1, 2, 3).start(1).start(2).start(3).together();
    byte[] content = content(80_000, 11);
    long lost = put(1, content);
    long surplus = put(1, content);
    int loser = holders(lost).getFirst();
    Files.delete(file(loser, lost)); // by hand, as nobody should
    int third = IntStream.rangeClosed(1, 3).filter(n -> !holders(surplus).contains(n)).sum();
    int holder = holders(surplus).getFirst();
    Files.createDirectories(file(third, surplus, holder).getParent());
    Files.copy(file(holder, surplus), file(third, surplus, holder));
    assertThat(holders(surplus)).hasSize(3);
    flip(file(holder, surplus), 10);

    for (int n = 1; n <= 3; n++) {
      Background.compare(cluster.context(n));
    }
    assertThat(holders(lost)).hasSize(2);
    assertThat(cluster.copy(loser, lost).body()).isEqualTo(content);
    assertThat(Files.exists(file(third, surplus, holder)))
        .as("the last good copies stay while one of the others is damaged")
        .isTrue();

    Background.scrub(cluster.context(holder));
    Background.compare(cluster.context(third));
    assertThat(Files.exists(file(third, surplus, holder))).isFalse();
    assertThat(holders(surplus)).hasSize(2);
  }

  private long put(int n, byte[] content) {
    long id = IDS.incrementAndGet();
    assertThat(cluster.put(n, id, "video/mp4", content).statusCode()).isEqualTo(201);
    return id;
  }

  private List<Integer> holders(long id) {
    return IntStream.rangeClosed(1, 4)
        .filter(n -> cluster.runs(n) && cluster.bean(n, BlobStore.class).holds(id))
        .boxed()
        .toList();
  }

  private Path file(int n, long id) {
    return cluster.bean(n, BlobStore.class).find(id).orElseThrow().file();
  }

  /** Where the node would have what another one has. */
  private Path file(int n, long id, int other) {
    Path there = cluster.directory(other).relativize(file(other, id));
    return cluster.directory(n).resolve(there);
  }

  private byte[] contentOnDisk(int n, long id) throws IOException {
    StoredBlob blob = cluster.bean(n, BlobStore.class).find(id).orElseThrow();
    return Arrays.copyOf(Files.readAllBytes(blob.file()), (int) blob.facts().size());
  }

  private double gauge(int n, String name) {
    return cluster.bean(n, MeterRegistry.class).get(name).gauge().value();
  }

  private double counter(int n, String name) {
    return cluster.bean(n, MeterRegistry.class).get(name).counter().count();
  }

  /** Of the process 1, as an operator sees it. */
  private String metric(String name) {
    String all =
        new String(
            cluster.send(cluster.request(1, "/actuator/prometheus")).body(),
            java.nio.charset.StandardCharsets.UTF_8);
    return all.lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
        .findFirst()
        .orElse("");
  }

  private static byte[] content(int size, long seed) {
    byte[] content = new byte[size];
    new Random(seed).nextBytes(content);
    return content;
  }

  static void flip(Path file, long at) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      one.put(0, (byte) (one.get(0) ^ 1)).rewind();
      channel.write(one, at);
    }
  }
}
