package org.tanada.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tanada.common.row.ShardsContract;

/** What people read in SQL over all shards of a cluster. */
@Tag("servers")
final class ViewTests {
  private final Servers servers = Servers.get();

  @Test
  void rowsOfEveryShardAreInOneViewAndFollowItsMoves() throws Exception {
    Servers.Database one = servers.fresh("views-1-a");
    Servers.Database two = servers.fresh("views-2-a");
    try (Router router =
        new Router(
            "views-router",
            servers.inventory("mysql-1:\n" + one.line() + "mysql-2:\n" + two.line()),
            4)) {
      router.awaitReady();
      for (int shard = 0; shard < 4; shard++) {
        long id = Router.id(shard);
        router.commit(id, Router.user(id, "u" + id), Router.video(id, "v" + shard, "draft"));
      }

      Servers.await("each cluster shows its two", () -> videos(one) == 2 && videos(two) == 2);
      assertThat(number(one, "SELECT COUNT(*) FROM tanada_all.v_all_users")).isEqualTo(2);
      assertThat(
              number(
                  one,
                  "SELECT COUNT(*) FROM information_schema.views WHERE table_schema = 'tanada_all'"))
          .isEqualTo(4);

      if (servers instanceof MariaDbServers) {
        assertThat(recipe(one.port, two.port)).isEqualTo("draft 4 1800"); // by the real client
      }

      for (int shard : new int[] {0, 2}) { // side by side: one's views do not spoil the other
        router.shards.move(new ShardsContract.Move(shard, 2));
      }
      Servers.await(
          "both have moved",
          () -> {
            // where they go first: else one that moves between the two questions counts twice
            assertThat(videos(two) + videos(one)).isLessThanOrEqualTo(4);
            return router.shards.list().copies().stream()
                    .filter(copy -> copy.cluster() == 2 && copy.state().equals("active"))
                    .count()
                == 4;
          });
      Servers.await("their rows are there", () -> videos(one) == 0 && videos(two) == 4);
      Servers.await("the views of the first cluster name no shard", () -> !names(one, "tanada_0"));
      router.shards.clean(new ShardsContract.Shard(0));
      assertThat(videos(one)).isZero();
    } finally {
      one.remove();
      two.remove();
    }
  }

  /** What docs/operations.md says, with the addresses and the account of this test. */
  private static String recipe(int one, int two) throws Exception {
    String document = Files.readString(Path.of("../docs/operations.md"));
    String part = document.substring(document.indexOf("### Questions in SQL"));
    String script =
        part.substring(part.indexOf("```sh") + 5, part.indexOf("```\n", part.indexOf("```sh") + 5))
            .replace("$(cat .tanada/secrets/analyst-password)", Servers.PASSWORD)
            .replace("analyst", Servers.ACCOUNT)
            .replace("9801 9802", one + " " + two);
    Process bash = new ProcessBuilder("bash", "-ec", script).redirectErrorStream(true).start();
    return new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }

  private static boolean names(Servers.Database database, String schema) throws SQLException {
    return number(
            database,
            "SELECT COUNT(*) FROM information_schema.views WHERE table_schema = 'tanada_all'"
                + " AND view_definition LIKE '%"
                + schema
                + "%'")
        > 0;
  }

  private static long videos(Servers.Database database) throws SQLException {
    return number(database, "SELECT COUNT(*) FROM tanada_all.v_all_videos");
  }

  private static long number(Servers.Database database, String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      found.next();
      return found.getLong(1);
    }
  }
}
