package org.tanada.common.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.tanada.common.credential.testing.TestCredentials;
import org.tanada.common.membership.FixedMembership;
import org.tanada.common.membership.LiveTiers;
import org.tanada.common.membership.Node;
import org.tanada.common.membership.TestNode;
import org.tanada.common.permission.ServiceName;
import org.tanada.common.problem.Problem;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.HttpRows;
import org.tanada.common.row.RowsContract;
import org.tanada.common.timing.ServerTiming;
import tools.jackson.databind.json.JsonMapper;

/** Both kinds of client: contracts' proxies, and the lean way of the rows. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class TierClientsTests {
  private final TestNode first = new TestNode("router-1");
  private final TestNode second = new TestNode("router-2");
  private final FixedMembership membership = new FixedMembership();
  private final LiveTiers tiers =
      new LiveTiers(membership, Duration.ofMinutes(10), Duration.ofSeconds(5));
  private final TierClients clients =
      new TierClients(
          tiers,
          TestCredentials.issuer(ServiceName.APP),
          new TierClientProperties(Duration.ofSeconds(2), Duration.ofSeconds(10), 3, 20),
          JsonMapper.builder().build());
  private final boolean lean;
  private final RowsContract rows;

  TierClientsTests(boolean lean) {
    this.lean = lean;
    this.rows = rows(clients);
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
            TestCredentials.issuer(ServiceName.APP),
            new TierClientProperties(Duration.ofSeconds(2), Duration.ofMillis(100), 1, 20),
            JsonMapper.builder().build())) {
      RowsContract impatient = rows(hasty);

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
      ServiceName caller = TestCredentials.verifier(ServiceName.ROUTER).caller(shown);
      boolean good = caller == ServiceName.APP && trace != null && trace.startsWith("00-");
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

  @Test
  void connectionThatTheServerHasClosedIsMadeAnew() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answerOnceAConnection(server));
      URI address = URI.create("http://127.0.0.1:" + server.getLocalPort());
      Node closing = new Node("router-3", address, address, Map.of());
      membership.set("router", List.of(closing));

      assertThat(List.of(count(), count(), count())).containsExactly(3, 3, 3);
      assertThat(clients.tiers().tier("router").up()).containsExactly(closing);
    }
  }

  /** As a server that is begun anew: what it had promised to keep open is closed. */
  private static void answerOnceAConnection(ServerSocket server) {
    try {
      while (true) {
        try (Socket connection = server.accept();
            BufferedReader request =
                new BufferedReader(
                    new InputStreamReader(
                        connection.getInputStream(), StandardCharsets.ISO_8859_1))) {
          for (String line = request.readLine();
              line != null && !line.isEmpty();
              line = request.readLine()) {
            // the call has no body
          }
          connection
              .getOutputStream()
              .write(
                  "HTTP/1.1 200\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"count\":3}"
                      .getBytes(StandardCharsets.ISO_8859_1));
        }
      }
    } catch (IOException e) {
      assertThat(server.isClosed()).as(e.toString()).isTrue();
    }
  }

  private RowsContract rows(TierClients by) {
    return lean ? new HttpRows(by.caller("router")) : by.of(RowsContract.class, "router");
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
