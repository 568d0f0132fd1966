package org.tanada.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.common.blob.Blob;
import org.tanada.common.blob.Blobs;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.testing.Poll;
import org.tanada.storage.blob.BlobStore;

/** Files that are made of others: pieces of an upload become one content. */
class CompositionTests {
  private static final List<String> PARTS = List.of("one, ", "two, ", "three");

  @TempDir static Path root;
  private static StorageCluster cluster;
  private static Blobs blobs;

  @BeforeAll
  static void start() throws IOException {
    cluster = new StorageCluster(root, "videos").list(1, 2, 3);
    cluster.start(1).start(2).start(3).together();
    blobs = cluster.blobs(1);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void wholeHasItsCopiesWhereverThePartsLie() {
    List<Long> parts = parts(100);

    for (int n = 1; n <= 3; n++) { // one of the three lacks some part at least
      long id = 110L + n;
      assertThat(compose(n, id, parts, 15).statusCode()).isEqualTo(201);
      assertThat(cluster.get(n, id).body()).isEqualTo("one, two, three".getBytes(UTF_8));
      assertThat(cluster.get(n, id).headers().firstValue("Content-Type")).contains("video/mp4");
      int copies = 0;
      for (int other = 1; other <= 3; other++) {
        copies += cluster.copy(other, id).statusCode() == 200 ? 1 : 0;
      }
      assertThat(copies).isEqualTo(2);
    }
    assertThat(cluster.get(1, 100).body()).isEqualTo("one, ".getBytes(UTF_8)); // they stay
  }

  @Test
  void callerGoesToTheNextNodeWhenOneIsAway() {
    List<Long> parts = parts(200);
    cluster.stop(3);
    try {
      for (long id = 210; id < 216; id++) {
        Blob made = blobs.compose("videos", id, "video/mp4", parts, 15);
        assertThat(made.size()).isEqualTo(15);
        assertThat(cluster.get(1, id).body()).isEqualTo("one, two, three".getBytes(UTF_8));
      }
    } finally {
      cluster.start(3).together();
    }
  }

  @Test
  void flippedBitBecomesNoPartOfTheWhole() throws Exception {
    List<Long> parts = parts(300);
    for (int n = 1; n <= 3; n++) {
      var damaged = cluster.bean(n, BlobStore.class).find(parts.get(1));
      if (damaged.isPresent()) {
        byte[] bytes = Files.readAllBytes(damaged.get().file());
        bytes[2] = (byte) (bytes[2] ^ 1);
        Files.write(damaged.get().file(), bytes);
      }
    }

    assertThat(compose(1, 310, parts, 15).statusCode()).isEqualTo(502);
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> blobs.compose("videos", 310, "video/mp4", parts, 15))
        .satisfies(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.UPSTREAM_FAILED));
    assertThat(cluster.get(1, 310).statusCode()).isEqualTo(404);
    for (int n = 1; n <= 3; n++) {
      int node = n;
      Poll.until("nothing is unfinished", () -> cluster.files(node, "temporary").isEmpty());
    }
  }

  @Test
  void oneGoodCopyOfAPartIsEnough() throws Exception {
    List<Long> parts = parts(400);
    for (int n = 1; n <= 3; n++) {
      var damaged = cluster.bean(n, BlobStore.class).find(parts.get(1));
      if (damaged.isPresent()) {
        byte[] bytes = Files.readAllBytes(damaged.get().file());
        bytes[2] = (byte) (bytes[2] ^ 1);
        Files.write(damaged.get().file(), bytes);
        break;
      }
    }
    assertThat(blobs.compose("videos", 410, "video/mp4", parts, 15).size()).isEqualTo(15);
    assertThat(cluster.get(1, 410).body()).isEqualTo("one, two, three".getBytes(UTF_8));
  }

  @Test
  void wishesThatCannotBeMetLeaveNothing() {
    List<Long> parts = parts(500);
    List<Long> missing = List.of(parts.getFirst(), 599L);

    assertThat(compose(1, 510, missing, 10).statusCode()).isEqualTo(409);
    assertThat(compose(1, 510, parts, 14).statusCode()).isEqualTo(400);
    assertThat(compose(1, 510, List.of(), 0).statusCode()).isEqualTo(400);
    List<Long> many = new ArrayList<>();
    for (long id = 0; id <= Blobs.MAX_PARTS; id++) {
      many.add(id + 1);
    }
    assertThat(compose(1, 510, many, 1).statusCode()).isEqualTo(400);
    assertThat(cluster.get(1, 510).statusCode()).isEqualTo(404);
  }

  private static List<Long> parts(long from) {
    List<Long> ids = new ArrayList<>();
    for (String part : PARTS) {
      long id = from + ids.size();
      assertThat(cluster.put(1, id, "application/octet-stream", part.getBytes(UTF_8)).statusCode())
          .isEqualTo(201);
      ids.add(id);
    }
    return ids;
  }

  private static HttpResponse<byte[]> compose(int n, long id, List<Long> parts, long length) {
    String wish =
        "{\"contentType\": \"video/mp4\", \"length\": %d, \"parts\": %s}".formatted(length, parts);
    return cluster.send(
        cluster
            .request(n, "/v1/blobs/" + id + "/composition")
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(wish)));
  }
}
