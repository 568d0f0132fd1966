package org.tanada.router;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Two ways of doing the same, measured by turns; its rows are of a Markdown table. */
record Comparison(List<Measured> ours, List<Measured> theirs) {
  private static final int TURNS = Integer.getInteger("turns", 5);

  /** The compilers of a service take a method up after 100,000 calls: so from many clients. */
  private static final int WARMING = 8;

  /** Seconds. After thirty the compilers still take a third of a router's processor time. */
  private static final double WARM = Double.parseDouble(System.getProperty("warm", "90"));

  private static final double SECONDS = Double.parseDouble(System.getProperty("seconds", "4"));

  /** Both by turns, after some time of each that does not count. */
  static Comparison of(
      int threads, Map<String, Long> processes, Measured.Work ours, Measured.Work theirs) {
    Measured.of(WARMING, WARM, processes, ours);
    Measured.of(threads, SECONDS, processes, theirs);
    List<Measured> one = new ArrayList<>();
    List<Measured> other = new ArrayList<>();
    for (int turn = 0; turn < TURNS; turn++) {
      one.add(Measured.of(threads, SECONDS, processes, ours));
      other.add(Measured.of(threads, SECONDS, processes, theirs));
    }
    return new Comparison(one, other);
  }

  void row(String work, String against, ToDoubleFunction<Measured> figure, String goal) {
    row(work, against, figure, figure, goal);
  }

  void row(
      String work,
      String against,
      ToDoubleFunction<Measured> mine,
      ToDoubleFunction<Measured> peers,
      String goal) {
    double a = median(ours, mine);
    double b = median(theirs, peers);
    System.out.printf(
        Locale.ROOT,
        "| %s | %s | %.0f (%.0f/s) | %.0f (%.0f/s) | **%.2f** | %s |%n",
        work,
        against,
        a,
        median(ours, Measured::perSecond),
        b,
        median(theirs, Measured::perSecond),
        a / b,
        goal);
  }

  void zero(String work, ToDoubleFunction<Measured> figure) {
    System.out.printf(Locale.ROOT, "| %s | – | %.1f | | | 0 |%n", work, median(ours, figure));
  }

  private static double median(List<Measured> all, ToDoubleFunction<Measured> figure) {
    double[] values = all.stream().mapToDouble(figure).sorted().toArray();
    return values[values.length / 2];
  }
}
