package org.tanada.common.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tanada.common.membership.FixedMembership;
import org.tanada.common.membership.LiveTiers;
import org.tanada.common.membership.TestNode;
import org.tanada.common.problem.Problem;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.RowsContract;
import org.tanada.common.timing.ServerTiming;
import tools.jackson.databind.json.JsonMapper;

class TierClientsTests {
  private static final String CREDENTIAL = "credential-of-tests";

  private final TestNode first = new TestNode("router-1");
  private final TestNode second = new TestNode("router-2");
  private final FixedMembership membership = new FixedMembership();
  private final LiveTiers tiers =
      new LiveTiers(membership, Duration.ofMinutes(10), Duration.ofSeconds(5));
  private final TierClients clients =
      new TierClients(
          tiers,
          CREDENTIAL,
          new TierClientProperties(Duration.ofSeconds(2), Duration.ofSeconds(10), 3, 20),
          JsonMapper.builder().build());
  private final RowsContract rows = clients.of(RowsContract.class, "router");

  TierClientsTests() {
    membership.set("router", List.of(first.node(), second.node()));
    first.answers(exchange -> TestNode.answer(exchange, 200, "{\"count\": 1}"));
    second.answers(exchange -> TestNode.answer(exchange, 200, "{\"count\": 2}"));
  }

  @AfterEach
  void stop() {
    clients.close();
    tiers.close();
    first.close();
    second.close();
  }

  @Test
  void callsGoRound() {
    assertThat(List.of(count(), count(), count(), count())).containsExactly(1, 2, 1, 2);
  }

  @Test
  void deadServerIsPassedOver() {
    first.close();

    for (int call = 0; call < 10; call++) {
      assertThat(count()).isEqualTo(2);
    }
    assertThat(clients.tiers().tier("router").up()).containsExactly(second.node());
  }

  @Test
  void serverThatIsLeavingIsPassedOver() {
    first.answers(exchange -> TestNode.answer(exchange, 503, ""));

    for (int call = 0; call < 6; call++) {
      assertThat(count()).isEqualTo(2);
    }
  }

  @Test
  void answerThatBreaksOffIsAskedForAgain() {
    first.answers(exchange -> {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, 1000);
      exchange.getResponseBody().write("{\"count".getBytes(StandardCharsets.UTF_8));
      exchange.getResponseBody().flush();
      throw new IOException("the server dies here");
    });

    assertThat(List.of(count(), count())).containsExactly(2, 2);
  }

  @Test
  void withoutServersItIsUnavailable() {
    membership.set("router", List.of());

    assertThat(problem(rows::shards).code()).isEqualTo(ProblemCode.UNAVAILABLE);
  }

  @Test
  void allServersDeadIsUpstreamFailed() {
    first.close();
    second.close();

    assertThat(problem(rows::shards).code()).isEqualTo(ProblemCode.UPSTREAM_FAILED);
  }

  @Test
  void retriesAreBudgeted() {
    first.answers(exchange -> TestNode.answer(exchange, 503, ""));
    second.answers(exchange -> TestNode.answer(exchange, 503, ""));

    for (int call = 0; call < 100; call++) {
      assertThat(problem(rows::shards).code()).isEqualTo(ProblemCode.UNAVAILABLE);
    }

    // a reserve of 20 and one for five calls, over the 100 calls themselves
    assertThat(first.calls() + second.calls()).isBetween(120, 141);
  }

  @Test
  void slowServerIsATimeout() {
    CountDownLatch never = new CountDownLatch(1);
    first.answers(exchange -> await(never));
    membership.set("router", List.of(first.node()));
    try (TierClients hasty =
        new TierClients(
            tiers,
            CREDENTIAL,
            new TierClientProperties(Duration.ofSeconds(2), Duration.ofMillis(100), 1, 20),
            JsonMapper.builder().build())) {
      RowsContract impatient = hasty.of(RowsContract.class, "router");

      assertThat(problem(impatient::shards).code()).isEqualTo(ProblemCode.UPSTREAM_TIMEOUT);
    } finally {
      never.countDown();
    }
  }

  @Test
  void problemArrivesWhole() {
    String problem =
        """
        {"type": "/problems/duplicate", "title": "t", "status": 409, "detail": "d",
         "code": "duplicate", "reason": "by_name", "errors": [{"field": "f", "message": "m"}],
         "later": "member"}
        """;
    first.answers(exchange -> TestNode.answer(exchange, 409, problem));

    ProblemException e = problem(rows::shards);

    assertThat(e.code()).isEqualTo(ProblemCode.DUPLICATE);
    assertThat(e.reason()).isEqualTo("by_name");
    assertThat(e.getMessage()).isEqualTo("d");
    assertThat(e.errors()).containsExactly(new Problem.FieldError("f", "m"));
    assertThat(second.calls()).isZero();
  }

  @Test
  void errorThatIsNoProblemIsMappedByItsStatus() {
    membership.set("router", List.of(first.node()));
    for (String body : new String[] {"", "<html>", "null", "{}", "[1]"}) {
      first.answers(exchange -> TestNode.answer(exchange, 404, body));

      assertThat(problem(rows::shards).code()).as(body).isEqualTo(ProblemCode.NOT_FOUND);
    }
  }

  @Test
  void callCarriesCredentialAndTraceAndBringsTimingBack() {
    first.answers(exchange -> {
      String shown = exchange.getRequestHeaders().getFirst(TanadaHeaders.SERVICE_CREDENTIAL);
      String trace = exchange.getRequestHeaders().getFirst(TanadaHeaders.TRACEPARENT);
      exchange.getResponseHeaders().set(ServerTiming.HEADER, "db;dur=1;desc=\"router-1\"");
      boolean good = CREDENTIAL.equals(shown) && trace != null && trace.startsWith("00-");
      TestNode.answer(exchange, good ? 200 : 401, "{\"count\": 1}");
    });
    ServerTiming timing = ServerTiming.begin();
    try {
      assertThat(count()).isEqualTo(1);
    } finally {
      ServerTiming.end();
    }

    assertThat(timing.header("app", "app-1", 2)).endsWith("db;dur=1.00;desc=\"router-1\"");
  }

  private int count() {
    return rows.shards().count();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ProblemException problem(ThrowingCallable call) {
    ProblemException problem = catchThrowableOfType(ProblemException.class, call);
    assertThat(problem).as("the call was not refused").isNotNull();
    return problem;
  }
}
