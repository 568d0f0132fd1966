package org.tanada.deploy.database;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * All transactions that a MariaDB node has, by the last one of each server.
 *
 * @param logged those of its binary log
 * @param received how far it had come as a replica; a copy has no log of what was before it
 */
record Gtids(List<Gtid> logged, List<Gtid> received) {
  Gtids {
    logged = List.copyOf(logged);
    received = List.copyOf(received);
  }

  /**
   * One transaction: {@code domain-server-sequence}; the sequence goes on from primary to primary.
   */
  record Gtid(long domain, long server, long sequence) {
    static Gtid of(String text) {
      String[] parts = text.strip().split("-", -1);
      return new Gtid(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
    }

    private boolean sameServer(Gtid other) {
      return domain == other.domain && server == other.server;
    }

    @Override
    public String toString() {
      return domain + "-" + server + "-" + sequence;
    }
  }

  /** Of what the server says: {@code gtid_binlog_state} and {@code gtid_slave_pos}. */
  static Gtids of(String logged, String received) {
    return new Gtids(list(logged), list(received));
  }

  private static List<Gtid> list(String text) {
    return Arrays.stream(text.split(",", -1)).filter(t -> !t.isBlank()).map(Gtid::of).toList();
  }

  /** Whether it has none at all. */
  boolean isEmpty() {
    return logged.isEmpty() && received.isEmpty();
  }

  /** What of an earlier state is not in this one. */
  List<Gtid> lacking(Gtids earlier) {
    return earlier.all().filter(gtid -> !contains(gtid)).distinct().toList();
  }

  /**
   * How many transactions up to the given one are missing. One that is not of its history although
   * it went on is one at least.
   */
  long missing(Gtid newest) {
    return contains(newest) ? 0 : Math.max(1, newest.sequence() - sequence(newest.domain()));
  }

  /** The last sequence number of a domain; 0 if there is none. */
  long sequence(long domain) {
    return all().filter(gtid -> gtid.domain() == domain).mapToLong(Gtid::sequence).max().orElse(0);
  }

  private boolean contains(Gtid wanted) {
    List<Gtid> same = all().filter(wanted::sameServer).toList();
    Stream<Gtid> reach =
        same.isEmpty()
            ? received.stream().filter(gtid -> gtid.domain() == wanted.domain())
            : same.stream();
    return reach.anyMatch(gtid -> gtid.sequence() >= wanted.sequence());
  }

  private Stream<Gtid> all() {
    return Stream.concat(logged.stream(), received.stream());
  }
}
