package org.tanada.storage.replica;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.tanada.common.blob.Blob;
import org.tanada.common.blob.BlobPlacement;
import org.tanada.common.membership.Node;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.storage.blob.BlobStore;
import org.tanada.storage.blob.StoredBlob;
import org.tanada.storage.place.Known;
import org.tanada.storage.place.Movable;
import org.tanada.storage.place.UploadBody;

/** The disks of the purpose's nodes as a place for its files. */
@Component
class DiskFiles implements Movable {
  private static final Duration TO_ANSWER = Duration.ofSeconds(5);

  private final BlobStore store;
  private final BlobWrites writes;
  private final Forwarding forwarding;
  private final DiskParts parts;
  private final Peers peers;
  private final Proof proof;
  private final Suspects suspects;
  private final Debts debts;

  DiskFiles(
      BlobStore store,
      BlobWrites writes,
      Forwarding forwarding,
      DiskParts parts,
      Peers peers,
      Proof proof,
      Suspects suspects,
      Debts debts) {
    this.store = store;
    this.writes = writes;
    this.forwarding = forwarding;
    this.parts = parts;
    this.peers = peers;
    this.proof = proof;
    this.suspects = suspects;
    this.debts = debts;
  }

  @Override
  public boolean knows(long id) {
    return store.holds(id)
        || store.deleted(id)
        || peers.up(id).stream().anyMatch(node -> has(node, id));
  }

  private boolean has(Node node, long id) {
    HttpRequest request =
        peers
            .request(node, ReplicaController.PATH + "/" + id)
            .timeout(TO_ANSWER)
            .method("HEAD", HttpRequest.BodyPublishers.noBody())
            .build();
    try {
      return peers.http().send(request, HttpResponse.BodyHandlers.discarding()).statusCode() != 404;
    } catch (IOException e) {
      peers.lost(node, e);
      return false; // as when it is away: what it has is compared when it is back
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProblemException(ProblemCode.UNAVAILABLE, "The look-up was interrupted.", e);
    }
  }

  @Override
  public ResponseEntity<Blob> put(long id, UploadBody body, boolean forward) {
    @Nullable ResponseEntity<Blob> forwarded = forward ? forwarding.put(id, body) : null;
    return forwarded != null ? forwarded : writes.put(id, body);
  }

  /**
   * Opens a file.
   *
   * @throws ProblemException {@code unavailable} if it cannot be read now, {@code conflict} if it
   *     is nowhere; its stream: {@code upstream-failed} if it is not what was written
   */
  @Override
  public InputStream open(long id) throws IOException {
    return parts.open(id);
  }

  @Override
  public void delete(long id) {
    writes.delete(id);
  }

  @Override
  public Known find(long id) {
    Optional<StoredBlob> here = store.find(id);
    if (here.isPresent()) {
      return new Known.There(here.get().facts());
    }
    if (store.holds(id)) {
      suspects.add(id, new IOException("its trailer cannot be read"));
      return new Known.Damaged();
    }
    return store.deleted(id) ? new Known.Deleted() : new Known.Nothing();
  }

  @Override
  public long count() {
    return store.count();
  }

  @Override
  public void each(LongConsumer consumer) {
    store.eachBlob(consumer);
    store.eachTombstone(consumer);
  }

  @Override
  public long owed() {
    return debts.count();
  }

  /** The first of those that are to hold it. */
  @Override
  public boolean takes(long id) {
    List<Node> order = BlobPlacement.order(id, peers.holders(id));
    return order.isEmpty() || peers.self(order.getFirst());
  }

  @Override
  public void take(StoredBlob.Facts facts, Opener content) throws IOException {
    try (InputStream stream = content.open()) {
      writes.bring(
          new UploadBody(stream, facts.size(), facts.contentType(), facts.sha256()), facts);
    }
  }

  @Override
  public boolean proved(StoredBlob.Facts facts) throws IOException {
    Optional<StoredBlob> here = store.find(facts.id());
    return here.isPresent()
        && here.get().facts().sha256().equals(facts.sha256())
        && proof.sound(here.get(), Pace.NONE);
  }

  /** Removes this node's copy; a deletion stays remembered, a damaged copy is set aside. */
  @Override
  public void release(long id) {
    if (store.find(id).isEmpty() && store.holds(id)) {
      store.quarantine(id);
    } else {
      store.drop(id);
    }
    debts.paid(id);
  }
}
