package org.tanada.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.EffectsContract;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;

/** Effects on other owners' shards, on the other cluster. */
@Tag("servers")
final class EffectTests {
  private static Router router;

  @BeforeAll
  static void start() {
    router = Router.get();
  }

  @Test
  void effectReachesTheOtherOwnersShardAndLeavesTheOutbox() throws Exception {
    long buyer = Router.id(2);
    long seller = Router.id(3);
    long sale = Router.id(3);

    router.rows.commit(
        Router.transaction(buyer, List.of(order(buyer)), List.of(sale(seller, sale)), "k"));

    Servers.await(
        "the sale is there", () -> router.find("sales", sale, Consistency.PRIMARY) != null);
    assertThat(router.find("sales", sale, Consistency.PRIMARY).owner()).isEqualTo(seller);
    Servers.await("the outbox is empty", () -> waiting(2, buyer) == 0);
  }

  @Test
  void effectsOfAFailedTransactionNeverHappen() throws Exception {
    long buyer = Router.id(2);
    long sale = Router.id(3);

    RowsTests.assertProblem(
        ProblemCode.NOT_FOUND,
        () ->
            router.rows.commit(
                Router.transaction(
                    buyer,
                    List.of(order(buyer), Router.update("users", buyer, null, Map.of())),
                    List.of(sale(Router.id(3), sale)),
                    "k")));

    assertThat(waiting(2, buyer)).isZero();
    assertThat(router.find("sales", sale, Consistency.PRIMARY)).isNull();
  }

  @Test
  void effectWhoseCommitterDiedBeforeDeliveryIsDeliveredByAnotherRouter() throws Exception {
    long seller = Router.id(3);
    long counter = Router.id(3);
    router.commit(seller, Router.video(counter, "counted", "draft"));

    leaveInOutbox(counter, seller);

    Servers.await("the outbox is empty", () -> waiting(2, seller) == 0);
    assertThat(price(counter)).isEqualTo(457);
  }

  @Test
  void effectThatWasAppliedBeforeItsCourierDiedIsNotAppliedAgain() throws Exception {
    long seller = Router.id(3);
    long counter = Router.id(3);
    router.commit(seller, Router.video(counter, "counted", "draft"));
    long effect = leaveInOutbox(counter, seller);
    Servers.await("it is delivered", () -> waiting(2, seller) == 0);

    leaveInOutbox(effect, counter, seller); // as if the removal had not happened

    Servers.await("it is removed again", () -> waiting(2, seller) == 0);
    assertThat(price(counter)).isEqualTo(457);
  }

  @Test
  void effectThatCannotBeAppliedYetIsTriedAgain() throws Exception {
    long seller = Router.id(3);
    long counter = Router.id(3);
    leaveInOutbox(counter, seller); // increments a row that is not there
    Servers.await(
        "it was tried",
        () ->
            number(2, "SELECT MAX(attempts) FROM tanada_02.outbox WHERE user_id = " + seller) > 0);

    router.commit(seller, Router.video(counter, "counted", "draft"));

    Servers.await("it is delivered", () -> waiting(2, seller) == 0);
    assertThat(price(counter)).isEqualTo(457);
  }

  @Test
  void effectThatNeverFitsIsParkedAndHoldsNobodyBackUntilItIsRetried() throws Exception {
    Servers servers = Servers.get();
    Servers.Database database = servers.fresh("parked-1-a");
    Map<String, Object> impatient =
        Map.of("tanada.router.effects.attempts", 2, "tanada.router.effects.first-wait", "10ms");
    try (Router own =
        new Router(
            "parked-router", servers.inventory("mysql-1:\n" + database.line()), 4, impatient)) {
      own.awaitReady();
      long seller = Router.id(3);
      long missing = Router.id(3);
      long there = Router.id(3);
      own.commit(seller, Router.video(there, "there", "draft"));
      long poisoned = leave(database, Router.id(2), seller, increment(missing));
      long unreadable = leave(database, Router.id(2), seller, "no JSON");
      leave(database, Router.id(2), seller, increment(there)); // behind them in the same lane

      Servers.await("two are parked", () -> own.effects.parked().effects().size() == 2);
      assertThat(own.effects.parked().effects())
          .satisfiesExactly(
              effect -> {
                assertThat(effect.id()).isEqualTo(poisoned);
                assertThat(effect.target()).isEqualTo(seller);
                assertThat(effect.attempts()).isEqualTo(2);
                assertThat(effect.error()).contains("has no row " + missing);
              },
              effect -> assertThat(effect.id()).isEqualTo(unreadable));
      Servers.await("the third is delivered", () -> price(own, there) == 457);

      own.commit(seller, Router.video(missing, "late", "draft"));
      assertThat(own.effects.retry(new EffectsContract.Retry(poisoned)).count()).isEqualTo(1);

      Servers.await("it is delivered now", () -> price(own, missing) == 457);
      assertThat(own.effects.parked().effects()).hasSize(1);
      RowsTests.assertProblem(
          ProblemCode.NOT_FOUND, () -> own.effects.retry(new EffectsContract.Retry(poisoned)));
      assertThat(own.effects.retry(new EffectsContract.Retry(null)).count()).isEqualTo(1);
      Servers.await("and parked again", () -> own.effects.parked().effects().size() == 1);
    } finally {
      database.remove();
    }
  }

  @Test
  void effectsOfOneOwnerOnAnotherAreAppliedInTheOrderOfTheirTransactions() throws Exception {
    int transactions = 60;
    long seller = Router.id(3);
    long video = Router.id(3);
    router.commit(seller, Router.video(video, "0", "draft"));
    long buyer = Router.id(2);
    try (Router other =
        new Router("router-2", Servers.get().inventory(Servers.get().everything()), 8)) {
      other.awaitReady();
      List<Router> routers = List.of(router, other);
      double failed = failures(router);

      for (int i = 1; i <= transactions; i++) {
        Write rename = // only from the name that the transaction before has given
            Router.update("videos", video, (long) i, Map.of("title", String.valueOf(i)));
        routers
            .get(i % 2)
            .rows
            .commit(
                Router.transaction(
                    buyer,
                    List.of(order(buyer, i)),
                    List.of(new Transaction.Effect(seller, List.of(rename))),
                    "k" + i));
      }

      Servers.await("all are delivered", () -> waiting(2, buyer) == 0);
      assertThat(router.find("videos", video, Consistency.PRIMARY).version())
          .isEqualTo(1 + transactions);
      assertThat(title(video)).isEqualTo(String.valueOf(transactions));
      assertThat(failures(router) + failures(other)).isEqualTo(failed);
    }
  }

  @Test
  void effectThatHasToWaitHoldsBackThoseBehindItAndNobodyElse() throws Exception {
    long seller = Router.id(3);
    long missing = Router.id(3);
    long there = Router.id(3);
    router.commit(seller, Router.video(there, "there", "draft"));
    long buyer = Router.id(2);

    effect(buyer, seller, missing, "k1");
    effect(buyer, seller, there, "k2");
    effect(Router.id(2), seller, there, "k");

    Servers.await("another owner's effect is delivered", () -> price(there) == 457);
    Servers.await(
        "the first was tried again",
        () -> number(2, "SELECT MAX(attempts) FROM tanada_02.outbox WHERE user_id = " + buyer) > 1);
    assertThat(price(there)).isEqualTo(457);

    router.commit(seller, Router.video(missing, "late", "draft"));

    Servers.await("both are delivered", () -> waiting(2, buyer) == 0);
    assertThat(price(there)).isEqualTo(464);
    assertThat(price(missing)).isEqualTo(457);
  }

  private static void effect(long buyer, long seller, long video, String key) {
    Write increment =
        new Write(
            Write.Operation.UPDATE, "videos", video, null, Map.of(), Map.of("price_minor", 7L));
    router.rows.commit(
        Router.transaction(
            buyer, List.of(), List.of(new Transaction.Effect(seller, List.of(increment))), key));
  }

  private static double failures(Router of) {
    return of.context
        .getBean(MeterRegistry.class)
        .counter("tanada.router.effects", "outcome", "failed")
        .count();
  }

  private static String title(long video) {
    return String.valueOf(router.find("videos", video, Consistency.PRIMARY).values().get("title"));
  }

  private static Write order(long buyer) {
    return order(buyer, 5);
  }

  private static Write order(long buyer, long video) {
    return Router.insert(
        "orders", video == 5 ? buyer : Router.id(2), Map.of("video_id", video, "seller_id", 6));
  }

  private static Transaction.Effect sale(long seller, long id) {
    return new Transaction.Effect(
        seller,
        List.of(Router.insert("sales", id, Map.of("order_id", 1, "video_id", 2, "buyer_id", 3))));
  }

  private static long leaveInOutbox(long counter, long seller) throws Exception {
    return leaveInOutbox(Router.id(2), counter, seller);
  }

  /** What a router leaves that dies right after its commit: an increment by 7, marked by seller. */
  private static long leaveInOutbox(long effect, long counter, long seller) throws Exception {
    return leave(Servers.get().one(), effect, seller, increment(counter));
  }

  private static String increment(long counter) {
    return """
    [{"operation":"UPDATE","table":"videos","id":%d,"values":{},"increments":{"price_minor":7}}]\
    """
        .formatted(counter);
  }

  private static long leave(Servers.Database database, long effect, long seller, String writes)
      throws Exception {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "INSERT INTO tanada_02.outbox (id, user_id, target_user_id, writes, created_at, attempts,"
              + " not_before) VALUES (%d, %d, %d, '%s', 1, 0, 0)"
                  .formatted(effect, seller, seller, writes));
    }
    return effect;
  }

  private static long price(long video) {
    return price(router, video);
  }

  private static long price(Router router, long video) {
    return (Long) router.find("videos", video, Consistency.PRIMARY).values().get("price_minor");
  }

  private static long waiting(int shard, long owner) throws Exception {
    return number(
        shard,
        "SELECT COUNT(*) FROM tanada_%02d.outbox WHERE user_id = %d".formatted(shard, owner));
  }

  private static long number(int shard, String sql) throws Exception {
    Servers.Database database = shard % 2 == 0 ? Servers.get().one() : Servers.get().two();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getLong(1);
    }
  }
}
