package org.tanada.router;

import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.common.row.ShardsContract;
import org.tanada.router.move.MoveListing;
import org.tanada.router.move.ShardMoves;
import org.tanada.router.topology.ClusterListing;

/** The shards contract over HTTP. */
@RestController
final class ShardsController implements ShardsContract {
  private final ShardMoves moves;
  private final MoveListing listing;
  private final ClusterListing clusters;

  ShardsController(ShardMoves moves, MoveListing listing, ClusterListing clusters) {
    this.moves = moves;
    this.listing = listing;
    this.clusters = clusters;
  }

  @Override
  public Listing list() {
    return listing.list();
  }

  @Override
  public ClusterStates clusters() {
    return clusters.list();
  }

  @Override
  public void move(@RequestBody Move move) {
    moves.start(move.shard(), move.to());
  }

  @Override
  public void abort(@RequestBody Shard shard) {
    moves.abort(shard.shard());
  }

  @Override
  public Cleaned clean(@RequestBody Shard shard) {
    return new Cleaned(moves.clean(shard.shard()));
  }
}
