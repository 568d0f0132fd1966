package org.tanada.cdn.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tanada.common.testing.Poll;

/** What is kept, for how long, and how it is confirmed, over real connections. */
class CachingTests {
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
  void secondRequestIsAHit() {
    origin.on(
        "/hit",
        call ->
            call.respond(
                200,
                "hello",
                "Cache-Control: max-age=60",
                "Content-Type: text/plain",
                "Server-Timing: app;dur=3;desc=\"app-1\""));

    Http.Answer miss = edge.get("/hit");
    Http.Answer hit = edge.get("/hit");

    assertThat(miss.text()).isEqualTo("hello");
    assertThat(miss.cacheStatus()).isEqualTo("tanada-edge-1; fwd=uri-miss; fwd-status=200; stored");
    assertThat(miss.header("Server-Timing"))
        .startsWith("edge;")
        .endsWith("app;dur=3;desc=\"app-1\"");
    assertThat(hit.status()).isEqualTo(200);
    assertThat(hit.text()).isEqualTo("hello");
    assertThat(hit.header("Content-Type")).isEqualTo("text/plain");
    assertThat(hit.cacheStatus()).matches("tanada-edge-1; hit; ttl=(59|60|58)");
    assertThat(hit.header("Server-Timing")).matches("edge;dur=[0-9.]+;desc=\"edge-1 hit\"");
    assertThat(hit.header("Via")).isEqualTo("1.1 tanada-edge-1");
    assertThat(Integer.parseInt(hit.header("Age"))).isBetween(0, 2);
    assertThat(hit.header("traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
    assertThat(origin.calls("/hit")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "max-age=60 | - | - | true",
        "s-maxage=60, max-age=0 | - | - | true",
        "max-age=60, s-maxage=0 | - | - | false",
        "no-store, max-age=60 | - | - | false",
        "private, max-age=60 | - | - | false",
        "private=\"x-a, x-b\", max-age=60 | - | - | false",
        "PRIVATE, MAX-AGE=60 | - | - | false",
        "max-age=\"60\" | - | - | true",
        "max-age=abc | - | - | false",
        "max-age=99999999999999999999 | - | - | true",
        "public | - | - | false",
        "max-age=60, max-age=0 | - | - | true",
        "no-cache, max-age=60 | - | - | false",
        "private, max-age=0 | CDN-Cache-Control: max-age=60 | - | true",
        "max-age=60 | CDN-Cache-Control: no-store | - | false",
        "private | Tanada-Cache-Control: max-age=60 | - | true",
        "private | Tanada-Cache-Control: max-age=60 | CDN-Cache-Control: no-store | true",
        "max-age=60 | Set-Cookie: a=b | - | false",
        "max-age=60 | Vary: * | - | false",
        "max-age=60 | Age: 61 | - | false",
        "max-age=60 | Age: 10 | - | true",
        "- | Expires: 0 | - | false",
        "- | Expires: Thu, 01 Jan 2099 00:00:00 GMT | - | true",
        "max-age=0 | Expires: Thu, 01 Jan 2099 00:00:00 GMT | - | false",
        "- | - | - | false",
      })
  void freshnessTable(String control, String second, String third, boolean kept) {
    List<String> fields = new ArrayList<>();
    if (control != null) {
      fields.add("Cache-Control: " + control);
    }
    for (String field : new String[] {second, third}) {
      if (field != null) {
        fields.add(field);
      }
    }
    String path = "/freshness/" + Integer.toHexString(fields.hashCode());
    origin.on(path, call -> call.respond(200, "x", fields.toArray(String[]::new)));

    edge.get(path);
    Http.Answer second2 = edge.get(path);

    assertThat(second2.cacheStatus().contains("; hit")).isEqualTo(kept);
    assertThat(origin.calls(path)).hasSize(kept ? 1 : 2);
    assertThat(second2.headers()).doesNotContainKey("Tanada-Cache-Control");
  }

  @ParameterizedTest
  @CsvSource({
    "200, true",
    "203, true",
    "301, true",
    "404, true",
    "410, true",
    "308, true",
    "500, false",
    "503, false",
    "401, false",
    "206, false",
    "429, false"
  })
  void statusesWithExplicitFreshness(int status, boolean kept) {
    String path = "/status/" + status;
    origin.on(path, call -> call.respond(status, "x", "Cache-Control: max-age=60"));

    Http.Answer first = edge.get(path);
    edge.get(path);

    assertThat(first.status()).isEqualTo(status);
    assertThat(origin.calls(path)).hasSize(kept ? 1 : 2);
  }

  @ParameterizedTest
  @CsvSource({"public, true", "s-maxage=60, true", "must-revalidate, true", "max-age=60, false"})
  void answersToAuthorizationAreKeptOnlyIfAllowed(String directive, boolean kept) {
    String path = "/authorized/" + directive.hashCode();
    origin.on(path, call -> call.respond(200, "x", "Cache-Control: max-age=50, " + directive));

    edge.get(path, "Authorization: Bearer abc");
    edge.get(path, "Authorization: Bearer abc");

    assertThat(origin.calls(path)).hasSize(kept ? 1 : 2);
  }

  @Test
  void variantsAreKeptApart() {
    origin.on(
        "/vary",
        call ->
            call.respond(
                200,
                "in " + call.header("Accept-Language"),
                "Cache-Control: max-age=60",
                "Vary: Accept-Language"));

    assertThat(edge.get("/vary", "Accept-Language: ja").text()).isEqualTo("in ja");
    Http.Answer other = edge.get("/vary", "Accept-Language: en");
    assertThat(other.text()).isEqualTo("in en");
    assertThat(other.cacheStatus()).contains("fwd=vary-miss");
    assertThat(edge.get("/vary", "Accept-Language: ja").text()).isEqualTo("in ja");
    assertThat(edge.get("/vary", "Accept-Language: en").cacheStatus()).contains("; hit");
    assertThat(origin.calls("/vary")).hasSize(2);
  }

  @Test
  void staleObjectIsConfirmedAndItsHeadersRefreshed() {
    origin.on(
        "/confirm",
        call -> {
          if ("\"v1\"".equals(call.header("If-None-Match"))) {
            call.respond(304, "", "ETag: \"v1\"", "Cache-Control: max-age=60", "X-Seen: twice");
          } else {
            call.respond(
                200,
                "body",
                "ETag: \"v1\"",
                "Cache-Control: max-age=60",
                "Age: 100",
                "X-Seen: once");
          }
        });

    assertThat(edge.get("/confirm").header("X-Seen")).isEqualTo("once");
    Http.Answer confirmed = edge.get("/confirm");
    Http.Answer hit = edge.get("/confirm");

    assertThat(confirmed.text()).isEqualTo("body");
    assertThat(confirmed.cacheStatus()).contains("fwd=stale; fwd-status=304");
    assertThat(hit.cacheStatus()).contains("; hit");
    assertThat(hit.header("X-Seen")).isEqualTo("twice");
    assertThat(hit.text()).isEqualTo("body");
    assertThat(origin.calls("/confirm")).hasSize(2);
  }

  @Test
  void withoutFreshnessButWithValidatorItIsConfirmedEachTime() {
    origin.on(
        "/validator",
        call -> {
          if (call.header("If-Modified-Since") != null) {
            call.respond(304, "");
          } else {
            call.respond(200, "body", "Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT");
          }
        });

    edge.get("/validator");
    assertThat(edge.get("/validator").cacheStatus()).contains("fwd-status=304");
    assertThat(edge.get("/validator").text()).isEqualTo("body");
    assertThat(origin.calls("/validator")).hasSize(3);
  }

  @Test
  void clientsConditionsAreAnsweredFromTheCache() {
    origin.on(
        "/conditions",
        call ->
            call.respond(
                200,
                "body",
                "ETag: \"v1\"",
                "Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT",
                "Cache-Control: max-age=60"));
    edge.get("/conditions");

    Http.Answer same = edge.get("/conditions", "If-None-Match: \"v0\", W/\"v1\"");
    assertThat(same.status()).isEqualTo(304);
    assertThat(same.header("ETag")).isEqualTo("\"v1\"");
    assertThat(same.headers()).doesNotContainKey("Content-Length");
    assertThat(edge.get("/conditions", "If-None-Match: \"v0\"").status()).isEqualTo(200);
    assertThat(edge.get("/conditions", "If-Modified-Since: Fri, 02 Jan 2026 00:00:00 GMT").status())
        .isEqualTo(304);
    assertThat(edge.get("/conditions", "If-Modified-Since: Wed, 31 Dec 2025 00:00:00 GMT").status())
        .isEqualTo(200);
    assertThat(origin.calls("/conditions")).hasSize(1);
  }

  @Test
  void staleWhileRevalidateServesAtOnceAndRefreshesOnce() throws Exception {
    CountDownLatch refresh = new CountDownLatch(1);
    origin.on(
        "/swr",
        call -> {
          if (origin.calls("/swr").size() == 1) {
            call.respond(
                200, "old", "Cache-Control: max-age=1, stale-while-revalidate=600", "Age: 100");
          } else {
            refresh.await(10, TimeUnit.SECONDS);
            call.respond(200, "new", "Cache-Control: max-age=60");
          }
        });
    edge.get("/swr");

    for (int i = 0; i < 5; i++) {
      Http.Answer stale = edge.get("/swr");
      assertThat(stale.text()).isEqualTo("old");
      assertThat(stale.cacheStatus()).contains("hit; ttl=-");
    }
    refresh.countDown();

    Poll.until(() -> edge.get("/swr").text().equals("new"));
    assertThat(origin.calls("/swr")).hasSize(2);
  }

  @Test
  void staleObjectIsServedWhileOriginFails() {
    origin.on(
        "/sie",
        call -> {
          if (origin.calls("/sie").size() == 1) {
            call.respond(200, "old", "Cache-Control: max-age=1, stale-if-error=600", "Age: 100");
          } else {
            call.respond(500, "broken");
          }
        });
    edge.get("/sie");

    Http.Answer stale = edge.get("/sie");

    assertThat(stale.status()).isEqualTo(200);
    assertThat(stale.text()).isEqualTo("old");
    assertThat(stale.cacheStatus()).contains("detail=origin-500");
  }

  @Test
  void fiftyConcurrentMissesMakeOneOriginRequest() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    origin.on(
        "/fifty",
        call -> {
          release.await(10, TimeUnit.SECONDS);
          call.respond(200, "x".repeat(1000), "Cache-Control: max-age=60");
        });
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Http.Answer>> answers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        answers.add(clients.submit(() -> edge.get("/fifty")));
      }
      Poll.until(() -> !origin.calls("/fifty").isEmpty());
      release.countDown();

      long collapsed = 0;
      for (Future<Http.Answer> answer : answers) {
        assertThat(answer.get().text()).hasSize(1000);
        assertThat(answer.get().complete()).isTrue();
        collapsed += answer.get().cacheStatus().contains("collapsed") ? 1 : 0;
      }
      assertThat(collapsed).isPositive();
    }
    assertThat(origin.calls("/fifty")).hasSize(1);
  }

  @Test
  void followersReadWhileTheLeaderIsStillInTheBody() throws Exception {
    CountDownLatch rest = new CountDownLatch(1);
    byte[] half = "a".repeat(300_000).getBytes(US_ASCII);
    origin.on(
        "/stream",
        call -> {
          call.head(200, "Cache-Control: max-age=60", "Content-Length: 600000");
          call.write(half);
          rest.await(10, TimeUnit.SECONDS);
          call.write(half);
        });
    try (Http leader = new Http(edge.port());
        Http follower = new Http(edge.port())) {
      leader.send("GET", "/stream");
      leader.head();
      assertThat(leader.bytes(300_000)).hasSize(300_000);
      follower.send("GET", "/stream");
      assertThat(follower.head().cacheStatus()).contains("collapsed");
      assertThat(follower.bytes(300_000)).hasSize(300_000);

      rest.countDown();

      assertThat(leader.bytes(300_000)).hasSize(300_000);
      assertThat(follower.bytes(300_000)).hasSize(300_000);
    }
    Poll.until(() -> edge.get("/stream").cacheStatus().contains("hit"));
    assertThat(edge.get("/stream").body()).hasSize(600_000);
    assertThat(origin.calls("/stream")).hasSize(1);
  }

  @Test
  void theFillGoesOnWhenTheLeaderLeaves() throws Exception {
    CountDownLatch rest = new CountDownLatch(1);
    origin.on(
        "/leaves",
        call -> {
          call.head(200, "Cache-Control: max-age=60", "Content-Length: 10");
          call.write("12345".getBytes(US_ASCII));
          rest.await(10, TimeUnit.SECONDS);
          call.write("67890".getBytes(US_ASCII));
        });
    try (Http leader = new Http(edge.port())) {
      leader.send("GET", "/leaves");
      leader.head();
    }
    rest.countDown();

    Poll.until(() -> edge.get("/leaves").cacheStatus().contains("hit"));
    assertThat(edge.get("/leaves").text()).isEqualTo("1234567890");
    assertThat(origin.calls("/leaves")).hasSize(1);
  }

  @Test
  void personalAnswersAreNotSharedNorSerialised() throws Exception {
    CountDownLatch both = new CountDownLatch(2);
    origin.on(
        "/me",
        call -> {
          if (origin.calls("/me").size() > 1) {
            both.countDown();
            both.await(10, TimeUnit.SECONDS); // returns early only if two are here at a time
          }
          call.respond(200, "for " + call.header("Cookie"), "Cache-Control: private");
        });
    edge.get("/me", "Cookie: s=0");

    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Http.Answer> one = clients.submit(() -> edge.get("/me", "Cookie: s=1"));
      Future<Http.Answer> two = clients.submit(() -> edge.get("/me", "Cookie: s=2"));
      assertThat(one.get().text()).isEqualTo("for s=1");
      assertThat(two.get().text()).isEqualTo("for s=2");
    }
    assertThat(both.getCount()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void truncatedAnswerIsCutAndNeverKept(boolean chunked) {
    String path = "/truncated/" + chunked;
    origin.on(
        path,
        call -> {
          if (chunked) {
            call.head(200, "Cache-Control: max-age=60", "Transfer-Encoding: chunked");
            call.chunk("12345");
          } else {
            call.head(200, "Cache-Control: max-age=60", "Content-Length: 10");
            call.write("12345".getBytes(US_ASCII));
          }
          call.cut();
        });

    Http.Answer first = edge.get(path);
    Http.Answer second = edge.get(path);

    // a short answer was held back, so that there still can be a proper one
    assertThat(first.complete()).isEqualTo(!chunked);
    assertThat(second.complete()).isEqualTo(!chunked);
    assertThat(first.status()).isEqualTo(chunked ? 200 : 502);
    assertThat(second.cacheStatus()).doesNotContain("hit");
    assertThat(edge.store().find(path, new io.netty.handler.codec.http.DefaultHttpHeaders()))
        .isNull();
  }

  @Test
  void truncatedPersonalAnswerIsCut() {
    origin.on(
        "/truncated-personal",
        call -> {
          call.head(200, "Cache-Control: private", "Content-Length: 1000000");
          call.write("12345".getBytes(US_ASCII));
          call.cut();
        });

    assertThat(edge.get("/truncated-personal").complete()).isFalse();
  }

  @Test
  void onlyIfCachedDoesNotAskTheOrigin() {
    Http.Answer answer = edge.get("/only", "Cache-Control: only-if-cached");

    assertThat(answer.status()).isEqualTo(504);
    assertThat(origin.calls("/only")).isEmpty();
  }

  @Test
  void headIsAnsweredFromAStoredGet() {
    origin.on("/head", call -> call.respond(200, "12345", "Cache-Control: max-age=60"));
    edge.get("/head");

    Http.Answer head = Http.call(edge.port(), "HEAD", "/head");

    assertThat(head.header("Content-Length")).isEqualTo("5");
    assertThat(head.cacheStatus()).contains("hit");
    assertThat(origin.calls("/head")).hasSize(1);
  }

  @Test
  void headOfSomethingUnknownIsPassedOn() {
    origin.on("/head-pass", call -> call.respond(200, "12345", "Cache-Control: max-age=60"));

    Http.Answer head = Http.call(edge.port(), "HEAD", "/head-pass");

    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("Content-Length")).isEqualTo("5");
    assertThat(head.cacheStatus()).contains("fwd=method");
    assertThat(origin.calls("/head-pass").getFirst().method()).isEqualTo("HEAD");
  }
}
