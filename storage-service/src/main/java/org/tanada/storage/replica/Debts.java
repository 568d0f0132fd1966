package org.tanada.storage.replica;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.storage.blob.BlobId;
import org.tanada.storage.blob.BlobStore;
import org.tanada.storage.blob.Disk;
import org.tanada.storage.blob.StorageProperties;

/**
 * Copies that this node owes: of files whose writers were answered while fewer nodes held them than
 * are to. Each is an empty file {@code debts/ID}, durable before the answer, and removed when as
 * many nodes hold the file as are to.
 */
@Component
class Debts implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(Debts.class);

  private final Path directory;
  private final Disk disk;
  private final AtomicLong count = new AtomicLong();
  private volatile boolean running;

  /** The store is started before. */
  Debts(StorageProperties properties, Disk disk, BlobStore store) {
    this.directory = properties.directory().resolve("debts");
    this.disk = disk;
  }

  /** Notes that copies of the file are owed; durable when this returns. */
  void owe(long id) {
    try {
      create(id);
      disk.sync(directory);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private void create(long id) throws IOException {
    try {
      Files.createFile(file(id));
      count.incrementAndGet();
    } catch (FileAlreadyExistsException e) {
      log.debug("copies of file {} are owed already", id);
    }
  }

  /** Notes that nothing of the file is owed any more. */
  void paid(long id) {
    try {
      if (count.get() > 0 && Files.deleteIfExists(file(id))) {
        count.decrementAndGet();
        log.info("the copies owed of file {} are there", id);
      }
    } catch (IOException e) {
      throw failure(e); // it is found paid again
    }
  }

  /** Files of which copies are owed. */
  long count() {
    return count.get();
  }

  /** Calls with each of them, in no order. */
  void each(LongConsumer consumer) {
    if (count.get() == 0) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        BlobId.parse(file.getFileName().toString()).ifPresent(consumer);
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  @Override
  public void start() {
    try {
      Files.createDirectories(directory);
      Path above = directory.getParent();
      if (above != null) {
        disk.sync(above);
      }
      count.set(0);
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
        files.forEach(file -> count.incrementAndGet());
      }
    } catch (IOException e) {
      throw new IllegalStateException("the debts of this node cannot be read: " + e, e);
    }
    if (count.get() > 0) {
      log.warn("this node owes copies of {} files", count.get());
    }
    running = true;
  }

  @Override
  public void stop() {
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** With the store. */
  @Override
  public int getPhase() {
    return 0;
  }

  private Path file(long id) {
    return directory.resolve(Long.toString(id));
  }

  private static ProblemException failure(IOException e) {
    return new ProblemException(
        ProblemCode.INTERNAL, "The debts of this storage node cannot be kept.", e);
  }
}
