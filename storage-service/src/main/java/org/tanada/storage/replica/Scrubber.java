package org.tanada.storage.replica;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.common.membership.Node;
import org.tanada.common.problem.ProblemException;
import org.tanada.storage.blob.BlobAnswer;
import org.tanada.storage.blob.BlobStore;
import org.tanada.storage.blob.PendingBlob;
import org.tanada.storage.blob.StorageProperties;
import org.tanada.storage.blob.StoredBlob;

/**
 * Reads every file again and compares it with its digest: disks forget silently. Of a large file
 * that is damaged the slices that are get fetched from another node; a small one, or one that is
 * not whole after that, is fetched anew, and the damaged one put into quarantine. While no good
 * copy can be read it stays as it is, and is tried again when a node comes.
 */
@Component
class Scrubber {
  private static final Logger log = LoggerFactory.getLogger(Scrubber.class);
  private static final int CHUNK = 256 * 1024;
  private static final Duration TO_ANSWER = Duration.ofSeconds(10);

  private final BlobStore store;
  private final Peers peers;
  private final ReplicationHealth health;
  private final StorageProperties properties;
  private final Suspects suspects;
  private final Proof proof;
  private final Pace pace;
  private final Set<Long> unmended = new HashSet<>();
  private List<Node> seen = List.of();

  Scrubber(
      BlobStore store,
      Peers peers,
      ReplicationHealth health,
      Suspects suspects,
      Proof proof,
      StorageProperties properties) {
    this.suspects = suspects;
    this.proof = proof;
    this.pace = Pace.of(properties.scrubRate().toBytes());
    this.store = store;
    this.peers = peers;
    this.health = health;
    this.properties = properties;
  }

  /** Reads all files once, no faster than the configured rate; ends early when interrupted. */
  void run() {
    store.eachBlob(this::checked);
  }

  /** Looks at what readers found damaged, and again at what could not be mended before. */
  void runSuspects() {
    List<Node> up = peers.up();
    List<Long> ids = new ArrayList<>(suspects.take());
    synchronized (this) {
      if (!up.equals(seen)) {
        seen = up;
        ids.addAll(unmended);
      }
    }
    ids.forEach(this::checked);
  }

  private synchronized void checked(long id) {
    if (Thread.currentThread().isInterrupted()) {
      return;
    }
    try {
      boolean sound = check(id);
      if (sound ? unmended.remove(id) : unmended.add(id)) {
        health.unmended(unmended.size());
      }
    } catch (IOException | ProblemException e) {
      log.error("file {} could not be checked", id, e);
    }
  }

  /** Whether the file is whole in the end. */
  private boolean check(long id) throws IOException {
    Optional<StoredBlob> found = store.find(id);
    if (found.isPresent() && proof.sound(found.get(), pace)) {
      if (!store.summed(found.get())) {
        store.sum(found.get());
      }
      return true;
    }
    if (!store.holds(id)) {
      return true; // deleted meanwhile
    }
    log.error("file {} is damaged here", id);
    store.suspect(id);
    health.corrupt();
    if ((found.isPresent() && mended(found.get())) || replaced(id, found)) {
      health.mended();
      return true;
    }
    log.error("no other node has a good copy of file {} now", id);
    return false;
  }

  /** Fetches the slices that are damaged; whether the file is whole then. */
  private boolean mended(StoredBlob blob) throws IOException {
    StoredBlob.Facts facts = blob.facts();
    if (facts.size() <= SliceMend.LEAST || !store.summed(blob)) {
      return false;
    }
    SliceMend mend = new SliceMend(store, peers, pace);
    if (!mend.run(blob) || !proof.sound(blob, pace)) {
      return false;
    }
    log.info("file {} is whole again: {} bytes came from other nodes", facts.id(), mend.bytes());
    return true;
  }

  private boolean replaced(long id, Optional<StoredBlob> damaged) {
    String expected = damaged.map(blob -> blob.facts().etag()).orElse("");
    for (Node node : peers.up(id)) {
      try {
        if (fetch(id, node, expected)) {
          log.info("file {} is whole again, from node {}", id, node.name());
          return true;
        }
      } catch (IOException e) {
        log.warn("file {} cannot be read from node {}: {}", id, node.name(), e.toString());
      }
    }
    return false;
  }

  private boolean fetch(long id, Node node, String expected) throws IOException {
    HttpRequest request =
        peers.request(node, ReplicaController.PATH + "/" + id).timeout(TO_ANSWER).GET().build();
    try {
      HttpResponse<InputStream> answer =
          peers.http().send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = answer.body()) {
        return answer.statusCode() == 200 && keep(id, answer, body, expected);
      }
    } catch (IOException e) {
      peers.lost(node, e);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean keep(long id, HttpResponse<?> answer, InputStream body, String expected)
      throws IOException {
    long length = answer.headers().firstValueAsLong("Content-Length").orElse(-1);
    String type = answer.headers().firstValue("Content-Type").orElse("application/octet-stream");
    long created = answer.headers().firstValueAsLong(BlobAnswer.CREATED).orElse(0);
    String etag = answer.headers().firstValue("ETag").orElse("");
    try (PendingBlob pending = store.begin(id, length);
        StallGuard guard = new StallGuard(body, properties.peerIdle())) {
      byte[] chunk = new byte[CHUNK];
      for (int count = guard.read(body, chunk); count >= 0; count = guard.read(body, chunk)) {
        pending.write(chunk, 0, count);
        pace.moved(count);
      }
      StoredBlob.Facts facts = pending.seal(type, created);
      if (!etag.equals("\"" + facts.sha256() + "\"")) {
        log.error("the other copy of file {} is damaged too", id);
        return false;
      }
      if (!expected.isEmpty() && !expected.equals(etag)) {
        log.error("the other copy of file {} is another content", id);
        return false;
      }
      store.quarantine(id); // a good one is there: durable, and about to get its name
      return pending.commit();
    }
  }
}
