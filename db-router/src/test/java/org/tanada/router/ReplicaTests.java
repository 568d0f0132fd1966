package org.tanada.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.Row;
import org.tanada.common.row.RowKey;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.Transaction;
import org.tanada.router.query.ConsistencyToken;

/** Reads of replicas; a router of its own without memcached, so that every read shows its copy. */
@Tag("servers")
final class ReplicaTests {
  private static Servers servers;
  private static Router router;

  @BeforeAll
  static void start() {
    Router.get(); // the schemas exist
    servers = Servers.get();
    router = new Router("router-cacheless", servers.inventory(servers.databases()), 8);
    router.awaitReady();
    awaitReplica();
  }

  @AfterAll
  static void stop() {
    router.close();
  }

  @Test
  void replicaServesReadsThatAnyCopyWillDoFor() {
    long id = Router.id(2);
    router.commit(id, Router.user(id, "u" + id));

    Servers.await("the replica serves", () -> node(id, Consistency.ANY).equals("mysql-1-b"));
    assertThat(node(id, Consistency.PRIMARY)).isEqualTo("mysql-1-a");
  }

  @Test
  void writersReadTheirOwnWrites() {
    for (int i = 0; i < 50; i++) {
      long id = Router.id(4);

      Transaction.Committed committed = router.commit(id, Router.user(id, "u" + id));
      assertThat(router.find("users", id, Consistency.of(committed.token()))).isNotNull();

      Transaction.Committed updated =
          router.commit(id, Router.update("users", id, 1L, Map.of("bio", "changed")));
      assertThat(router.find("users", id, Consistency.of(updated.token())).version()).isEqualTo(2);
      assertThat(
              router
                  .rows
                  .list(
                      new RowsContract.ListRows(
                          "users", id, Map.of(), 1, null, Consistency.of(updated.token())))
                  .rows())
          .containsExactlyElementsOf(updated.rows());
    }
  }

  @Test
  void primaryServesWhoeverHasSeenWhatTheReplicaHasNotApplied() {
    long id = Router.id(6);
    String old = router.commit(id, Router.user(id, "u" + id)).token();
    Servers.await(
        "the replica has the row", () -> node(id, Consistency.of(old)).equals("mysql-1-b"));
    servers.replica().stopApplying();
    try {
      String token =
          router.commit(id, Router.update("users", id, 1L, Map.of("bio", "fresh"))).token();

      Row fresh = router.find("users", id, Consistency.of(token));

      assertThat(fresh.version()).isEqualTo(2);
      assertThat(node(id, Consistency.of(token))).isEqualTo("mysql-1-a");
      Servers.await(
          "a replica that stands still is skipped",
          () -> node(id, Consistency.ANY).equals("mysql-1-a"));
    } finally {
      servers.replica().resumeApplying();
      awaitReplica();
    }
  }

  @Test
  void tokensAreMergedOverClusters() throws Exception {
    long one = Router.id(0);
    long two = Router.id(1);
    String first = router.commit(one, Router.user(one, "u" + one)).token();

    String both =
        router
            .rows
            .commit(
                new Transaction(
                    two, List.of(Router.user(two, "u" + two)), List.of(), "k", "f", first))
            .token();

    Map<Integer, String> positions = ConsistencyToken.parse(both).positions();
    assertThat(positions)
        .containsOnlyKeys(1, 2)
        .containsEntry(1, ConsistencyToken.parse(first).positions().get(1));
    assertThat(servers.two().dialect().isPosition(positions.get(2))).isTrue();
    assertThat(router.find("users", one, Consistency.of(both))).isNotNull();
    RowsTests.assertProblem(
        ProblemCode.MALFORMED_REQUEST,
        () -> router.find("users", one, Consistency.of(both + ".x")));
  }

  @Test
  void readsGoOnWhileAReplicaIsDown() throws Exception {
    long id = Router.id(2);
    String token = router.commit(id, Router.user(id, "u" + id)).token();
    servers.replica().kill();
    try {
      for (int i = 0; i < 20; i++) {
        assertThat(router.find("users", id, Consistency.ANY)).isNotNull();
        assertThat(router.find("users", id, Consistency.of(token))).isNotNull();
      }
      assertThat(node(id, Consistency.ANY)).isEqualTo("mysql-1-a");
    } finally {
      servers.replica().start();
      servers.replica().awaitUp();
      awaitReplica();
    }
  }

  private static void awaitReplica() {
    Servers.await("the replica is read", () -> list(Consistency.ANY).contains("mysql-1-b"));
  }

  /** The way of a list in shard 0. */
  private static String list(Consistency consistency) {
    return String.valueOf(
        router
            .http
            .post()
            .uri("/v1/lists")
            .body(new RowsContract.ListRows("users", Router.id(0), Map.of(), 1, null, consistency))
            .retrieve()
            .toBodilessEntity()
            .getHeaders()
            .getFirst("Server-Timing"));
  }

  /** Which copy serves the row. */
  private static String node(long id, Consistency consistency) {
    HttpHeaders headers =
        router
            .http
            .post()
            .uri("/v1/reads")
            .body(new RowsContract.Read(List.of(new RowKey("users", id)), consistency))
            .retrieve()
            .toBodilessEntity()
            .getHeaders();
    String timing = String.valueOf(headers.getFirst("Server-Timing"));
    int at = timing.indexOf("mysql-");
    return at < 0 ? timing : timing.substring(at, at + "mysql-1-a".length());
  }
}
