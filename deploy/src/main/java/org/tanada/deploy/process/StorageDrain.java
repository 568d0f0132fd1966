package org.tanada.deploy.process;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.tanada.deploy.state.Desired.Run;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.Inventory;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.topology.Change;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Purpose;
import org.tanada.deploy.topology.Tier;
import org.tanada.deploy.topology.Topology;
import org.tanada.deploy.topology.TopologyFile;

/**
 * Empties storage nodes before they are taken away: labelled in the inventory, they take nothing
 * new and give their files to the others, while reads still find them. It may be interrupted: the
 * nodes stay labelled and serve, the same command goes on, and a scale to as many as before takes
 * the label back.
 */
public final class StorageDrain {
  private static final long POLL_MILLIS = 500;
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

  private final Home home;
  private final Control control;
  private final Function<PlannedNode, OptionalLong> files;
  private final Duration patience;

  /**
   * Of an installation.
   *
   * @param files how many files a node has; empty if it does not answer
   * @param patience for how long none may go before it is given up
   */
  public StorageDrain(Home home, Function<PlannedNode, OptionalLong> files, Duration patience) {
    this.home = home;
    this.control = new Control(home);
    this.files = files;
    this.patience = patience;
  }

  /**
   * Empties the nodes that would go if tiers had so many; returns when nothing is left on them.
   *
   * @throws IllegalArgumentException if a tier cannot have so many
   * @throws OperatorException if one does not get empty; it says what to do
   */
  public void run(Map<String, Integer> counts, Consumer<String> say) throws IOException {
    List<PlannedNode> leaving = leaving(counts);
    if (leaving.isEmpty()) {
      return;
    }
    label(leaving);
    Map<String, Long> last = new TreeMap<>();
    long progress = System.nanoTime();
    long said = progress - BETWEEN_LINES.toNanos();
    long empty = 0;
    while (true) {
      Map<String, Long> now = new TreeMap<>();
      for (PlannedNode node : leaving) {
        files.apply(node).ifPresent(count -> now.put(node.name(), count));
      }
      boolean complete = now.size() == leaving.size();
      boolean none = complete && total(now) == 0;
      empty = none ? empty + 1 : 0;
      if (empty * POLL_MILLIS > Inventory.LEAVE.toMillis()) {
        return; // by now everybody has seen the label, and nothing came after that
      }
      long time = System.nanoTime();
      boolean goes = complete && !last.isEmpty() && total(now) < total(last);
      progress = none || goes ? time : progress;
      if (!now.equals(last) && !none && time - said >= BETWEEN_LINES.toNanos()) {
        said = time;
        now.forEach((node, count) -> say.accept(node + ": " + count + " files are to go yet"));
      }
      if (complete) {
        last.clear();
        last.putAll(now);
      }
      if (time - progress > patience.toNanos()) {
        throw stuck(leaving, now);
      }
      pause();
    }
  }

  private List<PlannedNode> leaving(Map<String, Integer> counts) throws IOException {
    Topology before = TopologyFile.read(home.topology());
    List<String> removed = Change.between(before, before.scaled(counts)).removed();
    return before.nodes().stream()
        .filter(node -> node.kind() == Kind.STORAGE && removed.contains(node.name()))
        .filter(node -> before.tier(node.tier()).map(StorageDrain::onDisks).orElse(false))
        .filter(node -> exists(node.name()))
        .toList();
  }

  private boolean exists(String node) {
    try {
      return control.desired().find(node).isPresent();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Nodes of a bucket hold nothing. */
  private static boolean onDisks(Tier tier) {
    Purpose purpose = tier.purpose();
    return purpose == null || purpose.s3().isEmpty();
  }

  private void label(List<PlannedNode> leaving) throws IOException {
    if (!control.supervised()) {
      throw new OperatorException("Tanada is not up: run ./tanada up");
    }
    for (PlannedNode node : leaving) {
      boolean up = control.desired().find(node.name()).filter(w -> w.run().up()).isPresent();
      if (!up) {
        throw new OperatorException(
            node.name()
                + " is stopped, and its files cannot go to others: ./tanada start "
                + node.name()
                + ", or give --now to take it away as it is");
      }
    }
    control.change(desired ->
        desired.changeAll(wanted ->
            leaving.stream().anyMatch(node -> node.name().equals(wanted.node().name()))
                ? wanted.with(Run.DRAINING)
                : wanted));
  }

  private static long total(Map<String, Long> files) {
    return files.values().stream().mapToLong(Long::longValue).sum();
  }

  private OperatorException stuck(List<PlannedNode> leaving, Map<String, Long> now) {
    List<String> how =
        leaving.stream()
            .map(node ->
                now.containsKey(node.name())
                    ? node.name() + " has " + now.get(node.name()) + " files"
                    : node.name() + " does not answer")
            .toList();
    String tier = leaving.getFirst().tier();
    return new OperatorException(
        "%s, and none went for %d s: look at ./tanada status and the logs of %s (are the others up, have"
                .formatted(String.join(", ", how), patience.toSeconds(), tier)
            + " they space?); the same command goes on, a scale to as many nodes as before keeps them,"
            + " --now takes them away as they are");
  }

  private static void pause() {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
    if (Thread.currentThread().isInterrupted()) {
      throw new OperatorException(
          "interrupted: the nodes go on giving their files away; the same command goes on, a scale to"
              + " as many nodes as before keeps them");
    }
  }
}
