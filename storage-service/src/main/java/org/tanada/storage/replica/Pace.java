package org.tanada.storage.replica;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Holds work to so many bytes a second: whoever has moved some waits until they were due. Time that
 * was not used is not saved up for more than a second.
 */
public final class Pace {
  /** As fast as it goes. */
  static final Pace NONE = new Pace(Long.MAX_VALUE, System::nanoTime, LockSupport::parkNanos);

  private static final long SECOND = 1_000_000_000;

  private final double nanosPerByte;
  private final LongSupplier clock;
  private final LongConsumer sleep;
  private long due;

  /**
   * A pace.
   *
   * @param bytes a second
   * @param clock nanoseconds of now
   * @param sleep waits so many nanoseconds, or less if interrupted
   */
  Pace(long bytes, LongSupplier clock, LongConsumer sleep) {
    this.nanosPerByte = SECOND / (double) bytes;
    this.clock = clock;
    this.sleep = sleep;
    this.due = clock.getAsLong();
  }

  /** A pace in real time. */
  public static Pace of(long bytes) {
    return new Pace(bytes, System::nanoTime, LockSupport::parkNanos);
  }

  /** Tells that so many bytes were moved; returns when they are due. */
  public void moved(long bytes) {
    long wait;
    synchronized (this) {
      long now = clock.getAsLong();
      due = Math.max(due, now - SECOND) + (long) (bytes * nanosPerByte);
      wait = due - now;
    }
    if (wait > 0) {
      sleep.accept(wait);
    }
  }
}
