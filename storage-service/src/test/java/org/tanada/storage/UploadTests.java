package org.tanada.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.common.testing.Poll;
import org.tanada.storage.blob.BlobStore;

/** Uploads to a pair of nodes: good ones, and everything that can be wrong with one. */
class UploadTests {
  private static final byte[] CONTENT = "the content of a file".getBytes(UTF_8);

  @TempDir static Path root;
  private static StorageCluster cluster;

  @BeforeAll
  static void start() throws IOException {
    cluster = new StorageCluster(root, "videos").list(1, 2);
    String limit = "tanada.storage.max-blob-size=700MB";
    cluster.start(1, limit).start(2, limit).together();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void answerDescribesTheFile() throws Exception {
    HttpResponse<byte[]> answer = cluster.put(1, 101, "video/mp4", CONTENT);

    assertThat(answer.statusCode()).isEqualTo(201);
    String sha256 = HexFormat.of().formatHex(sha256(CONTENT));
    assertThat(new String(answer.body(), UTF_8))
        .contains("\"purpose\":\"videos\"", "\"id\":101", "\"size\":21", sha256, "video/mp4");
  }

  @Test
  void sameContentAgainIsFineAndOtherContentIsRefused() {
    cluster.put(1, 102, "video/mp4", CONTENT);

    assertThat(cluster.put(2, 102, "video/mp4", CONTENT).statusCode()).isEqualTo(200);
    for (int n = 1; n <= 2; n++) {
      HttpResponse<byte[]> other = cluster.put(n, 102, "video/mp4", "other".getBytes(UTF_8));
      assertThat(other.statusCode()).isEqualTo(409);
      assertThat(new String(other.body(), UTF_8)).contains("\"code\":\"duplicate\"");
      assertThat(cluster.copy(n, 102).body()).isEqualTo(CONTENT);
    }
    assertNothingUnfinished();
  }

  @Test
  void announcedDigestIsChecked() throws Exception {
    String right = Base64.getEncoder().encodeToString(sha256(CONTENT));
    String wrong = Base64.getEncoder().encodeToString(sha256(new byte[] {1}));

    for (int n = 1; n <= 2; n++) {
      HttpResponse<byte[]> mismatch = put(n, 103, "sha-256=:" + wrong + ":");
      assertThat(mismatch.statusCode()).isEqualTo(400);
      assertThat(new String(mismatch.body(), UTF_8)).contains("\"code\":\"digest-mismatch\"");
      assertAbsent(103);
      assertThat(put(n, 103, "sha-256=nonsense").statusCode()).isEqualTo(400);
    }
    assertNothingUnfinished();
    assertThat(put(1, 103, "unixsum=:AAAA:, sha-256=:" + right + ":").statusCode()).isEqualTo(201);
  }

  @Test
  void truncatedUploadLeavesNothing() throws Exception {
    for (int n = 1; n <= 2; n++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), cluster.port(n))) {
        send(socket, "PUT /v1/blobs/104 HTTP/1.1", "Content-Length: 3000000", "");
        socket.getOutputStream().write(new byte[2_000_000]);
        Poll.until(
            "both nodes are writing",
            () ->
                !cluster.files(1, "temporary").isEmpty()
                    && !cluster.files(2, "temporary").isEmpty());
      }
      Poll.until("both nodes have given up", UploadTests::nothingUnfinished);
      assertAbsent(104);
    }
  }

  @Test
  void truncatedUploadOfUnknownLengthLeavesNothing() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), cluster.port(1))) {
      send(socket, "PUT /v1/blobs/105 HTTP/1.1", "Transfer-Encoding: chunked", "");
      socket.getOutputStream().write("5\r\nhello\r\n".getBytes(UTF_8));
      Poll.until(
          "it is being written",
          () ->
              !cluster.files(1, "temporary").isEmpty() || !cluster.files(2, "temporary").isEmpty());
    }
    Poll.until("it is given up", UploadTests::nothingUnfinished);
    assertAbsent(105);
  }

  @Test
  void tooLargeIsRefusedBeforeItIsSent() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), cluster.port(1))) {
      send(
          socket,
          "PUT /v1/blobs/106 HTTP/1.1",
          "Content-Length: 900000000",
          "Expect: 100-continue",
          "Connection: close",
          "");
      assertThat(line(socket.getInputStream())).startsWith("HTTP/1.1 413 ");
    }
    assertAbsent(106);
  }

  @Test
  void emptyFileIsAFile() {
    assertThat(cluster.put(1, 107, "video/mp4", new byte[0]).statusCode()).isEqualTo(201);

    assertThat(cluster.get(2, 107).statusCode()).isEqualTo(200);
    assertThat(cluster.get(2, 107).body()).isEmpty();
    assertThat(cluster.get(2, 107, "Range", "bytes=0-").statusCode()).isEqualTo(416);
  }

  @Test
  void largeFilePassesInConstantMemory() {
    long size = 160L << 20; // buffered anywhere, it would stay in this heap for a while
    HttpRequest.Builder request =
        cluster
            .request(1, "/v1/blobs/108")
            .header("Content-Type", "video/mp4")
            .PUT(HttpRequest.BodyPublishers.ofInputStream(() -> generated(size)));
    MemoryPoolMXBean old = oldGeneration();
    System.gc();
    old.resetPeakUsage();
    long before = old.getPeakUsage().getUsed();

    HttpResponse<byte[]> answer = cluster.send(request);

    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(new String(answer.body(), UTF_8)).contains("\"size\":" + size);
    assertThat(old.getPeakUsage().getUsed() - before).isLessThan(48L << 20);
    for (int n = 1; n <= 2; n++) {
      assertThat(cluster.bean(n, BlobStore.class).find(108).orElseThrow().facts().size())
          .isEqualTo(size);
    }
    byte[] end = cluster.get(2, 108, "Range", "bytes=-3").body();
    assertThat(end).containsExactly(7, 7, 7);
    cluster.delete(1, 108);
  }

  @Test
  void badTypeAndBadIdAreRefused() {
    assertThat(cluster.put(1, 109, "no type", CONTENT).statusCode()).isEqualTo(400);
    HttpRequest.Builder odd =
        cluster
            .request(1, "/v1/blobs/..%2f109")
            .PUT(HttpRequest.BodyPublishers.ofByteArray(CONTENT));
    assertThat(cluster.send(odd).statusCode()).isEqualTo(404);
    assertAbsent(109);
  }

  private static HttpResponse<byte[]> put(int n, long id, String digest) {
    return cluster.send(
        cluster
            .request(n, "/v1/blobs/" + id)
            .header("Content-Digest", digest)
            .PUT(HttpRequest.BodyPublishers.ofByteArray(CONTENT)));
  }

  private static void assertAbsent(long id) {
    assertThat(cluster.copy(1, id).statusCode()).isEqualTo(404);
    assertThat(cluster.copy(2, id).statusCode()).isEqualTo(404);
    assertThat(cluster.get(1, id).statusCode()).isEqualTo(404);
  }

  private static void assertNothingUnfinished() {
    Poll.until("nothing is unfinished", UploadTests::nothingUnfinished);
  }

  private static boolean nothingUnfinished() {
    return cluster.files(1, "temporary").isEmpty() && cluster.files(2, "temporary").isEmpty();
  }

  private static void send(Socket socket, String... lines) throws IOException {
    socket.setSoTimeout(10_000);
    String head =
        lines[0]
            + "\r\nHost: x\r\nTanada-Service-Credential: "
            + StorageCluster.credential("/v1/blobs")
            + "\r\n"
            + String.join("\r\n", Arrays.copyOfRange(lines, 1, lines.length))
            + "\r\n";
    socket.getOutputStream().write(head.getBytes(UTF_8));
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString();
  }

  private static InputStream generated(long size) {
    return new InputStream() {
      private long left = size;

      @Override
      public int read() {
        throw new UnsupportedOperationException("read in bulk");
      }

      @Override
      public int read(byte[] buffer, int offset, int length) {
        if (left == 0) {
          return -1;
        }
        int count = (int) Math.min(left, length);
        Arrays.fill(buffer, offset, offset + count, (byte) 7);
        left -= count;
        return count;
      }
    };
  }

  private static MemoryPoolMXBean oldGeneration() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getName().contains("Old") || pool.getName().contains("Tenured"))
        .findFirst()
        .orElseThrow();
  }

  private static byte[] sha256(byte[] content) throws Exception {
    return MessageDigest.getInstance("SHA-256").digest(content);
  }
}
