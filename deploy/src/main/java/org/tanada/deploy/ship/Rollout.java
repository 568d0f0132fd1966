package org.tanada.deploy.ship;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.tanada.deploy.board.BoardPlan;
import org.tanada.deploy.state.Inventory;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Ports;

/** Puts releases in force that are on the boards: one board at a time where people are served. */
final class Rollout {
  /** For the nodes of one board. */
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  /** For all boards at once, with databases and schemas to make. */
  private static final Duration FIRST_PATIENCE = Duration.ofMinutes(10);

  private final BoardPlan plan;
  private final Map<String, RemoteBoard> boards;
  private final boolean running;
  private final Consumer<String> say;

  /**
   * A rollout to a shelf.
   *
   * @param boards all of them by name
   * @param running whether the shelf serves people already
   */
  Rollout(BoardPlan plan, Map<String, RemoteBoard> boards, boolean running, Consumer<String> say) {
    this.plan = plan;
    this.boards = Map.copyOf(boards);
    this.running = running;
    this.say = say;
  }

  /** Puts the wanted release in force on each of the chosen boards. */
  void to(List<RemoteBoard> chosen, Map<String, BoardFacts> facts, Map<String, String> wanted)
      throws IOException {
    if (!running) {
      together(chosen, wanted);
      return;
    }
    if (speakOtherwise(chosen, facts)) {
      // who speaks plain HTTP and who speaks TLS do not understand each other
      if (chosen.size() < boards.size()) {
        throw new OperatorException(
            "services go over to %s on all boards at once: leave --board out"
                .formatted(plan.tls() ? "TLS" : "plain HTTP"));
      }
      say.accept(
          "services go over to %s: all boards begin anew at once"
              .formatted(plan.tls() ? "TLS" : "plain HTTP"));
      together(chosen, wanted);
      return;
    }
    tellAll(Set.of());
    awaitThoseThatHaveIt(chosen, facts, wanted);
    List<RemoteBoard> order =
        chosen.stream()
            // what an interrupted run has left behind: as long as it is away, its twin must stay
            .sorted(
                Comparator.comparing(board ->
                    Shipping.facts(facts, board).running().size()
                        >= plan.nodes(board.board()).size()))
            .toList();
    int changes = 0;
    for (RemoteBoard board : order) {
      if (one(board, Shipping.facts(facts, board).release(), release(wanted, board))) {
        changes++;
      }
    }
    if (changes == 0) {
      say.accept("nothing to change: all boards run this release");
    }
  }

  /** Whether services on any of them speak otherwise now than they shall. */
  private boolean speakOtherwise(List<RemoteBoard> chosen, Map<String, BoardFacts> facts)
      throws IOException {
    for (RemoteBoard board : chosen) {
      String release = Shipping.facts(facts, board).release();
      boolean services = plan.nodes(board.board()).stream().anyMatch(node -> node.kind().service());
      if (services && !release.isEmpty() && board.speaksTls(release) != plan.tls()) {
        return true;
      }
    }
    return false;
  }

  /** What an interrupted run has begun must be ready before a twin of it is taken away. */
  private void awaitThoseThatHaveIt(
      List<RemoteBoard> chosen, Map<String, BoardFacts> facts, Map<String, String> wanted)
      throws IOException {
    Parallel.each(
        chosen,
        board -> {
          String release = release(wanted, board);
          if (Shipping.facts(facts, board).release().equals(release)
              && board.changed(release).isEmpty()) {
            board.await(release, plan.nodes(board.board()), PATIENCE);
          }
        });
  }

  private static String release(Map<String, String> wanted, RemoteBoard board) {
    return Objects.requireNonNull(wanted.get(board.name()));
  }

  /** The first time all start at once, since none can be ready without the others. */
  private void together(List<RemoteBoard> chosen, Map<String, String> wanted) throws IOException {
    long began = System.nanoTime();
    Parallel.each(
        chosen,
        board -> {
          board.inventory(Inventory.text(plan.listed()));
          board.activate(release(wanted, board));
        });
    Parallel.each(
        chosen,
        board -> board.await(release(wanted, board), plan.nodes(board.board()), FIRST_PATIENCE));
    askFrontDoor();
    say.accept("%d boards are up after %s".formatted(chosen.size(), seconds(began)));
  }

  /** Whether anything had to be changed on a board. */
  private boolean one(RemoteBoard board, String before, String release) throws IOException {
    List<String> changed = board.changed(release);
    if (changed.isEmpty() && before.equals(release)) {
      return false;
    }
    long began = System.nanoTime();
    Set<String> leaving = leaving(changed);
    try {
      replace(board, release, leaving);
    } catch (OperatorException e) {
      throw putBack(board, before, release, leaving, e);
    }
    say.accept(
        "%s: %s in %s"
            .formatted(
                board.name(),
                changed.isEmpty() ? "no node had to begin anew" : String.join(" ", changed),
                seconds(began)));
    return true;
  }

  private void replace(RemoteBoard board, String release, Set<String> leaving) throws IOException {
    if (!leaving.isEmpty()) {
      tellAll(leaving);
      if (anyEndsAtOnce(leaving)) {
        pause();
      }
    }
    board.activate(release);
    board.await(release, plan.nodes(board.board()), PATIENCE);
    tellAll(Set.of());
    askFrontDoor();
  }

  private OperatorException putBack(
      RemoteBoard board,
      String before,
      String release,
      Set<String> leaving,
      OperatorException failure)
      throws IOException {
    if (before.isEmpty() || before.equals(release)) {
      return new OperatorException(
          failure.getMessage() + "; there is no release before it on this board", failure);
    }
    try {
      replace(board, before, leaving);
    } catch (OperatorException e) {
      e.addSuppressed(failure);
      return new OperatorException(
          "%s; putting %s back failed, too: %s"
              .formatted(failure.getMessage(), before, e.getMessage()),
          e);
    }
    return new OperatorException(
        "%s; put the release before it back on %s, and left the boards after it alone"
            .formatted(failure.getMessage(), board.name()),
        failure);
  }

  /** Nodes that others can do without for a while: they do not hold data, and are not the last. */
  private Set<String> leaving(List<String> changed) {
    Set<String> leaving = new TreeSet<>();
    for (PlannedNode node : plan.nodes()) {
      boolean others =
          plan.nodes().stream()
              .anyMatch(
                  other -> other.tier().equals(node.tier()) && !changed.contains(other.name()));
      if (changed.contains(node.name()) && !node.kind().keepsPlace() && others) {
        leaving.add(node.name());
      }
    }
    return leaving;
  }

  /** Every board gets the list of nodes without those; one that is off calls nobody. */
  private void tellAll(Set<String> without) throws IOException {
    String yaml =
        Inventory.text(
            plan.listed().stream()
                .filter(listed -> !without.contains(listed.node().name()))
                .toList());
    Parallel.each(
        boards.values(),
        board -> {
          try {
            board.inventory(yaml);
          } catch (OperatorException e) {
            say.accept("not told who is there: " + e.getMessage());
          }
        });
  }

  /** Our services go on serving for longer than callers need; others end when they are told. */
  private boolean anyEndsAtOnce(Set<String> leaving) {
    return plan.nodes().stream()
        .anyMatch(node -> leaving.contains(node.name()) && !node.kind().service());
  }

  /** Callers look at the list now and then; there is nothing to be seen of it from here. */
  private static void pause() throws IOException {
    try {
      Thread.sleep(Inventory.LEAVE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** A page that no edge has in its cache. */
  private void askFrontDoor() throws IOException {
    PlannedNode front = plan.front().orElseThrow();
    for (RemoteBoard board : boards.values()) {
      if (plan.nodes(board.board()).contains(front)) {
        board.front(
            Ports.DEFAULT.http(), "/?ship=" + ThreadLocalRandom.current().nextLong(1, 1L << 40));
      }
    }
  }

  private static String seconds(long since) {
    return "%.1f s".formatted((System.nanoTime() - since) / 1e9);
  }
}
