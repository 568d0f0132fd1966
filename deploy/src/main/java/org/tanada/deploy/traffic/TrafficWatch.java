package org.tanada.deploy.traffic;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks on while something is changed under traffic: prints a line a second (requests, failures,
 * rate, p50, p99, share of each server) and ends with a verdict such as {@code 0 of 18,204 requests
 * failed; 412 → 781 requests/s}.
 */
public final class TrafficWatch implements AutoCloseable {
  private static final int COMPARED_SECONDS = 5;

  private final TrafficLog log;
  private final Consumer<String> lines;
  private final List<Second> before = new ArrayList<>();
  private final List<Second> during = new ArrayList<>();
  private final Thread watcher;
  private volatile boolean closed;
  private long position;
  private @Nullable IOException failure;

  /** Looks on from now; lines go to the consumer. */
  public TrafficWatch(TrafficLog log, Consumer<String> lines) throws IOException {
    this.log = log;
    this.lines = lines;
    TrafficLog.Part past = log.read(0);
    List<Second> seconds = past.seconds();
    before.addAll(seconds.subList(Math.max(0, seconds.size() - COMPARED_SECONDS), seconds.size()));
    this.position = past.next();
    this.watcher = Thread.ofVirtual().name("traffic-watch").unstarted(this::watch);
  }

  /** Begins to print. */
  public TrafficWatch start() {
    watcher.start();
    return this;
  }

  /** Goes on for so many seconds, so that the effect of the change can be seen. */
  public void linger(int seconds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() - end < 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      watcher.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * What happened, in one sentence.
   *
   * @throws IOException if the log could not be read meanwhile
   */
  public synchronized String verdict() throws IOException {
    if (failure != null) {
      throw failure;
    }
    long requests = during.stream().mapToLong(Second::requests).sum();
    List<Second> after =
        during.subList(Math.max(0, during.size() - COMPARED_SECONDS), during.size());
    return String.format(
        Locale.ROOT,
        "%,d of %,d requests failed; %.0f → %.0f requests/s; p99 %.0f → %.0f ms",
        failures(),
        requests,
        rate(before),
        rate(after),
        p99(before),
        p99(after));
  }

  /** Requests that failed since the start. */
  public synchronized long failures() {
    return during.stream().mapToLong(Second::failures).sum();
  }

  /** One second as a line of a table. */
  public static String line(Second second) {
    long answers = second.servers().values().stream().mapToLong(Long::longValue).sum();
    StringBuilder shares = new StringBuilder();
    for (Map.Entry<String, Long> server : new TreeMap<>(second.servers()).entrySet()) {
      shares.append(
          String.format(
              Locale.ROOT,
              "  %s %2.0f %%",
              server.getKey(),
              100.0 * server.getValue() / Math.max(1, answers)));
    }
    return String.format(
        Locale.ROOT,
        "%6d requests  %3d failed  p50 %6.1f ms  p99 %7.1f ms %s",
        second.requests(),
        second.failures(),
        second.p50(),
        second.p99(),
        shares);
  }

  private void watch() {
    boolean last = false;
    while (true) {
      try {
        TrafficLog.Part part = log.read(position);
        position = part.next();
        synchronized (this) {
          during.addAll(part.seconds());
        }
        part.seconds().forEach(second -> lines.accept(line(second)));
      } catch (IOException e) {
        synchronized (this) {
          failure = e;
        }
        return;
      }
      if (last) {
        return;
      }
      last = closed;
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  private static double rate(List<Second> seconds) {
    return seconds.stream().mapToLong(Second::requests).average().orElse(0);
  }

  private static double p99(List<Second> seconds) {
    return seconds.stream().mapToDouble(Second::p99).average().orElse(0);
  }
}
