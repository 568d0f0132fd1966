package org.tanada.cdn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tanada.common.testing.Poll;

/** After a purge nothing older than it is served to a new request. */
class PurgeTests {
  private static TestEdge edge;
  private static ScriptedOrigin origin;

  @BeforeAll
  static void start() {
    edge = new TestEdge();
    origin = edge.origin();
  }

  @AfterAll
  static void stop() {
    edge.close();
  }

  @Test
  void allVariantsGo() {
    origin.on(
        "/variants",
        call -> call.respond(200, "x", "Cache-Control: max-age=60", "Vary: Accept-Language"));
    edge.get("/variants", "Accept-Language: ja");
    edge.get("/variants", "Accept-Language: en");
    edge.get("/variants?page=2", "Accept-Language: en");

    assertThat(edge.store().purge("/variants")).isEqualTo(2);

    assertThat(edge.get("/variants", "Accept-Language: ja").cacheStatus()).contains("fwd=uri-miss");
    assertThat(edge.get("/variants?page=2", "Accept-Language: en").cacheStatus()).contains("hit");
    assertThat(edge.store().purge("/never-seen")).isZero();
  }

  @Test
  void whatWasOnItsWayIsNotKept() throws Exception {
    CountDownLatch headSent = new CountDownLatch(1);
    CountDownLatch rest = new CountDownLatch(1);
    origin.on(
        "/race",
        call -> {
          if (origin.calls("/race").size() == 1) {
            call.head(200, "Cache-Control: max-age=60", "Content-Length: 6");
            headSent.countDown();
            rest.await(10, TimeUnit.SECONDS);
            call.write("before".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
          } else {
            call.respond(200, "after!", "Cache-Control: max-age=60");
          }
        });
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Http.Answer> before = clients.submit(() -> edge.get("/race"));
      assertThat(headSent.await(10, TimeUnit.SECONDS)).isTrue();

      edge.store().purge("/race");
      Http.Answer after = edge.get("/race");
      rest.countDown();

      assertThat(after.text()).isEqualTo("after!");
      assertThat(before.get().text()).isEqualTo("before");
    }
    assertThat(edge.get("/race").text()).isEqualTo("after!");
    assertThat(edge.get("/race").cacheStatus()).contains("hit");
  }

  @Test
  void aConfirmationOnItsWayDoesNotBringItBack() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    origin.on(
        "/confirmed",
        call -> {
          if (call.header("If-None-Match") != null) {
            asked.countDown();
            answer.await(10, TimeUnit.SECONDS);
            call.respond(304, "", "Cache-Control: max-age=60");
          } else {
            call.respond(
                200,
                "body " + origin.calls("/confirmed").size(),
                "ETag: \"1\"",
                "Cache-Control: max-age=60",
                origin.calls("/confirmed").size() == 1 ? "Age: 100" : "Age: 0");
          }
        });
    edge.get("/confirmed");
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Http.Answer> waiting = clients.submit(() -> edge.get("/confirmed"));
      assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();

      assertThat(edge.store().purge("/confirmed")).isEqualTo(1);
      answer.countDown();

      assertThat(waiting.get().text()).isEqualTo("body 1");
    }
    assertThat(edge.get("/confirmed").text()).isEqualTo("body 3");
  }

  @Test
  void aFileIsReadToItsEndThoughItIsPurged() throws Exception {
    byte[] large = new byte[8_000_000];
    origin.on("/file", call -> call.respond(200, large, "Cache-Control: max-age=60"));
    edge.get("/file");
    try (Http reader = new Http(edge.port())) {
      reader.send("GET", "/file");
      assertThat(reader.head().cacheStatus()).contains("hit");
      assertThat(reader.bytes(10)).hasSize(10);

      edge.store().purge("/file");
      Poll.until(() -> edge.store().diskBytes() == 0);

      assertThat(reader.bytes(large.length - 10)).hasSize(large.length - 10);
    }
  }
}
