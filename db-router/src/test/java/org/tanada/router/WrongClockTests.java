package org.tanada.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.Row;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;

/** A router whose clock is wrong, beside one whose clock is right. */
@Tag("servers")
final class WrongClockTests {
  private static Router right;

  @BeforeAll
  static void start() {
    right = Router.get();
  }

  @ParameterizedTest
  @ValueSource(ints = {-60, 60})
  void routerThatIsAnHourOffDoesNoHarm(int minutes) throws Exception {
    Duration off = Duration.ofMinutes(minutes);
    Servers servers = Servers.get();
    try (Router wrong =
        new Router(
            "router-clock" + minutes,
            servers.inventory(servers.everything()),
            8,
            Map.of(),
            () -> Instant.now().plus(off))) {
      wrong.awaitReady();

      versionsGoOnThroughBoth(wrong);
      writersReadTheirOwnWritesOfIt(wrong);
      claimsAreNotTakenOverEarlier(wrong);
      effectsAreDeliveredInTheirOrder(wrong);
      keysAreRemembered(wrong);
    }
  }

  private static void versionsGoOnThroughBoth(Router wrong) {
    long id = Router.id(2);
    Row first = wrong.commit(id, Router.user(id, "u" + id)).rows().getFirst();
    Row second =
        right.commit(id, Router.update("users", id, 1L, Map.of("bio", "x"))).rows().getFirst();
    Row third =
        wrong.commit(id, Router.update("users", id, 2L, Map.of("bio", "y"))).rows().getFirst();

    assertThat(third.version()).isEqualTo(3);
    assertThat(second.updatedAt()).isGreaterThanOrEqualTo(first.updatedAt());
    assertThat(third.updatedAt()).isGreaterThanOrEqualTo(second.updatedAt());
  }

  private static void writersReadTheirOwnWritesOfIt(Router wrong) {
    long id = Router.id(4);
    wrong.commit(id, Router.user(id, "u" + id));
    for (int i = 1; i <= 20; i++) {
      String token =
          wrong.commit(id, Router.update("users", id, (long) i, Map.of("bio", "b" + i))).token();
      assertThat(wrong.find("users", id, Consistency.of(token)).version()).isEqualTo(i + 1);
    }
  }

  private static void claimsAreNotTakenOverEarlier(Router wrong) {
    for (List<Router> two : List.of(List.of(right, wrong), List.of(wrong, right))) {
      String name = "clock-" + Router.id(0);
      two.getFirst().rows.claim(claim(name, Router.id(1)));
      RowsTests.assertProblem(
          ProblemCode.CLAIMED, () -> two.getLast().rows.claim(claim(name, Router.id(2))));
    }
  }

  private static void effectsAreDeliveredInTheirOrder(Router wrong) {
    long seller = Router.id(3);
    long video = Router.id(3);
    right.commit(seller, Router.video(video, "0", "draft"));
    long buyer = Router.id(2);
    for (int i = 1; i <= 10; i++) {
      Write rename = Router.update("videos", video, (long) i, Map.of("title", "t" + i));
      (i % 2 == 0 ? right : wrong)
          .rows.commit(
              Router.transaction(
                  buyer,
                  List.of(),
                  List.of(new Transaction.Effect(seller, List.of(rename))),
                  "k" + i));
    }
    Servers.await(
        "all are delivered",
        () -> right.find("videos", video, Consistency.PRIMARY).version() == 11);
  }

  private static void keysAreRemembered(Router wrong) {
    long id = Router.id(5);
    Transaction transaction =
        Router.transaction(id, List.of(Router.user(id, "u" + id)), List.of(), "once");
    assertThat(wrong.rows.commit(transaction).repeated()).isFalse();
    assertThat(right.rows.commit(transaction).repeated()).isTrue();
  }

  @Test
  void tokensThatAreForgedOrOfElsewhereOrOfTheFutureGiveTheRowOrAProblem() {
    long id = Router.id(2);
    String token = right.commit(id, Router.user(id, "u" + id)).token();
    String[] parts = token.split("\\.", -1);
    String later = Long.toString(Long.parseLong(parts[1], 36) + 3_600_000L * 24 * 365, 36);

    for (String given :
        List.of(
            token.replace("." + parts[1] + ".", "." + later + "."), // written in a year
            token + ".z=" + parts[3].substring(2), // of a cluster that is not there
            "1." + parts[1] + "." + parts[2] + ".1=" + "f".repeat(36), // no position of anybody
            token.replaceFirst("\\d$", "999999999"))) { // of a commit that is still to come
      assertThat(right.find("users", id, Consistency.of(given))).as(given).isNotNull();
    }
    for (String forged :
        List.of("1", "2." + token.substring(2), token + ".", "1.zz.0.1=;DROP", "x".repeat(3000))) {
      RowsTests.assertProblem(
          ProblemCode.MALFORMED_REQUEST, () -> right.find("users", id, Consistency.of(forged)));
      RowsTests.assertProblem(
          ProblemCode.MALFORMED_REQUEST,
          () ->
              right.rows.commit(
                  new Transaction(id, List.of(), List.of(), "k" + forged.length(), "f", forged)));
    }
  }

  private static RowsContract.Claim claim(String name, long id) {
    return new RowsContract.Claim("username", name, "users", id);
  }
}
