package org.tanada.deploy.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tanada.common.row.ShardsContract.Copy;
import org.tanada.common.row.ShardsContract.Listing;
import org.tanada.common.row.ShardsContract.Move;

class ShardPlanTests {
  private static Listing listing(List<Integer> clusters, int... placed) {
    List<Copy> copies = new ArrayList<>();
    for (int shard = 0; shard < placed.length; shard++) {
      copies.add(new Copy(shard, placed[shard], "active", 1, 10, 1000L - shard, "14"));
    }
    return new Listing(clusters, copies, List.of());
  }

  @Test
  void newClusterTakesItsShareWithinOneShard() {
    List<Move> moves = ShardPlan.balance(listing(List.of(1, 2, 3), 1, 2, 1, 2, 1, 2, 1, 2));

    assertThat(moves).hasSize(2).allMatch(move -> move.to() == 3);
  }

  @Test
  void evenClustersAreLeftAlone() {
    assertThat(ShardPlan.balance(listing(List.of(1, 2), 1, 2, 1))).isEmpty();
    assertThat(ShardPlan.balance(listing(List.of(1), 1, 1, 1))).isEmpty();
  }

  @Test
  void theSmallestShardsAreMoved() {
    assertThat(ShardPlan.balance(listing(List.of(1, 2), 1, 1))).containsExactly(new Move(1, 2));
  }

  @Test
  void drainedClusterGoesEvenlyToTheOthers() {
    List<Move> moves = ShardPlan.drain(listing(List.of(1, 2, 3), 1, 1, 1, 1, 2, 3), 1);

    assertThat(moves).hasSize(4);
    assertThat(moves.stream().filter(move -> move.to() == 2)).hasSize(2);
    assertThat(ShardPlan.drain(listing(List.of(1), 1, 1), 1)).isEmpty();
  }
}
