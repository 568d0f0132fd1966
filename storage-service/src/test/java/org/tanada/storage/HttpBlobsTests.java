package org.tanada.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.common.blob.Blob;
import org.tanada.common.blob.Blobs;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.testing.Poll;
import org.tanada.common.timing.ServerTiming;

/** The client that the app servers use, against real nodes. */
class HttpBlobsTests {
  private static final byte[] CONTENT = "what a user uploads".getBytes(UTF_8);

  @TempDir static Path root;
  private static StorageCluster cluster;
  private static Blobs blobs;

  @BeforeAll
  static void start() throws IOException {
    cluster = new StorageCluster(root, "profiles").list(1, 2);
    String limit = "tanada.storage.max-blob-size=1MB";
    cluster.start(1, limit).start(2, limit).together();
    blobs = cluster.blobs(1);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void storesAndDeletesAndTellsTheWay() {
    ServerTiming timing = ServerTiming.begin();
    try {
      Blob stored = blobs.put("profiles", 1, "image/png", stream(CONTENT), CONTENT.length);
      assertThat(stored.size()).isEqualTo(CONTENT.length);
      assertThat(stored.contentType()).isEqualTo("image/png");
      assertThat(timing.header("app", "app-1", 1)).contains("storage;dur=", "storage-profiles-");
    } finally {
      ServerTiming.end();
    }
    assertThat(cluster.copy(1, 1).body()).isEqualTo(CONTENT);
    assertThat(cluster.copy(2, 1).body()).isEqualTo(CONTENT);

    blobs.delete("profiles", 1);
    blobs.delete("profiles", 1);
    assertThat(cluster.get(1, 1).statusCode()).isEqualTo(404);
  }

  @Test
  void contentOfUnknownOrNoLengthIsStored() {
    assertThat(blobs.put("profiles", 2, "image/png", stream(CONTENT), -1).size())
        .isEqualTo(CONTENT.length);
    assertThat(blobs.put("profiles", 3, "image/png", stream(new byte[0]), 0).size()).isZero();
  }

  @Test
  void contentThatEndsEarlyIsNotStored() {
    assertProblem(
        ProblemCode.DIGEST_MISMATCH,
        () -> blobs.put("profiles", 4, "image/png", stream(CONTENT), CONTENT.length + 1));
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the user is gone");
          }

          @Override
          public int read(byte[] buffer, int offset, int length) throws IOException {
            return read();
          }
        };
    InputStream breaking = new SequenceInputStream(stream(new byte[100_000]), broken);
    assertProblem(
        ProblemCode.DIGEST_MISMATCH, () -> blobs.put("profiles", 4, "image/png", breaking, -1));

    Poll.until(
        "nothing is unfinished",
        () -> cluster.files(1, "temporary").isEmpty() && cluster.files(2, "temporary").isEmpty());
    assertThat(cluster.copy(1, 4).statusCode()).isEqualTo(404);
    assertThat(cluster.copy(2, 4).statusCode()).isEqualTo(404);
  }

  @Test
  void refusalsKeepTheirCode() {
    byte[] large = new byte[3_000_000];
    blobs.put("profiles", 5, "image/png", stream(CONTENT), -1);

    assertProblem(
        ProblemCode.CONTENT_TOO_LARGE,
        () -> blobs.put("profiles", 6, "image/png", stream(large), large.length));
    assertProblem(
        ProblemCode.DUPLICATE, () -> blobs.put("profiles", 5, "image/png", stream(new byte[3]), 3));
    assertProblem(
        ProblemCode.UNAVAILABLE,
        () -> blobs.put("videos", 7, "video/mp4", stream(CONTENT), CONTENT.length));
  }

  @Test
  void nodeThatIsAwayIsPassedOverWithTheContentUnspent() {
    cluster.stop(2); // first contacts after this meet a dead node or a dead pooled connection
    try {
      for (int id = 100; id < 110; id++) {
        Blob stored = blobs.put("profiles", id, "image/png", stream(CONTENT), CONTENT.length);
        assertThat(stored.size()).isEqualTo(CONTENT.length);
      }
    } finally {
      cluster.start(2, "tanada.storage.max-blob-size=1MB").together();
    }
    for (int id = 110; id < 120; id++) {
      blobs.put("profiles", id, "image/png", stream(CONTENT), CONTENT.length);
      assertThat(cluster.copy(1, id).statusCode()).isEqualTo(200);
      assertThat(cluster.copy(2, id).statusCode()).isEqualTo(200);
    }
  }

  private static InputStream stream(byte[] content) {
    return new ByteArrayInputStream(content);
  }

  private static void assertProblem(
      ProblemCode code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(call)
        .satisfies(problem -> assertThat(problem.code()).isEqualTo(code));
  }
}
