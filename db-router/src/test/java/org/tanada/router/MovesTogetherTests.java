package org.tanada.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.row.ShardsContract.Move;
import org.tanada.router.move.MoveProbe;
import org.tanada.router.move.ShardMoves;

/** Several moves at once, between two clusters of their own. */
@Tag("servers")
final class MovesTogetherTests {
  private static final int SHARDS = 10;

  private final Servers servers = Servers.get();

  @Test
  void movesInBothDirectionsUnderLoadAreAllRightAndAFifthIsRefused() throws Exception {
    Servers.Database one = servers.fresh("together-1-a");
    Servers.Database two = servers.fresh("together-2-a");
    String inventory = "mysql-1:\n" + one.line() + "mysql-2:\n" + two.line();
    List<MoveLoad> loads = new ArrayList<>();
    try (Router mover = new Router("together-1", servers.inventory(inventory), SHARDS);
        Router other = new Router("together-2", servers.inventory(inventory), SHARDS)) {
      mover.awaitReady();
      other.awaitReady();
      for (int shard = 0; shard < 4; shard++) {
        loads.add(new MoveLoad(shard, List.of(mover, other), 1));
      }
      Servers.await("there is load", () -> loads.stream().allMatch(load -> load.written() > 20));
      Set<Integer> reached = ConcurrentHashMap.newKeySet();
      CountDownLatch refused = new CountDownLatch(1);
      mover
          .context
          .getBean(ShardMoves.class)
          .probe(
              new MoveProbe() {
                @Override
                public void reached(int shard, Step step) {
                  if (step == Step.CHUNK_COPIED && reached.add(shard)) {
                    await(refused);
                  }
                }
              });

      for (int shard = 0; shard < 4; shard++) {
        mover.shards.move(new Move(shard, 2 - shard % 2)); // the even ones there, the odd ones back
      }
      try {
        Servers.await("all four are under way", () -> reached.size() == 4);
      } catch (AssertionError e) {
        throw new AssertionError(reached + " only: " + other.shards.list().moves(), e);
      }
      RowsTests.assertProblem(ProblemCode.CONFLICT, () -> mover.shards.move(new Move(4, 2)));
      other.shards.move(new Move(4, 2)); // another router has its own four
      refused.countDown();

      Servers.await(
          "all five are at their new places",
          () -> {
            List<String> places =
                other.shards.list().copies().stream()
                    .filter(copy -> copy.state().equals("active") && copy.shard() < 5)
                    .map(copy -> copy.shard() + " in " + copy.cluster())
                    .sorted()
                    .toList();
            return places.equals(List.of("0 in 2", "1 in 1", "2 in 2", "3 in 1", "4 in 2"));
          });
      List<Long> before = loads.stream().map(MoveLoad::written).toList();
      Servers.await(
          "the load goes on",
          () -> {
            for (int i = 0; i < loads.size(); i++) {
              if (loads.get(i).written() < before.get(i) + 20) {
                return false;
              }
            }
            return true;
          });
      for (MoveLoad load : loads) {
        load.stop();
      }
      loads.forEach(MoveLoad::check);
      assertThat(other.ready()).isTrue();
    } finally {
      loads.forEach(MoveLoad::close);
      one.remove();
      two.remove();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
