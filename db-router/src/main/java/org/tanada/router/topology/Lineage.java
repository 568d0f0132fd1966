package org.tanada.router.topology;

/**
 * Which of its cluster's primaries a database knows as the last, and what it has of them.
 *
 * @param term grows with each promotion; 0 before the first one
 * @param leader the node that was promoted last; empty before the first promotion
 * @param history all transactions that it has, as its dialect writes them
 * @param at when it was observed, by {@link System#nanoTime}
 */
record Lineage(long term, String leader, String history, long at) {
  /** The newest promotion; the table is not there before the first one. */
  static final String NEWEST =
      "SELECT term, node FROM tanada_cluster.term ORDER BY term DESC LIMIT 1";

  /** Of a database that was not observed. */
  static final Lineage NONE = new Lineage(0, "", "", 0);

  /** Whether a node may be the primary: before the first promotion whoever is writable. */
  boolean mayLead(String node) {
    return term == 0 || leader.equals(node);
  }
}
