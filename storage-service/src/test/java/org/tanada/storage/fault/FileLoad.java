package org.tanada.storage.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.tanada.common.testing.Poll;
import org.tanada.storage.StorageCluster;

/**
 * Writers and readers of files, which remember what was acknowledged to them, and hold every answer
 * against it. The content of a file follows from its id.
 */
final class FileLoad implements AutoCloseable {
  private static final int WRITERS = 3;
  private static final int READERS = 3;
  private static final int MOST = 200_000;
  private static final int ATTEMPTS = 4;
  private static final long PAUSE = 5_000_000;
  private static final long PATIENCE = 90_000_000_000L;

  private final FaultyNodes nodes;
  private final StorageCluster cluster;
  private final AtomicLong nextId;
  private final List<Long> tried = Collections.synchronizedList(new ArrayList<>());
  private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final Queue<String> denied = new ConcurrentLinkedQueue<>();
  private final AtomicLong writes = new AtomicLong();
  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong failedReads = new AtomicLong();
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore writeTurns = new Semaphore(0);
  private final Semaphore readTurns = new Semaphore(0);
  private volatile boolean stopped;
  private long allowed;

  /** Starts; ids begin behind the given one. */
  FileLoad(FaultyNodes nodes, long firstId, long seed) {
    this.nodes = nodes;
    this.cluster = nodes.cluster();
    this.nextId = new AtomicLong(firstId);
    for (int i = 0; i < WRITERS + READERS; i++) {
      Random random = new Random(seed + i);
      boolean writer = i < WRITERS;
      workers.submit(() -> {
        Semaphore turns = writer ? writeTurns : readTurns;
        for (turns.acquireUninterruptibly(); !stopped; turns.acquireUninterruptibly()) {
          if (writer) {
            write(random);
          } else {
            read(random);
          }
        }
      });
    }
  }

  /** Goes on for so many more writes and as many reads, while something else is done. */
  void allow(int operations) {
    allowed += operations;
    writeTurns.release(operations);
    readTurns.release(operations);
  }

  /** Goes on for so many, and returns when they and all that were allowed are done. */
  void goOn(int operations) {
    allow(operations);
    long end = System.nanoTime() + PATIENCE;
    while (writes.get() < allowed || reads.get() < allowed) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("the load does not get on: " + this);
      }
      LockSupport.parkNanos(PAUSE);
    }
  }

  /** Writes and reads no more; returns when what was begun is ended. */
  void end() {
    stopped = true;
    writeTurns.release(WRITERS);
    readTurns.release(READERS);
    workers.close();
  }

  @Override
  public void close() {
    end();
  }

  /**
   * Flips a bit in copies of acknowledged files on the disk of a node.
   *
   * @return their ids
   */
  List<Long> rot(int n, int most, Random random) throws IOException {
    List<Path> files = new ArrayList<>(cluster.files(n, "blobs"));
    Collections.sort(files);
    Collections.shuffle(files, random);
    List<Long> rotten = new ArrayList<>();
    for (Path file : files) {
      Optional<Long> id = id(file);
      if (rotten.size() < most && id.isPresent() && acknowledged.contains(id.get())) {
        try {
          flip(file, random.nextLong(Files.size(file)));
          rotten.add(id.get());
        } catch (NoSuchFileException e) {
          assertThat(file).as("the node has just given it away").doesNotExist();
        }
      }
    }
    return rotten;
  }

  /** Whether a node has a copy that is not what was written; it may have given it away. */
  boolean damaged(int n, long id) {
    return copy(n, id) == Copy.DAMAGED;
  }

  private enum Copy {
    SOUND,
    DAMAGED,
    NONE
  }

  /** A node's own copy; that it is given and is something else is remembered. */
  private Copy copy(int n, long id) {
    try {
      HttpResponse<byte[]> answer = cluster.copy(n, id);
      return switch (answer.statusCode()) {
        case 404 -> Copy.NONE;
        case 200 ->
            compare(id, answer, 0, content(id).length, "the copy of node " + n)
                ? Copy.SOUND
                : Copy.DAMAGED;
        default -> Copy.DAMAGED;
      };
    } catch (UncheckedIOException e) {
      return Copy.DAMAGED; // it breaks off where it is
    }
  }

  /** Asks all nodes, which must be up, for every acknowledged file. */
  Verdict judge() {
    List<String> lost = new ArrayList<>();
    for (long id : acknowledged.stream().sorted().toList()) {
      List<Integer> sound = new ArrayList<>();
      for (int n = 1; n <= nodes.count(); n++) {
        if (copy(n, id) == Copy.SOUND) {
          sound.add(n);
        }
      }
      if (sound.isEmpty()) {
        lost.add("file " + id + " has no sound copy");
      } else {
        int asked = 1 + (int) (id % nodes.count());
        Poll.until("node " + asked + " gives file " + id, () -> given(asked, id));
      }
    }
    return new Verdict(List.copyOf(wrong), List.copyOf(denied), lost);
  }

  @Override
  public String toString() {
    return "%d files acknowledged of %d tried, %d reads, %d of them failed"
        .formatted(acknowledged.size(), tried.size(), reads.get(), failedReads.get());
  }

  /**
   * What the nodes did wrong, with its evidence.
   *
   * @param wrong other bytes than were written
   * @param denied acknowledged files of which a node said that there is none
   * @param lost acknowledged files that no node gives any more
   */
  record Verdict(List<String> wrong, List<String> denied, List<String> lost) {}

  private boolean given(int n, long id) {
    try {
      HttpResponse<byte[]> answer = cluster.get(n, id);
      if (answer.statusCode() == 200) {
        compare(id, answer, 0, content(id).length, "the answer of node " + n);
      }
      return answer.statusCode() == 200;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  private void write(Random random) {
    long id = nextId.incrementAndGet();
    byte[] content = content(id);
    tried.add(id);
    for (int attempt = 0; attempt < ATTEMPTS && !stopped; attempt++) {
      try {
        if (cluster.put(any(random), id, "video/mp4", content).statusCode() < 300) {
          acknowledged.add(id);
          break;
        }
      } catch (UncheckedIOException e) {
        LockSupport.parkNanos(PAUSE); // its node was killed: another one is asked
      }
    }
    writes.incrementAndGet();
  }

  private void read(Random random) {
    if (tried.isEmpty()) {
      reads.incrementAndGet();
      return;
    }
    long id = tried.get(random.nextInt(tried.size()));
    int n = any(random);
    int size = content(id).length;
    int from = random.nextInt(size);
    int to = from + 1 + random.nextInt(size - from);
    boolean part = random.nextBoolean();
    boolean promised = acknowledged.contains(id);
    HttpRequest.Builder request = cluster.request(n, cluster.path(id));
    if (part) {
      request.header("Range", "bytes=" + from + "-" + (to - 1));
    }
    try {
      HttpResponse<byte[]> answer = cluster.send(request);
      switch (answer.statusCode()) {
        case 200 -> compare(id, answer, 0, size, "node " + n);
        case 206 -> compare(id, answer, from, to, "node " + n);
        case 404 -> {
          if (promised) {
            denied.add("node " + n + " says that there is no file " + id);
          }
        }
        default -> failedReads.incrementAndGet();
      }
    } catch (UncheckedIOException e) {
      failedReads.incrementAndGet();
    }
    reads.incrementAndGet();
  }

  private boolean compare(long id, HttpResponse<byte[]> answer, int from, int to, String who) {
    byte[] expected = Arrays.copyOfRange(content(id), from, to);
    int differs = Arrays.mismatch(expected, answer.body());
    if (differs >= 0) {
      wrong.add(
          who + " gives other bytes of file " + id + " from byte " + (from + differs) + " on");
    }
    return differs < 0;
  }

  private int any(Random random) {
    return 1 + random.nextInt(nodes.count());
  }

  /** One in four is of one slice; the others are of some. */
  private static byte[] content(long id) {
    Random random = new Random(id);
    byte[] content =
        new byte[id % 4 == 0 ? 1 + random.nextInt(60_000) : 66_000 + random.nextInt(MOST - 66_000)];
    random.nextBytes(content);
    return content;
  }

  private static Optional<Long> id(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".blob")
        ? Optional.of(Long.parseLong(name.substring(0, name.length() - ".blob".length())))
        : Optional.empty();
  }

  private static void flip(Path file, long at) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      one.put(0, (byte) (one.get(0) ^ 1)).rewind();
      channel.write(one, at);
    }
  }
}
