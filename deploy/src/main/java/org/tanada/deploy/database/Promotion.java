package org.tanada.deploy.database;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tanada.deploy.database.ClusterRole.Peer;
import org.tanada.deploy.state.OperatorException;

/** The statements that make another MariaDB node its cluster's primary, step by step. */
public final class Promotion {
  private static final int LOCK_SECONDS = 5;
  private static final int APPLY_SECONDS = 30;

  private final String cluster;
  private final List<Peer> members;

  /** Promotion in a cluster of the given nodes. */
  public Promotion(String cluster, List<Peer> members) {
    this.cluster = cluster;
    this.members = List.copyOf(members);
  }

  /**
   * How a cluster is.
   *
   * @param term the newest that any node knows
   * @param leader who was promoted then, or the first node
   * @param answers whether that one answers, with its data
   * @param replicas the others that answer, who has most first
   */
  public record Standing(long term, String leader, boolean answers, List<String> replicas) {
    public Standing {
      replicas = List.copyOf(replicas);
    }
  }

  /**
   * Looks.
   *
   * @throws OperatorException if no node answers
   */
  public Standing look() throws IOException {
    List<Member> answering = new ArrayList<>();
    for (Peer member : members) {
      Member.find(member.access()).ifPresent(answering::add);
    }
    Member newest =
        answering.stream()
            .max(Comparator.comparingLong(Member::term))
            .orElseThrow(() ->
                new OperatorException(
                    "no node of " + cluster + " answers: ./tanada status says how they are"));
    String leader = newest.term() == 0 ? members.getFirst().node().name() : newest.leader();
    return new Standing(
        newest.term(),
        leader,
        answering.stream().anyMatch(m -> m.name().equals(leader) && m.term() == newest.term()),
        answering.stream()
            .filter(member -> !member.name().equals(leader))
            .sorted(Comparator.comparingLong(Promotion::reach).reversed())
            .map(Member::name)
            .toList());
  }

  private static long reach(Member member) {
    return member.gtids().received().stream().mapToLong(Gtids.Gtid::sequence).max().orElse(0);
  }

  /** The primary takes no writes any more; whoever waits for a commit has it, or an error. */
  public void freeze(String primary) throws IOException {
    sql(primary)
        .run(
            "SET SESSION lock_wait_timeout = %d; SET GLOBAL read_only = 1".formatted(LOCK_SECONDS));
  }

  /** Takes {@link #freeze} back. */
  public void thaw(String primary) throws IOException {
    sql(primary).run("SET GLOBAL read_only = 0");
  }

  /**
   * Waits until a replica has all that the primary has.
   *
   * @throws OperatorException if it has not in time, or has what the primary lacks
   */
  public void awaitAll(String primary, String replica) throws IOException {
    Gtids its = Member.of(find(replica).access()).gtids();
    Gtids all = Member.of(find(primary).access()).gtids();
    if (!all.lacking(its).isEmpty()) {
      throw new OperatorException(
          "%s has transactions that %s lacks, such as %s: it cannot be promoted"
              .formatted(replica, primary, all.lacking(its).getLast()));
    }
    List<String> position = sql(primary).run("SELECT @@global.gtid_current_pos");
    if (!position.isEmpty()) {
      awaitApplied(replica, position.getFirst());
    }
  }

  private void awaitApplied(String replica, String position) throws IOException {
    List<String> reached =
        new Sql(find(replica).access(), APPLY_SECONDS + 5)
            .run("SELECT MASTER_GTID_WAIT('%s', %d)".formatted(position, APPLY_SECONDS));
    if (!reached.equals(List.of("0"))) {
      throw new OperatorException(
          "%s did not apply all up to %s within %d s: ./tanada shards says how far it is behind"
              .formatted(replica, position, APPLY_SECONDS));
    }
  }

  /** A replica applies all that it had received from a primary that is gone. */
  public void applyReceived(String replica) throws IOException {
    Sql sql = sql(replica);
    Map<String, String> status = sql.row("SHOW REPLICA STATUS");
    if (status.isEmpty()) {
      return; // a promotion before this one was interrupted, or it never followed
    }
    // in this order: with both threads stopped, what was received and not applied is thrown away
    sql.run("START SLAVE SQL_THREAD; STOP SLAVE IO_THREAD");
    status = sql.row("SHOW REPLICA STATUS");
    if (!status.getOrDefault("Last_SQL_Errno", "0").equals("0")) {
      throw new OperatorException(
          replica + " cannot apply what it received: " + status.get("Last_SQL_Error"));
    }
    String received = status.getOrDefault("Gtid_IO_Pos", "");
    if (!received.isEmpty()) {
      awaitApplied(replica, received);
    }
  }

  /**
   * How many writes a replica lacks at most.
   *
   * @param acknowledged positions that clients were told of
   * @return empty if none is given: then nobody knows
   */
  public Optional<Long> missing(String replica, List<String> acknowledged) throws IOException {
    Gtids has = Member.of(find(replica).access()).gtids();
    return acknowledged.stream()
        .map(position -> has.missing(Gtids.Gtid.of(position)))
        .max(Comparator.naturalOrder());
  }

  /**
   * Makes a replica the primary. If it is interrupted after the term is written, the node's keeper
   * does the rest.
   */
  public void begin(String replica, long term) throws IOException {
    long micros = System.currentTimeMillis() * 1000;
    sql(replica)
        .run(
            """
            STOP SLAVE; RESET SLAVE ALL;
            CREATE DATABASE IF NOT EXISTS tanada_cluster;
            CREATE TABLE IF NOT EXISTS tanada_cluster.term (
              term BIGINT PRIMARY KEY, node VARCHAR(64) NOT NULL, began_at BIGINT NOT NULL);
            INSERT INTO tanada_cluster.term VALUES (%d, '%s', %d);
            """
                    .formatted(term, replica, micros)
                + ClusterRole.primarySettings(members.size() > 1));
  }

  private Peer find(String name) {
    return members.stream()
        .filter(member -> member.node().name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new OperatorException("there is no node \"" + name + "\" in " + cluster));
  }

  private Sql sql(String name) {
    return new Sql(find(name).access());
  }
}
