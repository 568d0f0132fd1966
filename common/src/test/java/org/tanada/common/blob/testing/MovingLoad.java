package org.tanada.common.blob.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Writes, reads and deletes files of which each has a content that no other has, and asks the nodes
 * as an app server does: one after the other until one answers.
 */
public final class MovingLoad implements AutoCloseable {
  /** What is not written for ever: the disk of the test is small. */
  private static final int MOST = 150;

  /** Between two calls of a worker: the nodes that start meanwhile need the processor, too. */
  private static final long PAUSE_NANOS = Duration.ofMillis(10).toNanos();

  private final Nodes cluster;
  private final int[] nodes;
  private final Map<Long, Integer> there = new ConcurrentHashMap<>();
  private final Set<Long> deleted = ConcurrentHashMap.newKeySet();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicLong ids = new AtomicLong();
  private final AtomicLong turn = new AtomicLong();
  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong unanswered = new AtomicLong();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private List<Future<?>> work = List.of();

  /** Storage nodes of one purpose by their numbers; each answers with a status of HTTP. */
  public interface Nodes {
    /** Sends a file. */
    int put(int node, long id, byte[] content) throws IOException;

    /** Reads a file. */
    HttpResponse<byte[]> get(int node, long id) throws IOException;

    /** Deletes a file. */
    int delete(int node, long id) throws IOException;
  }

  /** A load on these nodes. */
  public MovingLoad(Nodes cluster, int... nodes) {
    this.cluster = cluster;
    this.nodes = nodes;
  }

  /** Writes so many files of a size. */
  public void write(int count, int size) {
    for (int i = 0; i < count; i++) {
      long id = ids.incrementAndGet();
      if (Arrays.stream(order()).noneMatch(node -> wrote(node, id, size))) {
        unanswered.incrementAndGet();
      }
    }
  }

  /** Deletes so many of the oldest. */
  public void delete(int count) {
    there.keySet().stream().sorted().limit(count).toList().forEach(this::delete);
  }

  /** Goes on by itself until it is ended. */
  public void begin() {
    work =
        List.of(
            workers.submit(this::writer),
            workers.submit(this::reader),
            workers.submit(this::reader));
  }

  /** Returns when much more was read. */
  public void goOn() {
    long enough = reads.get() + 60;
    until("files are read", () -> reads.get() >= enough);
    assertThat(failures).isEmpty();
  }

  public void end() throws Exception {
    ended.set(true);
    for (Future<?> each : work) {
      each.get();
    }
  }

  /** Every node has every file that was acknowledged, and none that was deleted. */
  public void check() throws IOException {
    for (int node : nodes) {
      for (Map.Entry<Long, Integer> file : there.entrySet()) {
        assertThat(cluster.get(node, file.getKey()).body())
            .as("file %d", file.getKey())
            .isEqualTo(content(file.getKey(), file.getValue()));
      }
      for (long id : deleted) {
        until("file " + id + " is gone", () -> gone(node, id));
      }
    }
    assertThat(failures).isEmpty();
  }

  private boolean gone(int node, long id) {
    try {
      return cluster.get(node, id).statusCode() == 404;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void until(String what, BooleanSupplier condition) {
    Instant end = Instant.now().plusSeconds(300);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).as("not in time: " + what).isBefore(end);
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  private void writer() {
    Random random = new Random(1);
    while (!ended.get()) {
      if (there.size() < MOST) {
        write(1, 1 + random.nextInt(50_000));
      }
      if (random.nextInt(10) == 0) {
        delete(random.nextInt(2));
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private void reader() {
    Random random = new Random(2);
    while (!ended.get()) {
      List<Long> known = List.copyOf(there.keySet());
      long id = known.get(random.nextInt(known.size()));
      Integer size = there.get(id);
      if (size != null) {
        read(id, size);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private int[] order() {
    int first = (int) (turn.getAndIncrement() % nodes.length);
    int[] order = new int[nodes.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = nodes[(first + i) % nodes.length];
    }
    return order;
  }

  /** Whether the node took it; the same content may be sent to another one. */
  private boolean wrote(int node, long id, int size) {
    try {
      int status = cluster.put(node, id, content(id, size));
      if (status != 503 && status != 502) {
        if (status >= 300) {
          failures.add("node " + node + " answered " + status + " to the upload of " + id);
        } else {
          there.put(id, size);
        }
        return true;
      }
    } catch (IOException e) {
      // the next one
    }
    return false;
  }

  private void read(long id, int size) {
    StringBuilder told = new StringBuilder();
    for (int node : order()) {
      try {
        HttpResponse<byte[]> answer = cluster.get(node, id);
        boolean gone = !there.containsKey(id); // it was deleted meanwhile
        if (answer.statusCode() == 200) {
          reads.incrementAndGet();
          if (!Arrays.equals(answer.body(), content(id, size))) {
            failures.add("node " + node + " gave wrong bytes of file " + id);
          }
          return;
        }
        if (gone) {
          return;
        }
        told.append(" node ").append(node).append(": ").append(answer.statusCode());
        if (answer.statusCode() == 404) {
          break;
        }
      } catch (IOException e) {
        told.append(" node ").append(node).append(": ").append(e);
      }
    }
    failures.add("file " + id + " was not read:" + told);
  }

  private void delete(long id) {
    there.remove(id); // if nobody says that it is gone, nothing is promised of it
    for (int node : order()) {
      try {
        if (cluster.delete(node, id) == 204) {
          deleted.add(id);
          return;
        }
      } catch (IOException e) {
        // the next one
      }
    }
  }

  private static byte[] content(long id, int size) {
    byte[] bytes = new byte[size];
    new Random(id).nextBytes(bytes);
    return bytes;
  }

  @Override
  public String toString() {
    return "%d files written, %d deleted, %d reads, %d uploads without an answer, %d failures"
        .formatted(ids.get(), deleted.size(), reads.get(), unanswered.get(), failures.size());
  }

  @Override
  public void close() {
    ended.set(true);
    workers.close();
  }
}
