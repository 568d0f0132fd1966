package org.tanada.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.common.testing.Poll;

/** Nodes that are emptied, replaced and added while their files are read. */
class DrainTests {
  private static final String FAST = "tanada.storage.repair-interval=100ms";
  private static final int FILES = 30;

  @TempDir Path root;
  private StorageCluster cluster;
  private final Map<Long, byte[]> written = new TreeMap<>();

  @BeforeEach
  void cluster() {
    cluster = new StorageCluster(root, "videos");
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void nodeIsEmptiedAndReplacedByAnotherAndNoReadFailsMeanwhile() throws Exception {
    cluster.list(1, 2, 3).start(1, FAST).start(2, FAST).start(3, FAST).together();
    for (long id = 1; id <= FILES; id++) {
      put(1 + (int) (id % 3), id);
    }
    assertThat(copies(1)).isPositive();
    try (Readers readers = new Readers(1, 2, 3)) {
      readers.goOn();
      cluster.label(1, "draining: true").list(1, 2, 3);
      Poll.until("node 1 is empty", () -> copies(1) == 0);
      readers.goOn();
      for (long id = FILES + 1; id <= FILES + 10; id++) {
        put(1, id);
      }
      assertThat(copies(1)).as("it takes nothing new").isZero();
      assertThat(copies(2)).isEqualTo(FILES + 10);
      assertThat(copies(3)).isEqualTo(FILES + 10);

      cluster.start(4, FAST).list(1, 2, 3, 4).together();
      Poll.until(
          "node 4 has its part, and each file two copies",
          () -> copies(4) > 0 && copies(2) + copies(3) + copies(4) == 2 * (FILES + 10));
      readers.goOn();
      assertThat(copies(1)).isZero();
      assertThat(readers.failures).isEmpty();
    }
    cluster.list(2, 3, 4);
    cluster.stop(1);
    for (Map.Entry<Long, byte[]> file : written.entrySet()) {
      for (int n = 2; n <= 4; n++) {
        assertThat(cluster.get(n, file.getKey()).body()).isEqualTo(file.getValue());
      }
    }
    for (int n = 2; n <= 4; n++) {
      int node = n;
      Poll.until("node " + n + " has ended", () -> left(node) == 0);
    }
  }

  @Test
  void whereAllNodesAreToBeEmptiedNoneIs() throws Exception {
    cluster.label(1, "draining: true").label(2, "draining: true");
    cluster.list(1, 2).start(1, FAST).start(2, FAST).together();

    put(1, 1);

    assertThat(copies(1) + copies(2)).as("it is taken, somewhere").isPositive();
    assertThat(cluster.get(2, 1).body()).isEqualTo(written.get(1L));
  }

  private void put(int n, long id) {
    byte[] content = new byte[100_000];
    new Random(id).nextBytes(content);
    assertThat(cluster.put(n, id, "video/mp4", content).statusCode()).isEqualTo(201);
    written.put(id, content);
  }

  private long copies(int n) {
    return cluster.files(n, "blobs").stream()
        .filter(file -> file.toString().endsWith(".blob"))
        .count();
  }

  private double left(int n) {
    return cluster.bean(n, MeterRegistry.class).get("tanada.storage.compare.left").gauge().value();
  }

  /** Reads the first files over and over, from each of the nodes. */
  private final class Readers implements AutoCloseable {
    final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong rounds = new AtomicLong();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final ExecutorService worker = Executors.newVirtualThreadPerTaskExecutor();

    Readers(int... nodes) {
      Map<Long, byte[]> files = Map.copyOf(written);
      worker.execute(() -> {
        while (!stopped.get()) {
          files.forEach((id, content) -> Arrays.stream(nodes).forEach(n -> read(n, id, content)));
          rounds.incrementAndGet();
        }
      });
    }

    /** Returns when all files were read once more. */
    void goOn() {
      long next = rounds.get() + 2;
      Poll.until("all was read", () -> rounds.get() >= next);
    }

    private void read(int n, long id, byte[] content) {
      try {
        var answer = cluster.get(n, id);
        if (answer.statusCode() != 200 || !Arrays.equals(answer.body(), content)) {
          failures.add("node " + n + " answered " + answer.statusCode() + " for file " + id);
        }
      } catch (java.io.UncheckedIOException e) {
        failures.add("node " + n + " broke off file " + id + ": " + e);
      }
    }

    @Override
    public void close() {
      stopped.set(true);
      worker.close();
    }
  }
}
