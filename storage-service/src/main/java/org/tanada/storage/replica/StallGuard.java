package org.tanada.storage.replica;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a read from another node that has come to a stop: the JDK's client limits the time to the
 * head of an answer only, and a node that hangs would hold its reader for ever.
 */
final class StallGuard implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StallGuard.class);
  private static final ScheduledExecutorService CLOCK =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("stalled-reads").factory());

  private final ScheduledFuture<?> check;
  private volatile boolean waiting;
  private volatile long since;

  /** Closes the stream when its reader has waited for the given time, to a quarter of it. */
  StallGuard(InputStream stream, Duration limit) {
    long nanos = limit.toNanos();
    this.check =
        CLOCK.scheduleWithFixedDelay(
            () -> {
              if (waiting && System.nanoTime() - since > nanos) {
                end(stream);
              }
            },
            nanos / 4,
            Math.max(1, nanos / 4),
            TimeUnit.NANOSECONDS);
  }

  /** Reads from the guarded stream. */
  int read(InputStream stream, byte[] chunk) throws IOException {
    return read(stream, chunk, 0, chunk.length);
  }

  /** Reads from the guarded stream into a part of the chunk. */
  int read(InputStream stream, byte[] chunk, int offset, int length) throws IOException {
    since = System.nanoTime();
    waiting = true;
    try {
      return stream.read(chunk, offset, length);
    } finally {
      waiting = false;
    }
  }

  @Override
  public void close() {
    check.cancel(false);
  }

  private void end(InputStream stream) {
    log.warn("a read from another node stands still and is ended");
    check.cancel(false);
    try {
      stream.close(); // its reader wakes up with an IOException
    } catch (IOException e) {
      log.debug("the stalled stream was closed with {}", e.toString());
    }
  }
}
