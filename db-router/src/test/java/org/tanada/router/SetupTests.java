package org.tanada.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.RowsContract;

/** How an installation comes to be. */
@Tag("servers")
final class SetupTests {
  private final Servers servers = Servers.get();

  @Test
  void routersThatRaceMakeOneInstallation() throws Exception {
    Servers.Database one = servers.fresh("race-1-a");
    Servers.Database two = servers.fresh("race-2-a");
    Path inventory = servers.inventory("mysql-1:\n" + one.line() + "mysql-2:\n" + two.line());

    List<Router> routers = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
      List<Future<Router>> starting =
          List.of(
              pool.submit(() -> new Router("race-router-1", inventory, 6)),
              pool.submit(() -> new Router("race-router-2", inventory, 6)));
      for (Future<Router> router : starting) {
        routers.add(router.get());
      }
      routers.forEach(Router::awaitReady);

      assertThat(active(one)).isEqualTo(List.of(0, 2, 4));
      assertThat(active(two)).isEqualTo(List.of(1, 3, 5));
      long id = Router.id(5);
      routers.getFirst().commit(id, Router.user(id, "u" + id));
      assertThat(routers.getLast().find("users", id, Consistency.PRIMARY)).isNotNull();

      twoActiveCopiesStopWrites(two, routers.getFirst());
    } finally {
      routers.forEach(Router::close);
      one.remove();
      two.remove();
    }
  }

  /** The same servers go on: starting some costs more than a test of its own is worth. */
  private static void twoActiveCopiesStopWrites(Servers.Database two, Router router) {
    two.run(
        "CREATE DATABASE tanada_00",
        "CREATE TABLE tanada_00.shard_state LIKE tanada_01.shard_state",
        "INSERT INTO tanada_00.shard_state (id, state, epoch) VALUES (1, 'active', 1)");
    Servers.await("the router is not ready", () -> !router.ready());
    long id = Router.id(0);

    RowsTests.assertProblem(
        ProblemCode.UNAVAILABLE, "shard", () -> router.commit(id, Router.user(id, "u" + id)));

    two.run("UPDATE tanada_00.shard_state SET state = 'moved'");
    router.awaitReady();
    router.commit(id, Router.user(id, "u" + id));
  }

  @Test
  void anInterruptedSetUpIsFinishedAndEverySchemaIsTheSame() throws Exception {
    Servers.Database database = servers.fresh("interrupted-1-a");
    try {
      database.run(
          "CREATE DATABASE tanada_00",
          "CREATE DATABASE tanada_02",
          "CREATE TABLE tanada_02.outbox (id BIGINT)"); // without a history: cut off in the middle
      Path inventory = servers.inventory("mysql-1:\n" + database.line());

      try (Router router = new Router("interrupted-router", inventory, 6)) {
        router.awaitReady();
      }

      try (Connection connection = database.connect();
          Statement statement = connection.createStatement()) {
        String model = columns(statement, 0);
        assertThat(model).contains("outbox.writes mediumtext", "flyway_schema_history.checksum");
        for (int shard = 1; shard < 6; shard++) {
          assertThat(columns(statement, shard)).isEqualTo(model);
        }
      }
    } finally {
      database.remove();
    }
  }

  @Test
  void schemasOfAnOlderVersionAreBroughtUpWithTheirRows() throws Exception {
    Servers.Database database = servers.fresh("older-1-a");
    try {
      long id = Router.id(0);
      for (String schema : List.of("tanada_00", "tanada_01")) {
        database.run("CREATE DATABASE " + schema);
        Flyway.configure()
            .dataSource(database.url(schema), Servers.ACCOUNT, Servers.PASSWORD)
            .defaultSchema(schema)
            .target("2")
            .load()
            .migrate();
        database.run(
            "INSERT INTO " + schema + ".shard_state (id, state, epoch) VALUES (1, 'active', 1)");
      }
      database.run(
          "INSERT INTO tanada_00.users (id, user_id, version, created_at, updated_at, email, username,"
              + " display_name) VALUES ("
              + id
              + ", "
              + id
              + ", 1, 0, 0, 'old@example.net', 'old', 'Old')");
      Path inventory = servers.inventory("mysql-1:\n" + database.line());

      try (Router router = new Router("older-router", inventory, 2)) {
        router.awaitReady();

        assertThat(router.find("users", id, Consistency.PRIMARY)).isNotNull();
        long fresh = Router.id(1);
        router.commit(fresh, Router.user(fresh, "new"));
      }
    } finally {
      database.remove();
    }
  }

  /** All columns and keys of a schema, and its migrations. */
  private static String columns(Statement statement, int shard) throws Exception {
    StringBuilder all = new StringBuilder();
    String schema = "tanada_0" + shard;
    for (String query :
        List.of(
            "SELECT CONCAT(table_name, '.', column_name, ' ', column_type, ' ', is_nullable, ' ',"
                + " COALESCE(collation_name, '')) FROM information_schema.columns"
                + " WHERE table_schema = '%s' ORDER BY 1",
            "SELECT CONCAT(table_name, ' ', index_name, ' ', column_name, ' ', non_unique)"
                + " FROM information_schema.statistics WHERE table_schema = '%s' ORDER BY 1",
            "SELECT CONCAT(version, ' ', checksum, ' ', success) FROM %s.flyway_schema_history"
                + " ORDER BY installed_rank",
            "SELECT CONCAT(state, ' ', epoch) FROM %s.shard_state")) {
      try (ResultSet found = statement.executeQuery(String.format(query, schema))) {
        while (found.next()) {
          all.append(found.getString(1)).append('\n');
        }
      }
    }
    return all.toString();
  }

  @Test
  void routerStartsWithoutDatabasesAndBecomesReadyWhenTheyAppear() throws Exception {
    Router.get();
    Path inventory = servers.inventory("");

    try (Router router = new Router("early-router", inventory, 8)) {
      assertThat(router.ready()).isFalse();
      assertThat(liveness(router)).isEqualTo(200);
      assertThat(router.rows.shards()).isEqualTo(new RowsContract.Shards(8));
      RowsTests.assertProblem(
          ProblemCode.UNAVAILABLE, () -> router.find("users", Router.id(1), Consistency.ANY));

      Path next = inventory.resolveSibling("next.yml");
      Files.writeString(next, servers.everything());
      Files.move(next, inventory, java.nio.file.StandardCopyOption.ATOMIC_MOVE);

      router.awaitReady();
    }
  }

  private static int liveness(Router router) {
    return router
        .control
        .get()
        .uri("/actuator/health/liveness")
        .exchange((request, response) -> response.getStatusCode().value());
  }

  private static List<Integer> active(Servers.Database database) throws Exception {
    List<Integer> shards = new ArrayList<>();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      for (int shard = 0; shard < 6; shard++) {
        try (ResultSet found =
            statement.executeQuery(
                "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'tanada_0"
                    + shard
                    + "' AND table_name IN ('shard_state', 'videos')")) {
          found.next();
          if (found.getInt(1) == 2) {
            shards.add(shard);
          }
        }
      }
    }
    return shards;
  }
}
