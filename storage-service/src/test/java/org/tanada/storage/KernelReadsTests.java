package org.tanada.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.common.testing.Poll;
import org.tanada.storage.blob.BlobStore;
import org.tanada.storage.blob.StoredBlob;

/** Reads of what was compared a short time ago, which the kernel sends. */
class KernelReadsTests {
  private static final int SIZE = 3_000_000;

  /** As long as a test may take, so that nothing is forgotten by the way. */
  private static final String LONG = "tanada.storage.verified-for=1h";

  @TempDir Path root;
  private StorageCluster cluster;

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void areTheSameAnswersAsThoseThatAreCompared() throws IOException {
    cluster = new StorageCluster(root, "videos").list(1).start(1, LONG);
    byte[] content = content(1);
    assertThat(cluster.put(1, 1, "video/mp4", content).statusCode()).isEqualTo(201);
    List<String> ranges = List.of("bytes=0-", "bytes=65535-2000000", "bytes=-100000");
    List<HttpResponse<byte[]>> compared =
        ranges.stream().map(range -> cluster.get(1, 1, "Range", range)).toList();
    HttpResponse<byte[]> whole = cluster.get(1, 1);
    awaitVerified(1);

    for (int i = 0; i < ranges.size(); i++) {
      HttpResponse<byte[]> answer = cluster.get(1, 1, "Range", ranges.get(i));
      assertThat(answer.statusCode()).isEqualTo(206);
      assertSame(answer, compared.get(i));
    }
    HttpResponse<byte[]> answer = cluster.get(1, 1);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(content);
    assertSame(answer, whole);
    assertThat(cluster.get(1, 1, "If-None-Match", header(whole, "ETag")).statusCode())
        .isEqualTo(304);
  }

  private static void assertSame(HttpResponse<byte[]> answer, HttpResponse<byte[]> other) {
    assertThat(Arrays.equals(answer.body(), other.body())).isTrue();
    for (String name :
        List.of("Content-Length", "Content-Range", "Content-Digest", "Repr-Digest", "ETag")) {
      assertThat(answer.headers().firstValue(name))
          .as(name)
          .isEqualTo(other.headers().firstValue(name));
    }
    assertThat(answer.headers().firstValue("Server-Timing")).isPresent();
  }

  @Test
  void giveNoDamagedByteOfAFileThatIsDamagedAfterItWasCompared() throws IOException {
    cluster = new StorageCluster(root, "videos").list(1, 2);
    cluster.start(1, LONG).start(2, LONG).together();
    byte[] content = content(2);
    assertThat(cluster.put(1, 2, "video/mp4", content).statusCode()).isEqualTo(201);
    awaitVerified(2);
    Path file = blob(1);

    byte[] damaged = Files.readAllBytes(file);
    damaged[1_500_000] ^= 4;
    Files.write(file, damaged);

    assertThat(cluster.get(1, 2).body()).isEqualTo(content);
    Poll.until("the file is mended", () -> Arrays.equals(original(file, content), content));
    assertThat(cluster.get(1, 2).body()).isEqualTo(content);
  }

  @Test
  void damageInAShortPartIsFoundBeforeItsFirstByte() throws IOException {
    cluster = new StorageCluster(root, "videos").list(1).start(1, LONG);
    assertThat(cluster.put(1, 3, "video/mp4", content(3)).statusCode()).isEqualTo(201);
    Path file = blob(1);
    byte[] damaged = Files.readAllBytes(file);
    damaged[900_000] ^= 1;
    Files.write(file, damaged);

    Poll.until( // a file that was just changed breaks off in the middle, as a long part does
        "it is said to be damaged",
        () -> {
          try {
            return cluster.get(1, 3, "Range", "bytes=0-999999").statusCode() == 502;
          } catch (UncheckedIOException e) {
            return false;
          }
        });
    HttpResponse<byte[]> sound = cluster.get(1, 3, "Range", "bytes=1000000-1999999");
    assertThat(sound.statusCode()).isEqualTo(206);
    assertThat(sound.body()).isEqualTo(Arrays.copyOfRange(content(3), 1_000_000, 2_000_000));
  }

  private Path blob(int node) {
    return cluster.files(node, "blobs").stream()
        .filter(each -> each.toString().endsWith(".blob"))
        .findFirst()
        .orElseThrow();
  }

  private static byte[] original(Path file, byte[] content) throws IOException {
    return Files.exists(file)
        ? Arrays.copyOf(Files.readAllBytes(file), content.length)
        : new byte[0];
  }

  /**
   * Reads until the node knows of every byte that it was compared; the file is some seconds old.
   */
  private void awaitVerified(long id) {
    BlobStore store = cluster.bean(1, BlobStore.class);
    StoredBlob blob = store.find(id).orElseThrow();
    Poll.until(
        "file " + id + " is known to be sound",
        () -> cluster.get(1, id).statusCode() == 200 && store.verified(blob, 0, SIZE));
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElseThrow();
  }

  private static byte[] content(int seed) {
    byte[] bytes = new byte[SIZE];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
