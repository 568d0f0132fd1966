package org.tanada.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tanada.common.row.ShardsContract;

/**
 * Moves between clusters that are new; with the containers one is MySQL, and the other MariaDB as a
 * process of this machine.
 */
@Tag("servers")
final class MoveBetweenDialectsTests {
  @Test
  void shardGoesToTheOtherDialectAndBackUnderLoad() throws Exception {
    Servers servers = Servers.get();
    Servers others = servers instanceof MySqlServers ? new MariaDbServers() : servers;
    Servers.Database one = servers.fresh("dialects-1-a");
    Servers.Database two = others.fresh("dialects-2-a");
    Path inventory = servers.inventory("mysql-1:\n" + one.line() + "mysql-2:\n" + two.line());
    try (Router router = new Router("dialects-router-1", inventory, 2);
        Router other = new Router("dialects-router-2", inventory, 2)) {
      router.awaitReady();
      other.awaitReady();
      try (MoveLoad load = new MoveLoad(0, List.of(router, other), 3)) {
        for (int to : List.of(2, 1)) {
          long before = load.written();
          Servers.await("there is load", () -> load.written() > before + 30);
          other.shards.move(new ShardsContract.Move(0, to));
          Servers.await("the shard is in " + to, () -> place(router) == to);
        }
        load.stop();
        load.check();
      }
      assertThat(router.shards.clean(new ShardsContract.Shard(0)).clusters()).containsExactly(2);
    } finally {
      one.remove();
      two.remove();
      if (others != servers) {
        others.close();
      }
    }
  }

  private static int place(Router router) {
    return router.shards.list().copies().stream()
        .filter(copy -> copy.shard() == 0 && copy.state().equals("active"))
        .mapToInt(ShardsContract.Copy::cluster)
        .findFirst()
        .orElse(0);
  }
}
