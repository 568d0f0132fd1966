package org.tanada.storage.replica;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.tanada.storage.blob.StorageProperties;

/** Runs repair and scrubbing, each on its own thread, while the node is up. */
@Component
class BackgroundWork implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(BackgroundWork.class);
  private static final Duration LOOK = Duration.ofMinutes(5);

  private final Repair repair;
  private final Scrubber scrubber;
  private final StorageProperties properties;
  private volatile @Nullable ScheduledExecutorService executor;

  BackgroundWork(Repair repair, Scrubber scrubber, StorageProperties properties) {
    this.repair = repair;
    this.scrubber = scrubber;
    this.properties = properties;
  }

  @Override
  public void start() {
    ScheduledExecutorService started =
        Executors.newScheduledThreadPool(
            3, Thread.ofPlatform().daemon().name("storage-background-", 0).factory());
    long every = properties.repairInterval().toMillis();
    started.scheduleWithFixedDelay(
        () -> guarded("repair", repair::runIfDue), every, every, TimeUnit.MILLISECONDS);
    started.scheduleWithFixedDelay(
        () -> guarded("mending", scrubber::runSuspects), every, every, TimeUnit.MILLISECONDS);
    long look = Math.min(LOOK.toMillis(), properties.scrubInterval().toMillis());
    started.scheduleWithFixedDelay(
        () -> guarded("scrubbing", this::scrubIfDue), look, look, TimeUnit.MILLISECONDS);
    executor = started;
  }

  @Override
  public void stop() {
    ScheduledExecutorService started = executor;
    executor = null;
    if (started != null) {
      started.shutdownNow();
      try {
        if (!started.awaitTermination(5, TimeUnit.SECONDS)) {
          log.warn("background work does not end; what it was doing is repaired later");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public boolean isRunning() {
    return executor != null;
  }

  /** After the store has started, before it stops. */
  @Override
  public int getPhase() {
    return 1;
  }

  /** The time of the last run stands on disk, so that restarts do not put it off for ever. */
  private void scrubIfDue() {
    Path mark = properties.directory().resolve("scrubbed");
    try {
      if (lastModified(mark).plus(properties.scrubInterval()).isAfter(Instant.now())) {
        return;
      }
      scrubber.run();
      if (!Thread.currentThread().isInterrupted()) {
        Files.write(mark, new byte[0]);
        Files.setLastModifiedTime(mark, FileTime.from(Instant.now()));
      }
    } catch (IOException e) {
      log.error("the time of scrubbing cannot be kept", e);
    }
  }

  private static Instant lastModified(Path mark) throws IOException {
    try {
      return Files.getLastModifiedTime(mark).toInstant();
    } catch (NoSuchFileException e) {
      Files.createFile(mark); // a new node: its first files are fresh
      return Instant.now();
    }
  }

  /** An exception thrown on would end the work for good. */
  private static void guarded(String what, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      log.error("{} failed and is tried again", what, e);
    }
  }
}
