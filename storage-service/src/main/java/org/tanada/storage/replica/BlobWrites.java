package org.tanada.storage.replica;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.tanada.common.blob.Blob;
import org.tanada.common.membership.Node;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.timing.ServerTiming;
import org.tanada.storage.blob.BlobStore;
import org.tanada.storage.blob.PendingBlob;
import org.tanada.storage.blob.StorageProperties;
import org.tanada.storage.blob.StoredBlob;
import org.tanada.storage.place.UploadBody;

/**
 * Writes that this node takes. The content goes to the disk and to the other node in the same pass.
 * Then, in this order: the content is durable here under a temporary name and checked; it gets its
 * name here; the other node is sent the digest and gives it its name there; what is then missing is
 * written down as a debt; the caller is told. A failure before the second step leaves nothing
 * anywhere; after it, what is there is whole.
 */
@Component
class BlobWrites {
  private static final Logger log = LoggerFactory.getLogger(BlobWrites.class);
  private static final Duration TO_DELETE = Duration.ofSeconds(5);

  private final StorageProperties properties;
  private final BlobStore store;
  private final Peers peers;
  private final Copies copies;
  private final ReplicationHealth health;
  private final Debts debts;
  private final InstantSource clock = InstantSource.system();

  BlobWrites(
      StorageProperties properties,
      BlobStore store,
      Peers peers,
      Copies copies,
      ReplicationHealth health,
      Debts debts) {
    this.debts = debts;
    this.properties = properties;
    this.store = store;
    this.peers = peers;
    this.copies = copies;
    this.health = health;
  }

  /**
   * Stores a file here and its copies elsewhere.
   *
   * @throws ProblemException {@code unavailable} if too few nodes take it: before its content is
   *     read, or, if one was lost meanwhile, after; then the same write may be tried again
   */
  ResponseEntity<Blob> put(long id, UploadBody body) {
    Written written = write(id, body, clock.millis(), properties.leastCopies());
    return ResponseEntity.status(written.fresh() ? HttpStatus.CREATED : HttpStatus.OK)
        .body(written.stored().blob(properties.purpose()));
  }

  /**
   * Stores a file that is brought from another place, with all its copies.
   *
   * @throws ProblemException {@code unavailable} if a copy cannot be made
   */
  void bring(UploadBody body, StoredBlob.Facts facts) {
    write(facts.id(), body, facts.created(), peers.wanted());
  }

  private Written write(long id, UploadBody body, long created, int leastCopies) {
    try (PendingBlob pending = store.begin(id, body.length());
        Copies.Arriving arriving =
            copies.arriving(id, body.contentType(), created, body.length())) {
      checkCopies(id, 1 + arriving.begun(), leastCopies);
      byte[] chunk = new byte[UploadBody.CHUNK];
      for (int count = body.read(chunk, 0); count >= 0; count = body.read(chunk, 0)) {
        pending.write(chunk, 0, count);
        arriving.write(chunk, 0, count);
      }
      StoredBlob.Facts facts = pending.seal(body.contentType(), created);
      body.check(facts.size(), facts.sha256());
      boolean fresh = pending.commit();
      StoredBlob stored = store.find(id).orElseThrow(() -> vanished(id));
      int made = complete(arriving, stored, fresh);
      ServerTiming.note((made + 1) + " copies");
      checkCopies(id, 1 + made, leastCopies);
      if (made + 1 < peers.wanted()) {
        log.warn("file {} has {} of {} copies: the rest is owed", id, made + 1, peers.wanted());
        debts.owe(id);
        health.underReplicated();
      }
      return new Written(stored, fresh);
    }
  }

  /**
   * A file that was written.
   *
   * @param fresh whether it was new
   */
  private record Written(StoredBlob stored, boolean fresh) {}

  /** Deletes here and on the others; one that is away learns of it when it is back. */
  void delete(long id) {
    store.delete(id);
    for (Node node : peers.up(id)) {
      HttpRequest request =
          peers
              .request(node, ReplicaController.PATH + "/" + id)
              .timeout(TO_DELETE)
              .DELETE()
              .build();
      try {
        int status =
            peers.http().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        if (status >= 300) {
          log.warn("node {} answered {} to the deletion of {}", node.name(), status, id);
          health.compareAgain();
        }
      } catch (IOException e) {
        peers.lost(node, e);
        health.compareAgain();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ProblemException(ProblemCode.UNAVAILABLE, "The deletion was interrupted.", e);
      }
    }
  }

  private static void checkCopies(long id, int there, int least) {
    if (there < least) {
      throw new ProblemException(
          ProblemCode.UNAVAILABLE,
          "File %d can be on %d nodes now, and is to be on %d at least."
              .formatted(id, there, least));
    }
  }

  private int complete(Copies.Arriving arriving, StoredBlob stored, boolean fresh) {
    try {
      return arriving.complete(stored);
    } catch (ProblemException e) {
      if (fresh) {
        store.drop(stored.facts().id()); // the id means something else on the other node
      }
      throw e;
    }
  }

  private static ProblemException vanished(long id) {
    return new ProblemException(
        ProblemCode.CONFLICT, "File " + id + " was deleted while it was written.");
  }
}
