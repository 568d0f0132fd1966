package org.tanada.router.topology;

import org.springframework.stereotype.Component;
import org.tanada.common.row.ShardsContract.ClusterState;
import org.tanada.common.row.ShardsContract.ClusterStates;
import org.tanada.common.row.ShardsContract.MemberState;

/** The clusters as this router sees them, for operators. */
@Component
public final class ClusterListing {
  private final Clusters clusters;

  ClusterListing(Clusters clusters) {
    this.clusters = clusters;
  }

  /** All that was last observed. */
  public ClusterStates list() {
    return new ClusterStates(clusters.all().stream().map(ClusterListing::state).toList());
  }

  private static ClusterState state(Cluster cluster) {
    return new ClusterState(
        cluster.number(),
        cluster.memory().term(),
        cluster.memory().acknowledged(),
        cluster.nodes().stream().map(node -> state(cluster, node)).toList());
  }

  private static MemberState state(Cluster cluster, DatabaseNode node) {
    Observation seen = node.observation();
    Lineage lineage = seen.lineage();
    boolean usurper = seen.writable() && !cluster.isPrimary(node);
    return new MemberState(
        node.name(),
        usurper ? "unfit" : seen.role(),
        lineage.term(),
        seen.lagSeconds() < 0 ? null : Long.valueOf(seen.lagSeconds()),
        lineage.history().isEmpty() ? "" : node.dialect().brief(lineage.history()),
        usurper ? "writable, and not the only primary of the newest term" : seen.remark());
  }
}
