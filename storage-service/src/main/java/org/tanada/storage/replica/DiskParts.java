package org.tanada.storage.replica;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.common.membership.Node;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.storage.blob.BlobStore;
import org.tanada.storage.blob.PendingBlob;
import org.tanada.storage.blob.StorageProperties;
import org.tanada.storage.blob.StoredBlob;

/**
 * Whole files as streams: each from this node if it has a copy, else from another one. Each is
 * checked against its SHA-256 when its last byte has passed, so that a flipped bit ends the whole
 * instead of becoming a part of it.
 */
@Component
class DiskParts {
  private static final Duration TO_ANSWER = Duration.ofSeconds(5);

  private final BlobStore store;
  private final Peers peers;
  private final Duration idle;

  DiskParts(BlobStore store, Peers peers, StorageProperties limits) {
    this.store = store;
    this.peers = peers;
    this.idle = limits.peerIdle();
  }

  /**
   * Opens a part.
   *
   * @throws ProblemException {@code unavailable} if it cannot be read now, {@code conflict} if it
   *     is nowhere, {@code upstream-failed} if it is not what was written
   */
  InputStream open(long id) throws IOException {
    Optional<StoredBlob> here = store.find(id);
    if (here.isPresent()) {
      try {
        StoredBlob.Facts facts = here.get().facts();
        return new Part(
            id, Files.newInputStream(here.get().file()), facts.size(), facts.sha256(), idle);
      } catch (NoSuchFileException e) {
        return fromElsewhere(id); // it moved away this very moment
      }
    }
    return fromElsewhere(id);
  }

  private Part fromElsewhere(long id) {
    boolean asked = true;
    @Nullable ProblemException damaged = null;
    for (Node node : peers.up(id)) {
      try {
        @Nullable Part found = from(node, id);
        if (found != null) {
          return found;
        }
      } catch (IOException e) {
        peers.lost(node, e);
        asked = false;
      } catch (ProblemException e) {
        if (e.code() != ProblemCode.UPSTREAM_FAILED) {
          throw e;
        }
        damaged = e; // another one may be whole
      }
    }
    if (damaged != null) {
      throw damaged;
    }
    if (!asked || peers.up().size() < peers.others().size()) {
      throw new ProblemException(
          ProblemCode.UNAVAILABLE, "The node that may hold part " + id + " is away.");
    }
    throw new ProblemException(ProblemCode.CONFLICT, "Part " + id + " is nowhere.");
  }

  /**
   * The part as that node has it, or null if it has none.
   *
   * @throws ProblemException {@code upstream-failed} if it has one that is damaged
   */
  private @Nullable Part from(Node node, long id) throws IOException {
    var request =
        peers.request(node, ReplicaController.PATH + "/" + id).timeout(TO_ANSWER).GET().build();
    try {
      var answer =
          peers.http().send(request, java.net.http.HttpResponse.BodyHandlers.ofInputStream());
      long size = answer.headers().firstValueAsLong("Content-Length").orElse(-1);
      String sha256 = answer.headers().firstValue("ETag").orElse("").replace("\"", "");
      if (answer.statusCode() == 200 && size >= 0) {
        return new Part(id, answer.body(), size, sha256, idle);
      }
      answer.body().close();
      if (answer.statusCode() == 404) {
        return null;
      }
      throw new ProblemException(
          ProblemCode.UPSTREAM_FAILED,
          "Node " + node.name() + " cannot read part " + id + ": " + answer.statusCode() + ".");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProblemException(ProblemCode.UNAVAILABLE, "The read was interrupted.", e);
    }
  }

  /** One file, as far as its content goes. */
  private static final class Part extends InputStream {
    private final long id;
    private final InputStream content;
    private final StallGuard guard;
    private final MessageDigest digest = PendingBlob.sha256();
    private final String sha256;
    private long left;

    Part(long id, InputStream content, long size, String sha256, Duration idle) {
      this.id = id;
      this.content = content;
      this.guard = new StallGuard(content, idle);
      this.sha256 = sha256;
      this.left = size;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      if (left == 0) {
        check();
        return -1;
      }
      try {
        int count = guard.read(content, buffer, offset, (int) Math.min(length, left));
        if (count < 0) {
          throw lost(id, null);
        }
        digest.update(buffer, offset, count);
        left -= count;
        return count;
      } catch (IOException e) {
        throw lost(id, e);
      }
    }

    private void check() {
      if (!HexFormat.of().formatHex(digest.digest()).equals(sha256)) {
        throw new ProblemException(
            ProblemCode.UPSTREAM_FAILED, "Part " + id + " is not what was written.");
      }
    }

    @Override
    public void close() throws IOException {
      guard.close();
      content.close();
    }

    private static ProblemException lost(long id, @Nullable IOException cause) {
      String detail = "Part " + id + " broke off.";
      return cause == null
          ? new ProblemException(ProblemCode.UPSTREAM_FAILED, detail)
          : new ProblemException(ProblemCode.UPSTREAM_FAILED, detail, cause);
    }
  }
}
