package org.tanada.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.storage.blob.BlobStore;
import org.tanada.storage.replica.Background;

/** A great many files of a few bytes: more than any batch, page or directory is made for. */
class ManyFilesTests {
  /** A tenth of a minute in place of one; all of them with {@code -Dtanada.test.nightly=true}. */
  private static final int FILES = Boolean.getBoolean("tanada.test.nightly") ? 10_000 : 2_000;

  private static final int CLIENTS = 16;
  private static final int LOST = 700; // more than one batch of a comparison

  @TempDir Path root;
  private StorageCluster cluster;

  @BeforeEach
  void cluster() throws Exception {
    cluster = new StorageCluster(root, "videos").list(1, 2).start(1).start(2).together();
    Background.pause(cluster.context(1));
    Background.pause(cluster.context(2));
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void tinyFilesAreKeptComparedAndMended() throws Exception {
    write();
    BlobStore store = cluster.bean(2, BlobStore.class);
    assertThat(cluster.bean(1, BlobStore.class).count()).isEqualTo(FILES);
    assertThat(store.count()).isEqualTo(FILES);
    for (int id = 1; id <= LOST; id++) {
      store.drop(id);
    }
    long rotten = FILES;
    Path copy =
        cluster.files(2, "blobs").stream()
            .filter(file -> content(file).contains("file " + rotten))
            .findAny()
            .orElseThrow();
    Files.writeString(copy, content(copy).replace("file", "fire"), ISO_8859_1);

    Background.compare(cluster.context(1));
    Background.scrub(cluster.context(2));

    assertThat(store.count()).isEqualTo(FILES);
    for (long id : LongStream.of(1, LOST, LOST + 1, rotten).toArray()) {
      assertThat(cluster.copy(2, id).body()).isEqualTo(content(id));
    }
    List<Long> listed = new ArrayList<>();
    store.eachBlob(listed::add);
    assertThat(listed).hasSize(FILES).doesNotHaveDuplicates();
  }

  private void write() throws Exception {
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        long first = 1L + client;
        all.add(
            clients.submit(() -> {
              for (long id = first; id <= FILES; id += CLIENTS) {
                assertThat(
                        cluster
                            .put(1 + (int) (id % 2), id, "application/octet-stream", content(id))
                            .statusCode())
                    .isEqualTo(201);
              }
            }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
  }

  private static byte[] content(long id) {
    return ("file " + id).getBytes(UTF_8);
  }

  private static String content(Path file) {
    try {
      return Files.readString(file, ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
