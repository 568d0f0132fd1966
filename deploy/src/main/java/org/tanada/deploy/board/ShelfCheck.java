package org.tanada.deploy.board;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.tanada.deploy.doctor.Finding;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.Purpose;

/** Whether a shelf can work, and what would be lost with one of its boards. */
public final class ShelfCheck {
  private static final List<String> NEEDED =
      List.of("nginx", "edge", "lb", "app", "auth", "router", "memcached", "mysql-1");

  private final Shelf shelf;
  private final List<Finding> findings = new ArrayList<>();

  private ShelfCheck(Shelf shelf) {
    this.shelf = shelf;
  }

  /** Looks at a shelf; nothing found means that it can work and no board is missed. */
  public static List<Finding> of(Shelf shelf) {
    ShelfCheck check = new ShelfCheck(shelf);
    check.addresses();
    shelf.boards().forEach(check::memory);
    check.tiers();
    check.databases();
    return List.copyOf(check.findings);
  }

  private void addresses() {
    Map<String, String> seen = new HashMap<>();
    for (Board board : shelf.boards()) {
      String other = seen.putIfAbsent(board.address(), board.name());
      if (other != null) {
        bad(board.name(), "it has the address of " + other, "give each board its own");
      }
    }
  }

  private void memory(Board board) {
    int needed = BoardPlan.leastMegabytes(board);
    if (needed > board.memoryMegabytes()) {
      bad(
          board.name(),
          "its roles need %,d MB with the system, and it has %,d MB"
              .formatted(needed, board.memoryMegabytes()),
          "move a role to another board");
    }
  }

  /** Every tier is there, and two nodes that hold the same are on two boards. */
  private void tiers() {
    Set<String> needed = new LinkedHashSet<>(NEEDED);
    needed.addAll(Purpose.neededTiers());
    needed.addAll(shelf.purposes().keySet());
    for (String tier : needed) {
      List<Board> boards = having(tier);
      if (boards.isEmpty()) {
        bad(tier, "no board has this role", "give it to one");
      } else if (boards.size() == 1 && tier.startsWith("storage-")) {
        note(
            tier, "its files are on " + boards.getFirst().name() + " alone", "give it to a second");
      } else if (boards.size() == 1 && !tier.startsWith("mysql-")) {
        note(
            tier,
            "all of it is on " + boards.getFirst().name(),
            "a second board would carry on when that one is unplugged");
      }
    }
    if (having("nginx").size() > 1) {
      bad("nginx", "two boards have it, and a browser finds one", "leave one front door");
    }
  }

  private void databases() {
    Set<String> clusters = new TreeSet<>();
    shelf
        .boards()
        .forEach(board ->
            board.roles().stream()
                .filter(role -> role.kind() == Kind.MYSQL)
                .forEach(role -> clusters.add(role.tier())));
    for (String cluster : clusters) {
      Set<Integer> copies = new HashSet<>();
      for (Board board : shelf.boards()) {
        int here = 0;
        for (Role role : board.roles()) {
          if (role.tier().equals(cluster)) {
            here++;
            if (!copies.add(role.copy())) {
              bad(role.toString(), "two boards have it", "one of them is -b, or another cluster");
            }
          }
        }
        if (here > 1) {
          bad(
              cluster,
              "both copies are on " + board.name(),
              "unplugging it would take the data away: put the replica on another board");
        }
      }
      if (!copies.contains(1)) {
        bad(cluster, "it has no primary", "give " + cluster + "-a to a board");
      } else if (copies.size() == 1) {
        note(cluster, "it has no replica", "give " + cluster + "-b to another board");
      }
    }
  }

  private List<Board> having(String tier) {
    return shelf.boards().stream()
        .filter(board -> board.roles().stream().anyMatch(role -> role.tier().equals(tier)))
        .toList();
  }

  private void bad(String subject, String fact, String advice) {
    findings.add(new Finding(subject, Finding.Grade.BAD, fact, advice));
  }

  private void note(String subject, String fact, String advice) {
    findings.add(new Finding(subject, Finding.Grade.NOTABLE, fact, advice));
  }
}
