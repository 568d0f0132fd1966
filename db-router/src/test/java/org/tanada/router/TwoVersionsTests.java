package org.tanada.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.ShardsContract;

/** Routers of several versions at once over the same databases: expand, then contract. */
@Tag("servers")
final class TwoVersionsTests {
  private static final String NOW = "classpath:db/migration";
  private static final String EXPANDED = NOW + ",classpath:db/test-expand";
  private static final String CONTRACTED = EXPANDED + ",classpath:db/test-contract";

  private final Servers servers = Servers.get();

  @Test
  void oldRoutersServeExpandedTablesUnderLoadAndRefuseContractedOnes() throws Exception {
    Servers.Database one = servers.fresh("versions-1-a");
    Servers.Database two = servers.fresh("versions-2-a");
    String inventory = "mysql-1:\n" + one.line() + "mysql-2:\n" + two.line();
    try (Router old = router("old-version", inventory, NOW)) {
      long id = Router.id(3);
      try (MoveLoad load = new MoveLoad(3, List.of(old), 3)) {
        Servers.await("there is load", () -> load.written() > 50);
        try (Router next = router("next-version", inventory, EXPANDED)) {
          long before = load.written();
          Servers.await("the load goes on", () -> load.written() > before + 30);
          next.commit(
              id,
              Router.insert("videos", id, Map.of("title", "both", "subtitle", "for the new ones")));
          assertThat(old.commit(id, Router.update("videos", id, 1L, Map.of("title", "by the old"))))
              .isNotNull();
          assertThat(next.find("videos", id, Consistency.PRIMARY).values())
              .containsEntry("title", "by the old")
              .containsEntry("subtitle", "for the new ones");
          assertThat(old.ready()).isTrue();
          assertThat(old.shards.list().copies())
              .extracting(ShardsContract.Copy::version)
              .containsOnly("900");
        }
        load.stop();
        load.check();
      }

      try (Router last = router("last-version", inventory, CONTRACTED)) {
        Servers.await("the old router is not ready", () -> !old.ready());
        Servers.await("it has seen the last shard", () -> refuses(old, id));
        String said =
            "tanada_03 of mysql-2) has tables of version 901, and this router knows"
                + " nothing after version";
        refused(3, said, () -> old.find("videos", id, Consistency.PRIMARY));
        refused(3, said, () -> old.commit(id, Router.update("videos", id, null, Map.of())));
        assertThat(last.find("videos", id, Consistency.PRIMARY).values())
            .doesNotContainKey("currency");

        one.run("DELETE FROM tanada_02.flyway_schema_history WHERE version = '14'");
        long behind = Router.id(2);
        String needs =
            "tanada_02 of mysql-1) has tables of version 901 without migration 14, which this router";
        Servers.await("the older copy is noticed", () -> !last.ready());
        refused(2, needs, () -> last.find("videos", behind, Consistency.PRIMARY));
        assertThat(last.find("videos", id, Consistency.PRIMARY)).isNotNull();
      }
    } finally {
      one.remove();
      two.remove();
    }
  }

  private Router router(String name, String inventory, String migrations) {
    Router router =
        new Router(
            name,
            servers.inventory(inventory),
            4,
            Map.of(
                "tanada.router.migrations", migrations, "tanada.router.relearn-interval", "100ms"));
    router.awaitReady();
    return router;
  }

  private static boolean refuses(Router router, long id) {
    try {
      return router.find("videos", id, Consistency.PRIMARY) == null;
    } catch (ProblemException e) {
      return e.code() == ProblemCode.UNAVAILABLE;
    }
  }

  private static void refused(int shard, String said, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ProblemCode.UNAVAILABLE);
              assertThat(e.shard()).isEqualTo(shard);
            })
        .hasMessageContaining(said);
  }
}
