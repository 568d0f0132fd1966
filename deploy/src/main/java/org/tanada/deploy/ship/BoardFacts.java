package org.tanada.deploy.ship;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a board said about itself.
 *
 * @param architecture as {@code uname -m} says it
 * @param java path of Java 25; empty when it has none
 * @param systemd its version
 * @param missing programs that its nodes need
 * @param release the one in force; empty when there is none
 * @param shelf the one that it belongs to; empty when it is new
 * @param running nodes that run, and the version of their files
 */
record BoardFacts(
    String architecture,
    String java,
    int systemd,
    List<String> missing,
    String release,
    String shelf,
    Map<String, String> running) {
  BoardFacts {
    missing = List.copyOf(missing);
    running = Map.copyOf(running);
  }

  /** Reads the answer of {@code probe}. */
  static BoardFacts parse(String answer) {
    Map<String, String> running = new TreeMap<>();
    Map<String, String> facts = new TreeMap<>();
    for (String line : answer.lines().toList()) {
      String[] words = line.split(" ", 3);
      if (words[0].equals("node") && words.length == 3) {
        running.put(words[1], words[2]);
      } else if (words.length >= 2) {
        facts.merge(words[0], words[1], (one, other) -> one + " " + other);
      }
    }
    String missing = facts.getOrDefault("missing", "");
    return new BoardFacts(
        facts.getOrDefault("architecture", ""),
        facts.getOrDefault("java", ""),
        Integer.parseInt(facts.getOrDefault("systemd", "0")),
        missing.isEmpty() ? List.of() : List.of(missing.split(" ")),
        facts.getOrDefault("release", ""),
        facts.getOrDefault("shelf", ""),
        running);
  }
}
