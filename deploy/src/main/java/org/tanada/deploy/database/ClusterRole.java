package org.tanada.deploy.database;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.tanada.deploy.topology.PlannedNode;

/**
 * Keeps a database what it has to be. It starts read-only; it becomes writable, or follows, when it
 * and the others of its cluster have been asked who was promoted last.
 */
public final class ClusterRole {
  private final DatabaseFiles own;
  private final List<Peer> peers;
  private final BooleanSupplier held;

  /**
   * Another node of the cluster.
   *
   * @param node where it is
   * @param access how to ask it
   */
  public record Peer(PlannedNode node, Access access) {}

  /**
   * The role of a node.
   *
   * @param peers all others of its cluster
   * @param held whether somebody is promoting there now: then it is left alone
   */
  public ClusterRole(DatabaseFiles own, List<Peer> peers, BooleanSupplier held) {
    this.own = own;
    this.peers = List.copyOf(peers);
    this.held = held;
  }

  /**
   * Looks, and does what is needed.
   *
   * @throws org.tanada.deploy.state.OperatorException if the node itself does not answer
   */
  public Replication.Health keep() throws IOException {
    Member self = Member.of(own.access());
    List<Member> others = new ArrayList<>();
    for (Peer peer : peers) {
      Member.find(peer.access()).ifPresent(others::add);
    }
    if (held.getAsBoolean()) {
      return self.writable()
          ? new Replication.Health.Leading()
          : new Replication.Health.Waiting("another primary is being made");
    }
    return switch (Role.of(self, others, first())) {
      case Role.Lead() -> lead(self);
      case Role.Follow(String leader) -> follow(self, leader, others);
      case Role.Undecided(String why) -> {
        stopWrites(self);
        yield new Replication.Health.Waiting(why);
      }
    };
  }

  /** Whether one of the others knows that somebody else than the given node was promoted last. */
  public static boolean replaced(String node, List<Peer> peers) throws IOException {
    for (Peer peer : peers) {
      if (Member.find(peer.access())
          .filter(member -> member.term() > 0 && !member.leader().equals(node))
          .isPresent()) {
        return true;
      }
    }
    return false;
  }

  /** The primary of a cluster in which nobody was ever promoted. */
  private String first() {
    String name = own.name();
    return name.substring(0, name.lastIndexOf('-')) + "-a";
  }

  private Replication.Health lead(Member self) throws IOException {
    boolean wait = !peers.isEmpty();
    if (!self.writable() || self.acknowledged() != wait) {
      new Sql(own).run("STOP SLAVE; RESET SLAVE ALL; " + primarySettings(wait));
    }
    return new Replication.Health.Leading();
  }

  /**
   * What makes a server a primary that keeps what it acknowledges.
   *
   * @param wait whether commits wait for the receipt of a replica
   */
  static String primarySettings(boolean wait) {
    return """
    SET GLOBAL innodb_flush_log_at_trx_commit = 1;
    SET GLOBAL sync_binlog = 1;
    SET GLOBAL rpl_semi_sync_slave_enabled = 0;
    SET GLOBAL rpl_semi_sync_master_enabled = %d;
    SET GLOBAL read_only = 0;
    """
        .formatted(wait ? 1 : 0);
  }

  private Replication.Health follow(Member self, String name, List<Member> others)
      throws IOException {
    stopWrites(self);
    Peer leader =
        peers.stream().filter(peer -> peer.node().name().equals(name)).findFirst().orElse(null);
    if (leader == null) {
      return new Replication.Health.Waiting(name + ", its primary, is not there any more");
    }
    Member primary =
        others.stream().filter(member -> member.name().equals(name)).findFirst().orElse(null);
    if (primary == null) {
      return new Replication.Health.Waiting("its primary does not answer");
    }
    if (!primary.gtids().lacking(self.gtids()).isEmpty()) {
      // asked again: whoever takes a node's data away looks twice
      List<Gtids.Gtid> errant = Member.of(leader.access()).gtids().lacking(self.gtids());
      if (!errant.isEmpty()) {
        return new Replication.Health.Errant(name, errant.getLast().toString());
      }
    }
    return new Replication(own, leader.node(), leader.access()).check();
  }

  private void stopWrites(Member self) throws IOException {
    if (self.writable()) {
      new Sql(own).run("SET GLOBAL read_only = 1");
    }
  }
}
