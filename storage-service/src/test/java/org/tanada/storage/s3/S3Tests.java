package org.tanada.storage.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tanada.common.blob.testing.S3Server;
import org.tanada.common.testing.Poll;
import org.tanada.storage.StorageApplication;
import org.tanada.storage.StorageCluster;

/** A purpose whose files are in a bucket, as two nodes without disks of their own serve it. */
@Tag("servers")
class S3Tests {
  private static final byte[] CONTENT = "0123456789abcdefghij".getBytes(UTF_8);
  private static final int MB = 1 << 20;

  @TempDir static Path root;
  private static S3Server s3;
  private static StorageCluster archive;

  @BeforeAll
  static void start() throws IOException {
    s3 = new S3Server(Files.createDirectory(root.resolve("server")));
    archive =
        new StorageCluster(root, "archive")
            .list(1, 2)
            .start(1, s3.settings())
            .start(2, s3.settings())
            .together();
  }

  @AfterAll
  static void stop() {
    archive.close();
    s3.close();
  }

  @Test
  void whatOneNodeTookAnotherOneGives() {
    HttpResponse<byte[]> put = archive.put(1, 1, "application/pdf", CONTENT);
    HttpResponse<byte[]> get = archive.get(2, 1);
    HttpResponse<byte[]> head =
        archive.send(
            archive
                .request(2, archive.path(1))
                .method("HEAD", HttpRequest.BodyPublishers.noBody()));

    assertThat(put.statusCode()).isEqualTo(201);
    assertThat(new String(put.body(), UTF_8))
        .contains("\"purpose\":\"archive\"", "\"sha256\":\"" + sha256(CONTENT));
    assertThat(get.body()).isEqualTo(CONTENT);
    assertThat(get.headers().firstValue("ETag")).hasValue("\"" + sha256(CONTENT) + "\"");
    assertThat(get.headers().firstValue("Content-Type")).hasValue("application/pdf");
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValue("Content-Length")).hasValue("20");
    assertThat(head.headers().map()).containsKey("repr-digest");
    assertThat(head.body()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bytes=0-4    | 206 | bytes 0-4/20   | 01234
          bytes=5-     | 206 | bytes 5-19/20  | 56789abcdefghij
          bytes=-3     | 206 | bytes 17-19/20 | hij
          bytes=0-99   | 206 | bytes 0-19/20  | 0123456789abcdefghij
          bytes=20-    | 416 | bytes */20     |
          bytes=0-1,3- | 200 |                | 0123456789abcdefghij
          """)
  void rangeIsAnswered(String range, int status, String contentRange, String body) {
    archive.put(1, 2, "application/pdf", CONTENT);

    HttpResponse<byte[]> answer = archive.get(2, 2, "Range", range);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Range").orElse(null)).isEqualTo(contentRange);
    if (status < 400) {
      assertThat(new String(answer.body(), UTF_8)).isEqualTo(body);
    }
  }

  @Test
  void signedAddressIsNeeded() {
    archive.put(1, 3, "application/pdf", CONTENT);

    assertThat(archive.send(archive.request(1, "/media/archive/3")).statusCode()).isEqualTo(403);
  }

  @Test
  void whatIsKnownIsNotSentAgain() {
    archive.put(1, 4, "application/pdf", CONTENT);

    HttpResponse<byte[]> answer = archive.get(1, 4, "If-None-Match", "\"" + sha256(CONTENT) + "\"");

    assertThat(answer.statusCode()).isEqualTo(304);
  }

  @Test
  void otherContentOfAnIdIsRefused() throws IOException {
    assertThat(archive.put(1, 5, "application/pdf", CONTENT).statusCode()).isEqualTo(201);
    assertThat(archive.put(2, 5, "application/pdf", CONTENT).statusCode()).isEqualTo(200);

    HttpResponse<byte[]> other = archive.put(2, 5, "application/pdf", "other".getBytes(UTF_8));

    assertThat(other.statusCode()).isEqualTo(409);
    assertThat(new String(other.body(), UTF_8)).contains("duplicate");
    assertThat(archive.get(1, 5).body()).isEqualTo(CONTENT);
    assertThat(s3.objects("/contents/5/")).hasSize(1);
  }

  @Test
  void ofManyWritersOfAnIdOneWins() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> answers =
          java.util.stream.IntStream.range(0, 8)
              .mapToObj(n ->
                  threads.submit(() ->
                      archive
                          .put(1 + n % 2, 6, "application/pdf", ("writer " + n).getBytes(UTF_8))
                          .statusCode()))
              .toList();
      int[] statuses = new int[8];
      for (int n = 0; n < 8; n++) {
        statuses[n] = answers.get(n).get();
      }

      assertThat(statuses).containsOnlyOnce(201);
      assertThat(Arrays.stream(statuses).filter(status -> status == 409).count()).isEqualTo(7);
      int winner = java.util.stream.IntStream.range(0, 8).filter(n -> statuses[n] == 201).sum();
      assertThat(archive.get(1, 6).body()).isEqualTo(("writer " + winner).getBytes(UTF_8));
      assertThat(s3.objects("/contents/6/")).hasSize(1);
    }
  }

  @Test
  void deletedFileIsGoneAndStaysSo() throws IOException {
    archive.put(1, 7, "application/pdf", CONTENT);

    assertThat(archive.delete(2, 7).statusCode()).isEqualTo(204);
    assertThat(archive.delete(2, 7).statusCode()).isEqualTo(204);

    assertThat(archive.get(1, 7).statusCode()).isEqualTo(404);
    assertThat(archive.put(1, 7, "application/pdf", CONTENT).statusCode()).isEqualTo(409);
    assertThat(s3.objects("/contents/7/")).isEmpty();
  }

  @Test
  void whatWasNeverThereIsNotFound() {
    assertThat(archive.get(1, 99).statusCode()).isEqualTo(404);
  }

  @Test
  void emptyFileIsOne() {
    assertThat(archive.put(1, 8, "text/plain", new byte[0]).statusCode()).isEqualTo(201);

    assertThat(archive.get(2, 8).statusCode()).isEqualTo(200);
    assertThat(archive.get(2, 8).body()).isEmpty();
  }

  @Test
  void wrongDigestLeavesNothing() throws Exception {
    String wrong =
        Base64.getEncoder()
            .encodeToString(MessageDigest.getInstance("SHA-256").digest("x".getBytes(UTF_8)));
    HttpResponse<byte[]> answer =
        archive.send(
            archive
                .request(1, "/v1/blobs/9")
                .header("Content-Digest", "sha-256=:" + wrong + ":")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(CONTENT)));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(new String(answer.body(), UTF_8)).contains("digest-mismatch");
    assertThat(archive.get(1, 9).statusCode()).isEqualTo(404);
    assertThat(s3.objects("/contents/9/")).isEmpty();
  }

  @Test
  void contentOfSeveralPartsIsWhole() throws IOException {
    for (int size : new int[] {5 * MB, 5 * MB + 1, 10 * MB, 12 * MB + 7}) {
      byte[] content = random(size);

      assertThat(archive.put(1, 1000 + size, "video/mp4", content).statusCode()).isEqualTo(201);

      assertThat(archive.get(2, 1000 + size).body()).isEqualTo(content);
      assertThat(archive.get(2, 1000 + size, "Range", "bytes=5242870-5242879").body())
          .isEqualTo(Arrays.copyOfRange(content, 5242870, Math.min(size, 5242880)));
    }
    assertThat(spooled()).isEmpty();
  }

  @Test
  void fileIsMadeOfOthers() {
    byte[] first = random(6 * MB);
    archive.put(1, 21, "application/octet-stream", first);
    archive.put(1, 22, "application/octet-stream", new byte[0]);
    archive.put(1, 23, "application/octet-stream", CONTENT);

    HttpResponse<byte[]> made = compose(24, "[21, 22, 23]", first.length + CONTENT.length);
    HttpResponse<byte[]> none = compose(25, "[21, 98]", first.length + CONTENT.length);

    assertThat(made.statusCode()).isEqualTo(201);
    byte[] whole = archive.get(2, 24).body();
    assertThat(whole).hasSize(first.length + CONTENT.length).startsWith(first).endsWith(CONTENT);
    assertThat(none.statusCode()).isEqualTo(409);
    assertThat(archive.get(1, 25).statusCode()).isEqualTo(404);
  }

  private static HttpResponse<byte[]> compose(long id, String parts, long length) {
    return archive.send(
        archive
            .request(1, "/v1/blobs/" + id + "/composition")
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"contentType\": \"video/mp4\", \"length\": %d, \"parts\": %s}"
                        .formatted(length, parts))));
  }

  @Test
  void damagedContentNeverLooksWhole() throws IOException {
    byte[] content = random(300_000);
    archive.put(1, 31, "video/mp4", content);
    Path object = s3.objects("/contents/31/").getFirst();
    byte[] damaged = Files.readAllBytes(object);
    damaged[150_000] ^= 1;
    Files.write(object, damaged);

    assertThatThrownBy(() -> archive.get(2, 31)).hasRootCauseInstanceOf(IOException.class);
  }

  @Test
  void tooLargeOneIsRefusedBeforeItIsSent() {
    HttpResponse<byte[]> answer =
        archive.send(
            archive
                .request(1, "/v1/blobs/41")
                .expectContinue(true)
                .PUT(
                    HttpRequest.BodyPublishers.fromPublisher(
                        HttpRequest.BodyPublishers.ofInputStream(InputStream::nullInputStream),
                        9L << 30)));

    assertThat(answer.statusCode()).isEqualTo(413);
  }

  @Test
  void twoHundredMegabytesPassThroughASmallHeap() throws Exception {
    StorageCluster small = new StorageCluster(root, "large").list(3);
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx48m",
                "-XX:MaxDirectMemorySize=16m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                StorageApplication.class.getName()));
    command.addAll(small.arguments(3, s3.settings()));
    Process node =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(root.resolve("small.log").toFile())
            .start();
    try {
      Poll.until("the small node is ready", () -> ready(small, node));
      int megabytes = 200;
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] block = random(MB);
      for (int i = 0; i < megabytes; i++) {
        digest.update(block);
      }

      HttpResponse<byte[]> put =
          small.send(
              small
                  .request(3, "/v1/blobs/51")
                  .PUT(
                      HttpRequest.BodyPublishers.ofByteArrays(
                          java.util.Collections.nCopies(megabytes, block))));

      String sha256 = HexFormat.of().formatHex(digest.digest());
      assertThat(put.statusCode()).isEqualTo(201);
      assertThat(new String(put.body(), UTF_8)).contains("\"sha256\":\"" + sha256);
      HttpResponse<byte[]> get = small.send(small.request(3, small.path(51)));
      assertThat(get.body()).hasSize(megabytes * MB);
      assertThat(sha256(get.body())).isEqualTo(sha256);
      assertThat(node.isAlive()).isTrue();
    } finally {
      node.destroyForcibly().waitFor();
      small.close();
    }
  }

  private static boolean ready(StorageCluster cluster, Process node) {
    if (!node.isAlive()) {
      throw new AssertionError("the node ended, see small.log");
    }
    try {
      return cluster.send(cluster.request(3, "/actuator/health/readiness")).statusCode() == 200;
    } catch (java.io.UncheckedIOException e) {
      return false; // not yet
    }
  }

  @Test
  void bucketThatIsMissingIsUnavailable(@TempDir Path other) throws IOException {
    assertUnusable(other, "tanada.storage.s3.bucket=another-bucket");
  }

  @Test
  void wrongCredentialsAreUnavailable(@TempDir Path other) throws IOException {
    assertUnusable(other, "tanada.storage.s3.credentials=" + s3.wrongCredentials());
  }

  @Test
  void credentialsThatAreReplacedAreRead(@TempDir Path other) throws IOException {
    Path file = s3.credentials("replaced", "not-yet");
    try (StorageCluster late =
        new StorageCluster(other, "late")
            .list(1)
            .start(1, s3.settings("tanada.storage.s3.credentials=" + file))) {
      assertThat(late.get(1, 1).statusCode()).isEqualTo(503);

      Files.copy(
          s3.credentials("right", "secret-of-the-tests"),
          file,
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);

      Poll.until("it is let in", () -> late.get(1, 1).statusCode() == 404);
    }
  }

  private static void assertUnusable(Path other, String setting) throws IOException {
    try (StorageCluster wrong =
        new StorageCluster(other, "wrong").list(1).start(1, s3.settings(setting))) {
      for (HttpResponse<byte[]> answer :
          List.of(
              wrong.put(1, 1, "application/pdf", CONTENT), wrong.get(1, 1), wrong.delete(1, 1))) {
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(new String(answer.body(), UTF_8))
            .contains("\"code\":\"unavailable\"")
            .doesNotContain("bucket\":", "key-of-the-tests", "127.0.0.1");
      }
      assertThat(wrong.send(wrong.request(1, "/actuator/health/readiness")).statusCode())
          .isEqualTo(503);
    }
  }

  @Test
  void missingCredentialsStopTheStart(@TempDir Path other) throws IOException {
    try (StorageCluster wrong = new StorageCluster(other, "wrong").list(1)) {
      assertThatThrownBy(() ->
              wrong.start(1, s3.settings("tanada.storage.s3.credentials=" + other.resolve("none"))))
          .hasStackTraceContaining("tanada.storage.s3.credentials");
      assertThatThrownBy(() -> wrong.start(1, s3.settings("tanada.storage.s3.part-size=1MB")))
          .hasStackTraceContaining("part-size");
    }
  }

  @Test
  void uploadDuringWhichS3GoesAwayLeavesNothing(@TempDir Path other) throws Exception {
    try (S3Server server = new S3Server(Files.createDirectory(other.resolve("server")));
        StorageCluster node = new StorageCluster(other, "gone").list(1)) {
      node.start(1, server.settings());
      byte[] content = random(12 * MB);
      CompletableFuture<Void> away = new CompletableFuture<>();
      InputStream broken =
          new java.io.SequenceInputStream(
              new ByteArrayInputStream(content, 0, 6 * MB), // one part is on its way, or there
              new InputStream() {
                private int at = 6 * MB;

                @Override
                public int read() {
                  byte[] one = new byte[1];
                  return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
                }

                @Override
                public int read(byte[] buffer, int offset, int length) {
                  away.join();
                  int count = Math.min(length, content.length - at);
                  if (count <= 0) {
                    return -1;
                  }
                  System.arraycopy(content, at, buffer, offset, count);
                  at += count;
                  return count;
                }
              });
      CompletableFuture<HttpResponse<byte[]>> answer =
          CompletableFuture.supplyAsync(() ->
              node.send(
                  node.request(1, "/v1/blobs/1")
                      .PUT(HttpRequest.BodyPublishers.ofInputStream(() -> broken))));
      Poll.until("a part is spooled", () -> !node.files(1, "spool").isEmpty());

      server.kill();
      away.complete(null);

      assertThat(answer.join().statusCode()).isEqualTo(503);
      assertThat(node.send(node.request(1, "/actuator/health/readiness")).statusCode())
          .isEqualTo(503);
      assertThat(node.files(1, "spool")).isEmpty();
      server.start();
      assertThat(node.get(1, 1).statusCode()).isEqualTo(404);
      assertThat(node.put(1, 1, "video/mp4", content).statusCode()).isEqualTo(201);
      assertThat(node.get(1, 1).body()).isEqualTo(content);
    }
  }

  @Test
  void readDuringWhichS3GoesAwayEndsShort(@TempDir Path other) throws Exception {
    try (S3Server server = new S3Server(Files.createDirectory(other.resolve("server")));
        StorageCluster node = new StorageCluster(other, "gone").list(1);
        java.net.http.HttpClient http = java.net.http.HttpClient.newHttpClient()) {
      node.start(1, server.settings());
      byte[] content = random(40 * MB); // more than all buffers on the way take
      assertThat(node.put(1, 1, "video/mp4", content).statusCode()).isEqualTo(201);

      HttpResponse<InputStream> answer =
          http.send(
              node.request(1, node.path(1)).build(), HttpResponse.BodyHandlers.ofInputStream());
      byte[] first = answer.body().readNBytes(MB);
      server.kill();

      assertThat(first).isEqualTo(Arrays.copyOf(content, MB));
      assertThatThrownBy(() -> answer.body().readAllBytes()).isInstanceOf(IOException.class);
      assertThat(node.get(1, 1).statusCode()).isEqualTo(503);
      server.start();
      assertThat(node.get(1, 1).body()).isEqualTo(content);
    }
  }

  @Test
  void s3ThatHangsIsGivenUp(@TempDir Path other) throws Exception {
    try (S3Server server = new S3Server(Files.createDirectory(other.resolve("server")));
        StorageCluster node = new StorageCluster(other, "hung").list(1)) {
      node.start(
          1, server.settings("tanada.storage.s3.read-timeout=2s", "tanada.storage.s3.attempts=2"));
      // a server that has just started may itself need longer than that
      Poll.until(
          "S3 takes it", () -> node.put(1, 1, "application/pdf", CONTENT).statusCode() < 300);

      server.hang();
      int read = node.get(1, 1).statusCode();
      int written = node.put(1, 2, "application/pdf", CONTENT).statusCode();
      server.goOn();

      assertThat(read).isEqualTo(503);
      assertThat(written).isEqualTo(503);
      Poll.until(
          "it is written again",
          () -> node.put(1, 2, "application/pdf", CONTENT).statusCode() < 300);
      assertThat(node.get(1, 1).body()).isEqualTo(CONTENT);
    }
  }

  private static List<Path> spooled() {
    return java.util.stream.Stream.of(1, 2)
        .flatMap(n -> archive.files(n, "spool").stream())
        .toList();
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
