package org.tanada.deploy.command;

import java.util.List;
import org.tanada.common.row.ShardsContract.ClusterState;
import org.tanada.common.row.ShardsContract.MemberState;

/** The databases as a router sees them, each unfit one with what to do. */
final class ClusterTable {
  private ClusterTable() {}

  static List<String> lines(List<ClusterState> clusters) {
    Table table = new Table(List.of("NODE", "ROLE", "TERM", "BEHIND", "POSITION"), List.of(2, 3));
    for (ClusterState cluster : clusters) {
      boolean led = cluster.members().stream().anyMatch(member -> member.role().equals("primary"));
      for (MemberState member : cluster.members()) {
        table.row(
            List.of(
                member.node(),
                member.role(),
                String.valueOf(member.term()),
                member.lagSeconds() == null ? "–" : member.lagSeconds() + " s",
                member.position().isEmpty() ? "–" : member.position()),
            member.remark().isEmpty()
                ? ""
                : member.remark() + ": " + advice("mysql-" + cluster.number(), member, led));
      }
    }
    return table.lines();
  }

  private static String advice(String cluster, MemberState member, boolean led) {
    if (!led && member.role().equals("unreachable")) {
      return "./tanada start "
          + member.node()
          + ", or, if it stays away, ./tanada shards promote "
          + cluster;
    }
    if (!led) {
      return "the cluster has no primary, ./tanada shards promote " + cluster;
    }
    if (member.role().equals("unreachable")) {
      return "./tanada status says how it is";
    }
    if (member.remark().startsWith("too far behind")) {
      return "it is read again when it has caught up";
    }
    if (member.remark().startsWith("has transactions")) {
      return "it is not read, and made anew by itself";
    }
    return "./tanada up heals it, ./tanada logs " + member.node() + " says why";
  }
}
