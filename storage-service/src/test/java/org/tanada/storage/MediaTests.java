package org.tanada.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tanada.common.blob.SignedUrls;

/** Reading: ranges, conditions, signatures, and addresses that are none. */
class MediaTests {
  private static final byte[] CONTENT = "0123456789abcdefghij".getBytes(UTF_8);
  private static final long ID = 4711;

  @TempDir static Path videosRoot;
  @TempDir static Path profilesRoot;
  @TempDir static Path invoicesRoot;
  private static StorageCluster videos;
  private static StorageCluster profiles;
  private static StorageCluster invoices;

  @BeforeAll
  static void start() throws IOException {
    videos = new StorageCluster(videosRoot, "videos").list(1).start(1);
    profiles = new StorageCluster(profilesRoot, "profiles").list(1).start(1);
    invoices = new StorageCluster(invoicesRoot, "invoices").list(1).start(1);
    assertThat(videos.put(1, ID, "video/mp4", CONTENT).statusCode()).isEqualTo(201);
    assertThat(profiles.put(1, ID, "image/png", CONTENT).statusCode()).isEqualTo(201);
    assertThat(invoices.put(1, ID, "application/pdf", CONTENT).statusCode()).isEqualTo(201);
  }

  @AfterAll
  static void stop() {
    videos.close();
    profiles.close();
    invoices.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bytes=0-4          | 206 | bytes 0-4/20   | 01234
          bytes=5-           | 206 | bytes 5-19/20  | 56789abcdefghij
          bytes=-3           | 206 | bytes 17-19/20 | hij
          bytes=-99          | 206 | bytes 0-19/20  | 0123456789abcdefghij
          bytes=19-19        | 206 | bytes 19-19/20 | j
          bytes=10-999       | 206 | bytes 10-19/20 | abcdefghij
          bytes=0-99999999999999999999 | 200 |      | 0123456789abcdefghij
          bytes=0-9223372036854775807  | 206 | bytes 0-19/20 | 0123456789abcdefghij
          bytes=20-          | 416 | bytes */20     |
          bytes=-0           | 416 | bytes */20     |
          bytes=9223372036854775807- | 416 | bytes */20 |
          bytes=5-4          | 200 |                | 0123456789abcdefghij
          bytes=-            | 200 |                | 0123456789abcdefghij
          bytes=a-b          | 200 |                | 0123456789abcdefghij
          items=0-4          | 200 |                | 0123456789abcdefghij
          bytes=0-1,3-4      | 200 |                | 0123456789abcdefghij
          """)
  void rangeIsAnswered(String range, int status, String contentRange, String body) {
    HttpResponse<byte[]> answer = videos.get(1, ID, "Range", range);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Range").orElse(null)).isEqualTo(contentRange);
    if (body != null) {
      assertThat(new String(answer.body(), UTF_8)).isEqualTo(body);
    } else {
      assertThat(new String(answer.body(), UTF_8)).contains("range-not-satisfiable");
      assertThat(answer.headers().firstValue("Tanada-Cache-Control")).isEmpty();
    }
  }

  @Test
  void wholeFileCarriesItsDigestAndDescription() throws Exception {
    byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(CONTENT);
    String digest = "sha-256=:" + Base64.getEncoder().encodeToString(sha256) + ":";

    HttpResponse<byte[]> answer = profiles.get(1, ID);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(CONTENT);
    assertHeader(answer, "ETag", "\"" + HexFormat.of().formatHex(sha256) + "\"");
    assertHeader(answer, "Content-Digest", digest);
    assertHeader(answer, "Repr-Digest", digest);
    assertHeader(answer, "Content-Type", "image/png");
    assertHeader(answer, "Content-Length", "20");
    assertHeader(answer, "Accept-Ranges", "bytes");
    assertHeader(answer, "X-Content-Type-Options", "nosniff");
    assertHeader(answer, "Content-Disposition", "inline");
    assertHeader(answer, "Cache-Control", "public, max-age=31536000, immutable");
    assertThat(answer.headers().firstValue("Last-Modified")).isPresent();
    assertThat(answer.headers().firstValue("Server-Timing").orElse(""))
        .startsWith("storage;dur=")
        .contains("storage-profiles-1");
  }

  @Test
  void largeRangeIsSentFromTheFile() {
    byte[] large = new byte[1_000_000];
    for (int i = 0; i < large.length; i++) {
      large[i] = (byte) ((i * 31) >> 3);
    }
    assertThat(videos.put(1, 88, "video/mp4", large).statusCode()).isEqualTo(201);

    assertThat(videos.get(1, 88).body()).isEqualTo(large);
    HttpResponse<byte[]> part = videos.get(1, 88, "Range", "bytes=100001-900000");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(large, 100_001, 900_001));
    assertThat(part.headers().firstValue("Server-Timing")).isPresent();
    assertHeader(videos.get(1, 88, "Range", "bytes=-70000"), "Content-Length", "70000");
  }

  @Test
  void headTellsTheSameWithoutBody() {
    HttpResponse<byte[]> answer =
        videos.send(videos.request(1, videos.path(ID)).method("HEAD", noBody()));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertHeader(answer, "Content-Length", "20");
    assertHeader(answer, "Content-Type", "video/mp4");
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void conditionsAreHeeded() {
    String etag = profiles.get(1, ID).headers().firstValue("ETag").orElseThrow();
    String modified = profiles.get(1, ID).headers().firstValue("Last-Modified").orElseThrow();

    HttpResponse<byte[]> same = profiles.get(1, ID, "If-None-Match", "\"other\", W/" + etag);
    assertThat(same.statusCode()).isEqualTo(304);
    assertHeader(same, "ETag", etag);
    assertHeader(same, "Cache-Control", "public, max-age=31536000, immutable");
    assertThat(profiles.get(1, ID, "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
    assertThat(profiles.get(1, ID, "If-Modified-Since", modified).statusCode()).isEqualTo(304);
    assertThat(profiles.get(1, ID, "If-Match", "\"other\"").statusCode()).isEqualTo(412);
    String[] range = {"Range", "bytes=0-1", "If-Range"};
    assertThat(profiles.get(1, ID, and(range, etag)).statusCode()).isEqualTo(206);
    assertThat(profiles.get(1, ID, and(range, modified)).statusCode()).isEqualTo(206);
    assertThat(profiles.get(1, ID, and(range, "\"other\"")).statusCode()).isEqualTo(200);
    assertThat(profiles.get(1, ID, and(range, "W/" + etag)).statusCode()).isEqualTo(200);
  }

  @Test
  void partHasNoDigestOfTheWholeAsItsOwn() {
    HttpResponse<byte[]> answer = videos.get(1, ID, "Range", "bytes=0-4");

    assertThat(answer.headers().firstValue("Repr-Digest")).isPresent();
    assertThat(answer.headers().firstValue("Content-Digest")).isEmpty();
  }

  @Test
  void privateFileNeedsASignatureThatHolds() {
    String path = "/media/videos/" + ID;
    SignedUrls ours = new SignedUrls(StorageCluster.SIGNING_KEY, Instant::now);
    SignedUrls forged = new SignedUrls("another key, another key, another key", Instant::now);
    Instant later = Instant.now().plusSeconds(100);

    HttpResponse<byte[]> good = at(videos, ours.sign(path, later));
    assertThat(good.statusCode()).isEqualTo(200);
    assertThat(good.headers().firstValue("Cache-Control").orElse(""))
        .matches("private, max-age=(9\\d|100)");
    assertHeader(good, "Tanada-Cache-Control", "max-age=31536000");
    assertProblem(at(videos, path), 403, "invalid-signature");
    assertProblem(at(videos, forged.sign(path, later)), 403, "invalid-signature");
    assertProblem(
        at(videos, ours.sign("/media/videos/4712", later).replace("4712", "4711")),
        403,
        "invalid-signature");
    assertProblem(
        at(videos, ours.sign(path, Instant.now().minusSeconds(5))), 403, "expired-signature");
  }

  @Test
  void invoiceIsSavedUnderItsName() {
    HttpResponse<byte[]> answer = invoices.get(1, ID);

    assertHeader(answer, "Content-Disposition", "inline; filename=\"invoice-4711.pdf\"");
    assertThat(answer.headers().firstValue("Content-Security-Policy")).isEmpty();
  }

  @Test
  void activeContentIsSandboxed() {
    profiles.put(
        1, 99, "image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'/>".getBytes(UTF_8));

    assertHeader(profiles.get(1, 99), "X-Content-Type-Options", "nosniff");
    for (long id : new long[] {99, ID}) { // pictures and videos may show themselves, and no more
      assertHeader(
          profiles.get(1, id),
          "Content-Security-Policy",
          "default-src 'none'; img-src 'self'; media-src 'self'; base-uri 'none'; form-action 'none';"
              + " frame-ancestors 'none'; sandbox");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/media/profiles/4712",
        "/media/profiles/04711",
        "/media/profiles/-1",
        "/media/profiles/0",
        "/media/profiles/4711.blob",
        "/media/profiles/99999999999999999999",
        "/media/profiles/9223372036854775808",
        "/media/profiles/%2e%2e%2flock",
        "/media/profiles/..%2f..%2f..%2fetc%2fpasswd",
        "/media/profiles/../../lock",
        "/media/profiles/%00",
        "/media/profiles/",
        "/media/profiles/4711/",
        "/media/videos/4711",
        "/media/lock",
        "/lock",
      })
  void oddAddressIsNotFound(String path) throws IOException {
    String answer = raw(profiles, "GET " + path + " HTTP/1.1");

    assertThat(answer).matches("(?s)HTTP/1\\.1 40[04] .*");
    assertThat(answer).doesNotContain("0123456789").doesNotContain("root:");
    if (!path.contains("%00")) {
      assertThat(answer).startsWith("HTTP/1.1 404 ").contains("\"code\":\"not-found\"");
    }
  }

  @Test
  void onlyOurServicesAreServed() throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(profiles.request(1, "/media/profiles/" + ID).build().uri());

    assertProblem(profiles.send(request), 401, "unauthenticated");
  }

  private static HttpRequest.BodyPublisher noBody() {
    return HttpRequest.BodyPublishers.noBody();
  }

  private static String[] and(String[] headers, String value) {
    String[] all = Arrays.copyOf(headers, headers.length + 1);
    all[headers.length] = value;
    return all;
  }

  private static HttpResponse<byte[]> at(StorageCluster cluster, String path) {
    return cluster.send(cluster.request(1, path));
  }

  private static void assertHeader(HttpResponse<?> answer, String name, String value) {
    assertThat(answer.headers().firstValue(name)).as(name).contains(value);
  }

  private static void assertProblem(HttpResponse<byte[]> answer, int status, String code) {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(new String(answer.body(), UTF_8)).contains("\"code\":\"" + code + "\"");
    assertHeader(answer, "Cache-Control", "no-store");
  }

  /** Sends what no decent client would. */
  private static String raw(StorageCluster cluster, String line) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), cluster.port(1))) {
      socket.setSoTimeout(10_000);
      String head =
          line
              + "\r\nHost: x\r\nConnection: close\r\nTanada-Service-Credential: "
              + StorageCluster.credential("/media")
              + "\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(UTF_8));
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      socket.getInputStream().transferTo(all);
      return all.toString(UTF_8);
    }
  }
}
