package org.tanada.deploy.command;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.state.Desired.Wanted;
import org.tanada.deploy.state.Observed;
import org.tanada.deploy.state.Observed.Seen;
import org.tanada.deploy.state.Observed.State;
import org.tanada.deploy.state.OperatorException;

/** Waits until every node that is wanted is up, and shows how that goes. */
final class Readiness {
  /** A node that fails again and again while nothing else happens keeps us no longer than this. */
  private static final Duration HOPELESS = Duration.ofSeconds(20);

  private final Control control;
  private final @Nullable Terminal terminal;
  private final Set<String> shown = new LinkedHashSet<>();
  private final long began = System.nanoTime();

  /** Shows nothing without a terminal. */
  Readiness(Control control, @Nullable Terminal terminal) {
    this.control = control;
    this.terminal = terminal;
  }

  /**
   * Waits as long as nodes come up.
   *
   * @param patience the longest time in which no further node comes up
   * @throws OperatorException that names what is not up in time, or cannot be
   */
  void await(Duration patience) throws IOException {
    int least = Integer.MAX_VALUE;
    long progress = began;
    while (true) {
      List<Seen> pending = pending();
      if (pending.isEmpty()) {
        return;
      }
      long now = System.nanoTime();
      if (pending.size() < least) {
        least = pending.size();
        progress = now;
      }
      Seen worst =
          pending.stream()
              .filter(seen -> seen.state() == State.FAILED)
              .findFirst()
              .orElse(pending.getFirst());
      boolean hopeless = worst.state() == State.FAILED && now - progress > HOPELESS.toNanos();
      if (hopeless || now - progress > patience.toNanos()) {
        throw notUp(worst, pending.size());
      }
      if (!control.supervised()) {
        throw new OperatorException("the supervisor has ended: run ./tanada up again");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(150));
    }
  }

  private static OperatorException notUp(Seen worst, int pending) {
    String others = pending > 1 ? " (and " + (pending - 1) + " more)" : "";
    String why = worst.problem().isEmpty() ? "see ./tanada logs " + worst.name() : worst.problem();
    return new OperatorException(
        worst.name() + others + " is not up: " + why + "; ./tanada up tries again");
  }

  /** The wanted nodes that are not up; prints a line for each tier that is complete. */
  private List<Seen> pending() throws IOException {
    Observed observed = control.observed();
    Map<String, List<Seen>> tiers = new LinkedHashMap<>();
    List<Seen> pending = new ArrayList<>();
    int all = 0;
    for (Wanted wanted : control.desired().nodes()) {
      if (!wanted.run().up()) {
        continue;
      }
      all++;
      Seen seen = observed.find(wanted.node().name()).orElse(null);
      boolean current =
          seen != null
              && seen.generation() == wanted.generation()
              && seen.rebuild() == wanted.rebuild();
      Seen shownAs = seen == null ? Waiting.of(wanted.node().name()) : seen;
      tiers.computeIfAbsent(wanted.node().tier(), tier -> new ArrayList<>()).add(shownAs);
      if (!current || shownAs.state() != State.UP) {
        pending.add(shownAs);
      }
    }
    show(tiers, pending, all);
    return pending;
  }

  private void show(Map<String, List<Seen>> tiers, List<Seen> pending, int all) {
    Terminal t = terminal;
    if (t == null) {
      return;
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    tiers.forEach((tier, nodes) -> {
      boolean complete = nodes.stream().noneMatch(pending::contains);
      if (complete && shown.add(tier)) {
        String names = String.join(" ", nodes.stream().map(Seen::name).toList());
        t.line("  %s  %5.1f s  %s".formatted(t.good("up"), seconds, names));
      }
    });
    List<String> names = pending.stream().map(Seen::name).toList();
    t.live(
        "  %d of %d up, %.0f s; waiting for %s"
            .formatted(all - pending.size(), all, seconds, String.join(" ", names)));
  }

  /** A node that the supervisor has not taken in yet. */
  private static final class Waiting {
    private Waiting() {}

    static Seen of(String name) {
      return new Seen(
          name,
          State.STARTING,
          org.tanada.deploy.state.ProcessId.NONE,
          "",
          "",
          0,
          0,
          0,
          0,
          "the supervisor does not take it in");
    }
  }
}
