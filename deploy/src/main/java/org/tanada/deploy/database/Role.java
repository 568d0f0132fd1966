package org.tanada.deploy.database;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a database has to be, by what it and the others of its cluster know of promotions. */
sealed interface Role {
  /** The primary. */
  record Lead() implements Role {}

  /**
   * A replica.
   *
   * @param leader of that node
   */
  record Follow(String leader) implements Role {}

  /**
   * Neither: it takes no writes until an operator has decided.
   *
   * @param why and what to do
   */
  record Undecided(String why) implements Role {}

  /**
   * Decides.
   *
   * @param own what the node itself knows
   * @param others of its cluster that answer: it does not wait for the rest
   * @param first the primary of a cluster in which nobody was ever promoted
   */
  static Role of(Member own, List<Member> others, String first) {
    long term =
        Stream.concat(Stream.of(own), others.stream()).mapToLong(Member::term).max().orElse(0);
    Set<String> leaders =
        Stream.concat(Stream.of(own), others.stream())
            .filter(member -> member.term() == term)
            .map(member -> term == 0 ? first : member.leader())
            .collect(Collectors.toSet());
    String cluster = own.name().substring(0, own.name().lastIndexOf('-'));
    if (leaders.size() > 1) {
      return new Undecided(
          "%s was promoted twice in term %d: ./tanada shards promote %s --to the one that is right"
              .formatted(cluster, term, cluster));
    }
    String leader = leaders.iterator().next();
    if (!leader.equals(own.name())) {
      return new Follow(leader);
    }
    return own.term() < term
        ? new Undecided(
            "the data that made it the primary are gone: ./tanada shards promote " + cluster)
        : new Lead();
  }
}
