package org.tanada.storage.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;
import org.tanada.common.problem.ProblemException;
import org.tanada.storage.blob.BlobStore;
import org.tanada.storage.blob.Disk;
import org.tanada.storage.blob.PendingBlob;
import org.tanada.storage.blob.StorageProperties;

/** What a store holds after its power was cut. */
class PowerCutTests {
  private static final int FILES = 20;
  private static final byte[] CONTENT = "a content".getBytes(UTF_8);

  @TempDir Path root;
  private Path directory;
  private Path journal;

  @BeforeEach
  void paths() throws IOException {
    directory = java.nio.file.Files.createDirectory(root.resolve("node"));
    journal = root.resolve("journal");
  }

  @Test
  void whatWasWrittenIsThereAndWhatWasNotSyncedIsNot() throws IOException {
    FaultyDisk disk = new FaultyDisk(journal);
    BlobStore store = started(disk);
    for (long id = 1; id <= FILES; id++) {
      assertThat(write(store, id)).isTrue();
    }
    disk.become(FaultyDisk.State.LYING);
    for (long id = FILES + 1; id <= 2 * FILES; id++) {
      assertThat(write(store, id)).isTrue();
    }
    store.stop();

    int lost = PowerCut.happen(directory, journal, new Random(1));

    assertThat(lost).isGreaterThanOrEqualTo(FILES / 2);
    BlobStore after = started(new FaultyDisk(journal));
    for (long id = 1; id <= FILES; id++) {
      assertThat(after.find(id)).isPresent();
    }
    assertThat(after.count()).isLessThan(2 * FILES);
    after.stop();
  }

  /**
   * A write that stops behind its rename leaves a name that is seen, but that no sync has made
   * durable. Whoever is then told that the file is there must find it after a power cut.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3}) // the names of the two directories, and that of the file
  void fileThatIsWrittenAgainAfterAWriteThatStoppedBeforeASyncIsDurable(int sync)
      throws IOException {
    AtomicInteger syncs = new AtomicInteger(Integer.MIN_VALUE);
    FaultyDisk disk = new FaultyDisk(journal);
    BlobStore stopping = started(new StoppingDisk(disk, sync, syncs));
    for (long id = 1; id <= FILES; id++) {
      long file = id;
      syncs.set(0);
      assertThatThrownBy(() -> write(stopping, file)).isInstanceOf(ProblemException.class);
    }
    stopping.stop();
    BlobStore again = started(disk);
    for (long id = 1; id <= FILES; id++) {
      write(again, id);
    }
    again.stop();

    PowerCut.happen(directory, journal, new Random(2));

    BlobStore after = started(new FaultyDisk(journal));
    for (long id = 1; id <= FILES; id++) {
      assertThat(after.find(id)).as("file " + id).isPresent();
    }
    after.stop();
  }

  private BlobStore started(Disk disk) {
    BlobStore store =
        new BlobStore(
            new StorageProperties(
                "videos",
                directory,
                2,
                1,
                DataSize.ofMegabytes(1),
                DataSize.ofBytes(0),
                1,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofHours(1),
                Duration.ofHours(1),
                Duration.ofHours(1),
                Duration.ofHours(1),
                DataSize.ofMegabytes(1),
                DataSize.ofMegabytes(1),
                DataSize.ofMegabytes(1),
                Duration.ZERO),
            disk);
    store.start();
    return store;
  }

  private static boolean write(BlobStore store, long id) {
    try (PendingBlob pending = store.begin(id, CONTENT.length)) {
      pending.write(CONTENT, 0, CONTENT.length);
      pending.seal("video/mp4", 0);
      return pending.commit();
    }
  }

  /** A disk whose process ends at one of its syncs, counted from 1. */
  private record StoppingDisk(Disk disk, int at, AtomicInteger syncs) implements Disk {
    @Override
    public void sync(Path path) throws IOException {
      if (syncs.incrementAndGet() == at) {
        throw new IOException("the process ended");
      }
      disk.sync(path);
    }

    @Override
    public void write(FileChannel channel, Path file, ByteBuffer bytes) throws IOException {
      disk.write(channel, file, bytes);
    }

    @Override
    public void force(FileChannel channel, Path file) throws IOException {
      disk.force(channel, file);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
      disk.move(from, to);
    }

    @Override
    public long usable(Path path) throws IOException {
      return disk.usable(path);
    }
  }
}
