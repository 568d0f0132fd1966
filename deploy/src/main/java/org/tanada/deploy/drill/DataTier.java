package org.tanada.deploy.drill;

import java.io.IOException;
import java.util.List;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.ShardsContract;

/** The routers of the running system, and what only they can tell or do. */
public interface DataTier {
  /**
   * A client of each router that should be running; it asks that one alone, and throws {@link
   * org.tanada.common.problem.ProblemException} for what it refuses and {@link
   * org.springframework.web.client.RestClientException} when it does not answer.
   */
  List<RowsContract> routers();

  /** Where the virtual shards are. */
  ShardsContract.Listing shards() throws IOException;

  /** The clusters as a router sees them. */
  List<ShardsContract.ClusterState> clusters() throws IOException;

  /**
   * Makes a replica of a cluster its primary, if no acknowledged write is lost.
   *
   * @return its name
   */
  String promote(int cluster) throws IOException;

  /** Whether that can be done with these databases. */
  boolean promotes() throws IOException;

  /** Moves a virtual shard to another cluster; returns when it is there. */
  void move(int shard, int cluster) throws IOException;
}
