package org.tanada.router;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What some repeated work took.
 *
 * @param perSecond how often it was done in a second
 * @param p50 median of its time, in microseconds
 * @param p99 of its time, in microseconds
 * @param cpu microseconds of each named process for one
 */
record Measured(double perSecond, double p50, double p99, Map<String, Double> cpu) {
  private static final double TICKS_PER_SECOND = 100; // of /proc, whatever the kernel's own

  /** The work; numbered, so that it can choose what to work on. */
  interface Work {
    void run(int number) throws Exception;
  }

  /** Does the work from so many threads for some seconds. */
  static Measured of(int threads, double seconds, Map<String, Long> processes, Work work) {
    Map<String, Double> before = cpu(processes);
    long began = System.nanoTime();
    long end = began + (long) (seconds * 1e9);
    List<long[]> times = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<long[]>> running = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        int first = thread * 1_000_003;
        running.add(pool.submit(() -> repeat(work, first, end)));
      }
      for (Future<long[]> one : running) {
        times.add(one.get());
      }
    } catch (Exception e) {
      throw new IllegalStateException("the measured work failed", e);
    }
    double elapsed = (System.nanoTime() - began) / 1e9;
    Map<String, Double> after = cpu(processes);
    long[] all = times.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    Map<String, Double> each = new TreeMap<>();
    after.forEach((name, used) -> each.put(name, (used - before.get(name)) * 1e6 / all.length));
    return new Measured(
        all.length / elapsed,
        all[all.length / 2] / 1e3,
        all[(int) (all.length * 0.99)] / 1e3,
        each);
  }

  private static long[] repeat(Work work, int first, long end) throws Exception {
    long[] times = new long[1024];
    int count = 0;
    long now = System.nanoTime();
    while (now < end) {
      work.run(first + count);
      long then = System.nanoTime();
      if (count == times.length) {
        times = Arrays.copyOf(times, 2 * count);
      }
      times[count++] = then - now;
      now = then;
    }
    return Arrays.copyOf(times, count);
  }

  /** Seconds of processor time that each process has used so far. */
  private static Map<String, Double> cpu(Map<String, Long> processes) {
    Map<String, Double> used = new TreeMap<>();
    processes.forEach((name, pid) -> {
      try {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        double ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        used.put(name, ticks / TICKS_PER_SECOND);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
    return used;
  }

  /** Of all named processes together. */
  double cpuOf(String... names) {
    return Arrays.stream(names).mapToDouble(name -> cpu.getOrDefault(name, 0.0)).sum();
  }
}
