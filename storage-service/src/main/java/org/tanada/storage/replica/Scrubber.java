package org.tanada.storage.replica;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
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
 * Reads every file again and compares it with its digest: disks forget silently. A damaged file is
 * put into quarantine and fetched from another node.
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

  Scrubber(BlobStore store, Peers peers, ReplicationHealth health, StorageProperties properties) {
    this.store = store;
    this.peers = peers;
    this.health = health;
    this.properties = properties;
  }

  /** Reads all files once, no faster than the configured rate; ends early when interrupted. */
  void run() {
    store.eachBlob(id -> {
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
      try {
        check(id);
      } catch (IOException | ProblemException e) {
        log.error("file {} could not be checked", id, e);
      }
    });
  }

  private void check(long id) throws IOException {
    if (sound(id) || !store.holds(id)) {
      return; // deleted meanwhile
    }
    log.error("file {} is damaged: quarantined, to be fetched from another node", id);
    health.corrupt();
    store.quarantine(id);
    for (Node node : peers.up(id)) {
      if (fetch(id, node)) {
        log.info("file {} is whole again, from node {}", id, node.name());
        health.repaired();
        return;
      }
    }
    log.error("no other node has file {}: it is lost but for the quarantine", id);
  }

  private boolean sound(long id) throws IOException {
    Optional<StoredBlob> blob = store.find(id);
    if (blob.isEmpty()) {
      return false;
    }
    MessageDigest digest = PendingBlob.sha256();
    long began = System.nanoTime();
    long read = 0;
    try (InputStream content = Files.newInputStream(blob.get().file())) {
      byte[] chunk = new byte[CHUNK];
      long size = blob.get().facts().size();
      while (read < size) {
        int count = content.read(chunk, 0, (int) Math.min(chunk.length, size - read));
        if (count < 0) {
          return false;
        }
        digest.update(chunk, 0, count);
        read += count;
        pace(began, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest()).equals(blob.get().facts().sha256());
  }

  private void pace(long began, long read) {
    long due = began + (long) (read * 1e9 / properties.scrubRate().toBytes());
    long ahead = due - System.nanoTime();
    if (ahead > 0) {
      LockSupport.parkNanos(ahead);
    }
  }

  private boolean fetch(long id, Node node) throws IOException {
    HttpRequest request =
        peers.request(node, ReplicaController.PATH + "/" + id).timeout(TO_ANSWER).GET().build();
    try {
      HttpResponse<InputStream> answer =
          peers.http().send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = answer.body()) {
        return answer.statusCode() == 200 && keep(id, answer, body);
      }
    } catch (IOException e) {
      peers.lost(node, e);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean keep(long id, HttpResponse<?> answer, InputStream body) throws IOException {
    long length = answer.headers().firstValueAsLong("Content-Length").orElse(-1);
    String type = answer.headers().firstValue("Content-Type").orElse("application/octet-stream");
    long created = answer.headers().firstValueAsLong(BlobAnswer.CREATED).orElse(0);
    String etag = answer.headers().firstValue("ETag").orElse("");
    try (PendingBlob pending = store.begin(id, length);
        StallGuard guard = new StallGuard(body, properties.peerIdle())) {
      byte[] chunk = new byte[CHUNK];
      for (int count = guard.read(body, chunk); count >= 0; count = guard.read(body, chunk)) {
        pending.write(chunk, 0, count);
      }
      StoredBlob.Facts facts = pending.seal(type, created);
      if (!etag.equals("\"" + facts.sha256() + "\"")) {
        log.error("the other copy of file {} is damaged too", id);
        return false;
      }
      return pending.commit();
    }
  }
}
