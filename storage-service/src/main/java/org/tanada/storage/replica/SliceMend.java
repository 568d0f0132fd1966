package org.tanada.storage.replica;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.tanada.common.membership.Node;
import org.tanada.storage.blob.BlobStore;
import org.tanada.storage.blob.StoredBlob;
import org.tanada.storage.blob.VerifiedContent;

/**
 * Mends a large file where it is damaged: each slice that does not match its sum is fetched from
 * another node and written in its place. A crash in between leaves a slice that still does not
 * match, and no reader is given one.
 */
final class SliceMend {
  /** Smaller files are fetched as a whole, and kept for a person to look at. */
  static final long LEAST = 1L << 20;

  private static final Duration TO_ANSWER = Duration.ofSeconds(10);

  private final BlobStore store;
  private final Peers peers;
  private final Pace pace;
  private long bytes;

  SliceMend(BlobStore store, Peers peers, Pace pace) {
    this.store = store;
    this.peers = peers;
    this.pace = pace;
  }

  /** How many bytes came from other nodes. */
  long bytes() {
    return bytes;
  }

  /** Looks at every slice; whether all match in the end. */
  boolean run(StoredBlob blob) throws IOException {
    long size = blob.facts().size();
    try (VerifiedContent content = store.open(blob)) {
      for (long at = 0; at < size; ) {
        long end = Math.min(size, at + VerifiedContent.SLICE);
        if (!matches(content, at, end) && !(fetched(blob, at, end) && matches(content, at, end))) {
          return false;
        }
        pace.moved(end - at);
        at = end;
      }
    }
    return true;
  }

  private static boolean matches(VerifiedContent content, long at, long end) throws IOException {
    try {
      ByteBuffer slice = content.read(at, end);
      return slice.remaining() == end - at;
    } catch (StoredBlob.CorruptBlobException e) {
      return false;
    }
  }

  private boolean fetched(StoredBlob blob, long at, long end) throws IOException {
    for (Node node : peers.up(blob.facts().id())) {
      Optional<byte[]> slice = ask(node, blob, at, end);
      if (slice.isPresent()) {
        store.mend(blob, at, slice.get());
        bytes += end - at;
        return true;
      }
    }
    return false;
  }

  private Optional<byte[]> ask(Node node, StoredBlob blob, long at, long end) throws IOException {
    HttpRequest request =
        peers
            .request(node, ReplicaController.PATH + "/" + blob.facts().id())
            .header("Range", "bytes=" + at + "-" + (end - 1))
            .header("If-Match", blob.facts().etag())
            .timeout(TO_ANSWER)
            .GET()
            .build();
    try {
      HttpResponse<byte[]> answer =
          peers.http().send(request, HttpResponse.BodyHandlers.ofByteArray());
      boolean good = answer.statusCode() == 206 && answer.body().length == end - at;
      return good ? Optional.of(answer.body()) : Optional.empty();
    } catch (IOException e) {
      peers.lost(node, e);
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
