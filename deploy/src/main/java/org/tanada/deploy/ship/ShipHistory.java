package org.tanada.deploy.ship;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which release each board had after each ship, so that there is a way back.
 *
 * @param complete the last ones, the newest at the end
 * @param pending the one that was begun and has not ended well; empty when there is none
 */
record ShipHistory(List<Map<String, String>> complete, Map<String, String> pending) {
  /** Nothing was ever shipped. */
  static final ShipHistory NOTHING = new ShipHistory(List.of(), Map.of());

  private static final int KEPT = 3;

  ShipHistory {
    complete = complete.stream().map(Map::copyOf).toList();
    pending = Map.copyOf(pending);
  }

  /** The same with a ship begun: board to release, for the boards that change. */
  ShipHistory begin(Map<String, String> releases) {
    Map<String, String> all = new TreeMap<>(complete.isEmpty() ? Map.of() : complete.getLast());
    all.putAll(releases);
    return new ShipHistory(complete, all);
  }

  /** The same with the pending one complete. */
  ShipHistory end() {
    List<Map<String, String>> more = new ArrayList<>(complete);
    if (more.isEmpty() || !more.getLast().equals(pending)) {
      more.add(pending);
    }
    return new ShipHistory(more.subList(Math.max(0, more.size() - KEPT), more.size()), Map.of());
  }

  /** What to go back to: from a ship that failed the one before it, else the last but one. */
  Optional<ShipHistory> back() {
    int kept = complete.size() - (pending.isEmpty() ? 1 : 0);
    return kept < 1
        ? Optional.empty()
        : Optional.of(new ShipHistory(complete.subList(0, kept - 1), complete.get(kept - 1)));
  }

  /** A board's releases that must stay on it. */
  Set<String> kept(String board) {
    Set<String> kept = new LinkedHashSet<>();
    for (Map<String, String> one : complete) {
      kept.add(one.getOrDefault(board, ""));
    }
    kept.add(pending.getOrDefault(board, ""));
    kept.remove("");
    return kept;
  }
}
