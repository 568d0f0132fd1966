package org.tanada.deploy.command;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tanada.common.row.ShardsContract.Copy;
import org.tanada.common.row.ShardsContract.Listing;
import org.tanada.common.row.ShardsContract.Move;

/** Which shards to move where; the fewest that do. */
final class ShardPlan {
  private final Map<Integer, List<Copy>> byCluster = new TreeMap<>();
  private final List<Move> moves = new ArrayList<>();

  private ShardPlan(Listing listing) {
    listing.clusters().forEach(cluster -> byCluster.put(cluster, new ArrayList<>()));
    listing.copies().stream()
        .filter(copy -> copy.state().equals("active"))
        .sorted(Comparator.comparingLong(Copy::bytes))
        .forEach(copy ->
            byCluster.computeIfAbsent(copy.cluster(), number -> new ArrayList<>()).add(copy));
  }

  /** Makes the clusters' numbers of shards the same, within one. */
  static List<Move> balance(Listing listing) {
    ShardPlan plan = new ShardPlan(listing);
    while (plan.byCluster.size() > 1) {
      int fullest = plan.fullest();
      int emptiest = plan.emptiest(plan.byCluster.keySet());
      if (plan.size(fullest) - plan.size(emptiest) < 2) {
        break;
      }
      plan.move(fullest, emptiest);
    }
    return plan.moves;
  }

  /** Empties a cluster, evenly into the others; nothing if there is no other. */
  static List<Move> drain(Listing listing, int cluster) {
    ShardPlan plan = new ShardPlan(listing);
    List<Integer> others =
        plan.byCluster.keySet().stream().filter(number -> number != cluster).toList();
    while (!others.isEmpty() && plan.size(cluster) > 0) {
      plan.move(cluster, plan.emptiest(others));
    }
    return plan.moves;
  }

  private int size(int cluster) {
    return byCluster.getOrDefault(cluster, List.of()).size();
  }

  private int fullest() {
    return byCluster.keySet().stream().max(Comparator.comparingInt(this::size)).orElseThrow();
  }

  private int emptiest(Collection<Integer> clusters) {
    return clusters.stream().min(Comparator.comparingInt(this::size)).orElseThrow();
  }

  private void move(int from, int to) {
    Copy copy = byCluster.getOrDefault(from, new ArrayList<>()).removeFirst(); // the smallest
    byCluster.computeIfAbsent(to, number -> new ArrayList<>()).add(copy);
    moves.add(new Move(copy.shard(), to));
  }
}
