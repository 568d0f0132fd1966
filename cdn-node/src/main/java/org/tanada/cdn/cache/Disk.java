package org.tanada.cdn.cache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cache's files. After an error nothing new is written for a while: the edge then passes large
 * objects through.
 */
final class Disk implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Disk.class);
  private static final String SUFFIX = ".object";
  // what is left to others on the same disk
  private static final long SPARE = 16L << 20;
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Path directory;
  private final AtomicLong names = new AtomicLong();
  private final ExecutorService background =
      new ThreadPoolExecutor(
          0,
          1,
          10,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          Thread.ofPlatform().daemon().name("edge-disk").factory());
  private volatile boolean usable;
  private volatile long brokenUntil;
  private volatile boolean broken;

  Disk(Path directory) {
    this.directory = directory;
  }

  /** Makes the directory, and deletes what an earlier run left there. */
  void start() {
    try {
      Files.createDirectories(directory);
      try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
        for (Path file : left) {
          Files.deleteIfExists(file);
        }
      }
      usable = true;
    } catch (IOException | UncheckedIOException | java.nio.file.DirectoryIteratorException e) {
      log.warn("cannot use {}: large objects are not cached: {}", directory, e.toString());
    }
  }

  /** The path of a new file of that many bytes, or null if none should be made now. */
  @Nullable Path create(long bytes) {
    if (!usable || (broken && System.nanoTime() < brokenUntil)) {
      return null;
    }
    try {
      if (Files.getFileStore(directory).getUsableSpace() < bytes + SPARE) {
        report(new IOException("the disk is nearly full"));
        return null;
      }
    } catch (IOException e) {
      report(e);
      return null;
    }
    return directory.resolve(Long.toString(names.incrementAndGet(), 36) + SUFFIX);
  }

  @Nullable FileChannel open(Path file) {
    try {
      return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      report(e);
      return null;
    }
  }

  /** Writes a whole file; null if that failed. */
  @Nullable Path write(byte[] bytes) {
    Path file = create(bytes.length);
    FileChannel channel = file == null ? null : open(file);
    if (channel == null) {
      return null;
    }
    try (channel) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      return file;
    } catch (IOException e) {
      report(e);
      delete(file);
      return null;
    }
  }

  /** An error while writing: told once, until it works again. */
  void report(IOException e) {
    brokenUntil = System.nanoTime() + PAUSE_NANOS;
    if (!broken) {
      broken = true;
      log.warn("writing to {} failed, large objects pass through: {}", directory, e.toString());
    }
  }

  void worked() {
    if (broken && System.nanoTime() > brokenUntil) {
      broken = false;
      log.info("writing to {} works again", directory);
    }
  }

  void close(@Nullable FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        report(e);
      }
    }
  }

  /** Unlinks in the background; those who have the file open read on. */
  void delete(@Nullable Path file) {
    if (file != null) {
      inBackground(() -> {
        try {
          Files.delete(file);
        } catch (NoSuchFileException e) {
          log.debug("{} is gone already", file);
        } catch (IOException e) {
          report(e);
        }
      });
    }
  }

  void inBackground(Runnable work) {
    if (!background.isShutdown()) {
      background.execute(work);
    }
  }

  @Override
  public void close() {
    background.shutdown();
  }
}
