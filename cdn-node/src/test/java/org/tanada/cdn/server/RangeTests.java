package org.tanada.cdn.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tanada.common.testing.Poll;

/** Ranges from cached objects, from objects on their way, and past the cache. */
class RangeTests {
  private static final byte[] LARGE = new byte[3_000_000];
  private static TestEdge edge;
  private static ScriptedOrigin origin;

  @BeforeAll
  static void start() {
    new Random(1).nextBytes(LARGE);
    edge = new TestEdge("range-reach", "1MB", "background-fills", "1");
    origin = edge.origin();
    origin.on(
        "/digits",
        call ->
            call.respond(
                200,
                "0123456789",
                "Cache-Control: max-age=60",
                "ETag: \"v1\"",
                "Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT",
                "Content-Digest: sha-256=:abc=:"));
    edge.get("/digits");
  }

  @AfterAll
  static void stop() {
    edge.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "bytes=0-3 | 206 | 0123 | bytes 0-3/10",
        "bytes=0-0 | 206 | 0 | bytes 0-0/10",
        "bytes=9- | 206 | 9 | bytes 9-9/10",
        "bytes=5-100 | 206 | 56789 | bytes 5-9/10",
        "bytes=-3 | 206 | 789 | bytes 7-9/10",
        "bytes=-100 | 206 | 0123456789 | bytes 0-9/10",
        "BYTES=1-2 | 206 | 12 | bytes 1-2/10",
        "bytes=10- | 416 | - | bytes */10",
        "bytes=-0 | 416 | - | bytes */10",
        "bytes=5-2 | 200 | 0123456789 | -",
        "bytes=0-1,3-4 | 200 | 0123456789 | -",
        "lines=1-2 | 200 | 0123456789 | -",
        "bytes=a-b | 200 | 0123456789 | -",
        "bytes=- | 200 | 0123456789 | -",
        "bytes=99999999999999999999- | 200 | 0123456789 | -",
      })
  void rangesOfACachedObject(String range, int status, String body, String contentRange) {
    Http.Answer answer = edge.get("/digits", "Range: " + range);

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("Content-Range")).isEqualTo(contentRange);
    if (body != null) {
      assertThat(answer.text()).isEqualTo(body);
    } else {
      assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    }
    assertThat(answer.headers().containsKey("Content-Digest")).isEqualTo(status == 200);
    assertThat(answer.cacheStatus()).contains("hit");
  }

  @ParameterizedTest
  @CsvSource({
    "'\"v1\"', 206",
    "'\"v2\"', 200",
    "'W/\"v1\"', 200",
    "'Thu, 01 Jan 2026 00:00:00 GMT', 206",
    "'Fri, 02 Jan 2026 00:00:00 GMT', 200",
    "nonsense, 200"
  })
  void ifRangeDecidesBetweenPartAndWhole(String condition, int status) {
    Http.Answer answer = edge.get("/digits", "Range: bytes=0-1", "If-Range: " + condition);

    assertThat(answer.status()).isEqualTo(status);
  }

  @Test
  void nearRangeOnAMissWaitsForTheFill() {
    origin.on("/near", call -> call.respond(200, LARGE, "Cache-Control: max-age=60"));

    Http.Answer part = edge.get("/near", "Range: bytes=500000-500099");

    assertThat(part.status()).isEqualTo(206);
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(LARGE, 500_000, 500_100));
    assertThat(part.header("Content-Range")).isEqualTo("bytes 500000-500099/3000000");
    assertThat(origin.calls("/near")).hasSize(1);
    assertThat(origin.calls("/near").getFirst().header("Range")).isNull();
  }

  @Test
  void farRangeGoesPastTheCacheWhileTheWholeObjectFollows() throws Exception {
    CountDownLatch whole = new CountDownLatch(1);
    origin.on(
        "/far",
        call -> {
          if (call.header("Range") != null) {
            call.respond(
                206,
                Arrays.copyOfRange(LARGE, 2_000_000, 2_000_010),
                "Cache-Control: max-age=60",
                "Content-Range: bytes 2000000-2000009/3000000");
          } else {
            whole.await(10, TimeUnit.SECONDS);
            call.respond(200, LARGE, "Cache-Control: max-age=60");
          }
        });

    Http.Answer part = edge.get("/far", "Range: bytes=2000000-2000009");
    assertThat(part.status()).isEqualTo(206);
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(LARGE, 2_000_000, 2_000_010));
    assertThat(edge.get("/far", "Range: bytes=2000000-2000009").status()).isEqualTo(206);
    whole.countDown();

    Poll.until(
        () -> edge.get("/far", "Range: bytes=2000000-2000009").cacheStatus().contains("hit"));
    Http.Answer hit = edge.get("/far", "Range: bytes=2999990-");
    assertThat(hit.body()).isEqualTo(Arrays.copyOfRange(LARGE, 2_999_990, 3_000_000));
    assertThat(origin.calls("/far").stream().filter(call -> call.header("Range") == null))
        .hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void largeObjectComesWholeFromDisk(boolean chunked) {
    String path = "/large/" + chunked;
    origin.on(
        path,
        call -> {
          if (chunked) {
            call.head(200, "Cache-Control: max-age=60", "Transfer-Encoding: chunked");
            for (int at = 0; at < LARGE.length; at += 100_000) {
              call.write("186a0\r\n".getBytes(US_ASCII));
              call.write(Arrays.copyOfRange(LARGE, at, at + 100_000));
              call.write("\r\n".getBytes(US_ASCII));
            }
            call.write("0\r\n\r\n".getBytes(US_ASCII));
          } else {
            call.respond(200, LARGE, "Cache-Control: max-age=60");
          }
        });

    assertThat(edge.get(path).body()).isEqualTo(LARGE);
    Http.Answer hit = edge.get(path);

    assertThat(hit.body()).isEqualTo(LARGE);
    assertThat(hit.cacheStatus()).contains("hit");
    assertThat(hit.header("Content-Length")).isEqualTo("3000000");
    assertThat(origin.calls(path)).hasSize(1);
    assertThat(edge.store().diskBytes()).isGreaterThanOrEqualTo(LARGE.length);
  }
}
