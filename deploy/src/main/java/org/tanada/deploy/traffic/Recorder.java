package org.tanada.deploy.traffic;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Counts answers and their times; {@link #next} takes what has come since the last call. */
public final class Recorder {
  private static final long HIGHEST_MICROS = TimeUnit.MINUTES.toMicros(2);

  private final org.HdrHistogram.Recorder times = new org.HdrHistogram.Recorder(HIGHEST_MICROS, 3);
  private final LongAdder failures = new LongAdder();
  private final Map<String, LongAdder> servers = new ConcurrentHashMap<>();
  private @Nullable Histogram reused;

  /**
   * Counts an answer.
   *
   * @param nanos time it took
   * @param failed whether it counts as a failure
   * @param server the app server that made it, or null if none did
   */
  public void record(long nanos, boolean failed, @Nullable String server) {
    times.recordValue(Math.min(HIGHEST_MICROS, TimeUnit.NANOSECONDS.toMicros(nanos)));
    if (failed) {
      failures.increment();
    }
    if (server != null) {
      servers.computeIfAbsent(server, s -> new LongAdder()).increment();
    }
  }

  /** What has come since the last call. */
  public synchronized Second next(long now) {
    Histogram interval = times.getIntervalHistogram(reused);
    reused = interval;
    Map<String, Long> shares = new TreeMap<>();
    servers.forEach((server, count) -> {
      long answers = count.sumThenReset();
      if (answers > 0) {
        shares.put(server, answers);
      }
    });
    return new Second(
        now,
        interval.getTotalCount(),
        failures.sumThenReset(),
        interval.getValueAtPercentile(50) / 1000.0,
        interval.getValueAtPercentile(99) / 1000.0,
        shares);
  }
}
