package org.tanada.storage.replica;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.common.membership.Node;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.storage.blob.BlobStore;
import org.tanada.storage.blob.PurposeRules;
import org.tanada.storage.blob.StorageProperties;
import org.tanada.storage.blob.StoredBlob;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes the copies what they are to be. Each node tells the others, in batches, which files and
 * tombstones it has; they delete what it saw deleted and tell what they lack and what they saw
 * deleted; it copies to a node what that one is to hold. A node that is away is waited for; one
 * that left the inventory, or is labelled to be emptied, is replaced. Nothing but the directories
 * is needed to know what to do, so a crash at any point costs only another comparison. What is owed
 * comes first; a copy too many goes only when all that are to hold the file have read theirs and
 * found it good. One runs at a time, at the configured rate.
 */
@Component
class Repair {
  private static final Logger log = LoggerFactory.getLogger(Repair.class);
  private static final int BATCH = 500;
  private static final Duration TO_COMPARE = Duration.ofSeconds(20);

  /** Some gigabytes read on a slow card. */
  private static final Duration TO_PROVE = Duration.ofMinutes(10);

  private final BlobStore store;
  private final Peers peers;
  private final Copies copies;
  private final ReplicationHealth health;
  private final StorageProperties properties;
  private final Debts debts;
  private final Suspects suspects;
  private final PurposeRules rules;
  private final Pace pace;
  private final JsonMapper json = JsonMapper.builder().build();
  private List<List<Node>> seen = List.of();
  private Instant last = Instant.EPOCH;

  Repair(
      BlobStore store,
      Peers peers,
      Copies copies,
      ReplicationHealth health,
      Debts debts,
      Suspects suspects,
      StorageProperties properties,
      PurposeRules rules) {
    this.rules = rules;
    this.debts = debts;
    this.suspects = suspects;
    this.pace = Pace.of(properties.repairRate().toBytes());
    this.store = store;
    this.peers = peers;
    this.copies = copies;
    this.health = health;
    this.properties = properties;
  }

  /** Compares if a node came or went, if something is known to be missing, or if it is time. */
  synchronized void runIfDue() {
    boolean asked = health.takeCompareAgain();
    boolean late = last.plus(properties.compareInterval()).isBefore(Instant.now());
    List<Node> up = peers.up();
    List<List<Node>> view = List.of(peers.listed(), up);
    if (asked || late || !view.equals(seen)) {
      seen = view;
      last = Instant.now();
      run(up);
    }
  }

  private void run(List<Node> up) {
    store.forgetTombstones(Instant.now().minus(properties.tombstoneRetention()));
    Pass pass = new Pass(up);
    debts.each(pass::blob);
    pass.flush();
    pass.left = store.count();
    store.eachTombstone(pass::tombstone);
    store.eachBlob(pass::blob);
    pass.flush();
    health.left(0);
    boolean changed = health.tooFew() != pass.few.size();
    health.compared(pass.few.size());
    if (pass.failed || pass.copied > 0) {
      health.compareAgain(); // what was copied away may be surplus here: only an answer tells
    }
    if (pass.copied + pass.deleted + pass.dropped > 0 || changed) {
      log.info(
          "compared with {} nodes: {} copies made, {} deletions learned, {} surplus copies dropped,"
              + " {} files still have too few copies",
          up.size(),
          pass.copied,
          pass.deleted,
          pass.dropped,
          pass.few.size());
    }
  }

  /** One walk over all files. */
  private final class Pass {
    private final List<Node> up;
    private final List<Long> blobs = new ArrayList<>();
    private final List<Long> tombstones = new ArrayList<>();
    private final Set<Node> lost = new HashSet<>();
    private long left;
    private long copied;
    private long deleted;
    private long dropped;
    private boolean failed;
    private final Set<Long> few = new HashSet<>();

    Pass(List<Node> up) {
      this.up = up;
    }

    void tombstone(long id) {
      tombstones.add(id);
      flushIfFull();
    }

    void blob(long id) {
      blobs.add(id);
      flushIfFull();
    }

    void flushIfFull() {
      if (blobs.size() + tombstones.size() >= BATCH) {
        flush();
      }
    }

    void flush() {
      Map<Node, Set<Long>> lacking = new LinkedHashMap<>();
      for (Node node : up) {
        ReplicaController.@Nullable Comparison answer = lost.contains(node) ? null : ask(node);
        if (answer != null) {
          for (long id : answer.deleted()) {
            deleted += store.delete(id) ? 1 : 0;
          }
          lacking.put(node, new HashSet<>(answer.missing()));
        }
      }
      for (long id : blobs) {
        if (store.holds(id)) {
          settle(id, lacking);
        } else {
          debts.paid(id); // it was deleted: nothing is owed
        }
        health.left(--left);
      }
      blobs.clear();
      tombstones.clear();
    }

    /** Copies the file to those that are to hold it, and lets go of it if this node is not. */
    private void settle(long id, Map<Node, Set<Long>> lacking) {
      if (rules.backend() != PurposeRules.Backend.DISK) {
        return; // they are being moved into a bucket: what one disk has let go of stays away
      }
      int holding = 1;
      for (Map.Entry<Node, Set<Long>> other : lacking.entrySet()) {
        holding += other.getValue().contains(id) ? 0 : 1;
      }
      List<Node> ideal = peers.ideal(id);
      for (Node node : ideal) {
        Set<Long> missing = lacking.get(node);
        if (missing != null && missing.contains(id) && copy(id, node)) {
          holding++;
        }
      }
      if (holding < peers.wanted()) {
        few.add(id);
        return;
      }
      debts.paid(id);
      boolean heldByAll =
          !ideal.isEmpty()
              && ideal.stream().noneMatch(peers::self)
              && ideal.stream()
                  .allMatch(node -> {
                    Set<Long> missing = lacking.get(node); // as answered before any copying
                    return missing != null && !missing.contains(id);
                  });
      if (heldByAll && ideal.stream().allMatch(node -> proved(id, node))) {
        dropped += store.drop(id) ? 1 : 0;
      }
    }

    /** Whether the node has read its copy and found it good. */
    private boolean proved(long id, Node node) {
      HttpRequest request =
          peers
              .request(node, ReplicaController.PATH + "/" + id + "/proof")
              .timeout(TO_PROVE)
              .POST(HttpRequest.BodyPublishers.noBody())
              .build();
      try {
        int status =
            peers.http().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        failed |= status != 204;
        return status == 204;
      } catch (IOException e) {
        gone(node, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        failed = true;
      }
      return false;
    }

    private boolean copy(long id, Node node) {
      Optional<StoredBlob> blob = store.find(id);
      if (blob.isEmpty() || lost.contains(node)) {
        return false;
      }
      try {
        copies.copy(blob.get(), node, pace);
        health.repaired(blob.get().facts().size());
        copied++;
        return true;
      } catch (IOException e) {
        gone(node, e);
      } catch (ProblemException e) {
        log.error("node {} takes no copy of file {}: {}", node.name(), id, e.getMessage());
        if (e.code() == ProblemCode.DIGEST_MISMATCH) {
          suspects.add(id, new IOException("it is not what its digest says", e));
        }
        failed = true;
      }
      return false;
    }

    private ReplicaController.@Nullable Comparison ask(Node node) {
      byte[] body = json.writeValueAsBytes(new ReplicaController.Inventory(blobs, tombstones));
      HttpRequest request =
          peers
              .request(node, ReplicaController.PATH + "/comparison")
              .header("Content-Type", "application/json")
              .timeout(TO_COMPARE)
              .POST(HttpRequest.BodyPublishers.ofByteArray(body))
              .build();
      try {
        HttpResponse<byte[]> answer =
            peers.http().send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
          throw new IOException("it answered " + answer.statusCode() + " to a comparison");
        }
        return json.readValue(answer.body(), ReplicaController.Comparison.class);
      } catch (JacksonException e) {
        gone(node, new IOException("it answered something unreadable to a comparison", e));
        return null;
      } catch (IOException e) {
        gone(node, e);
        return null;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        gone(node, new IOException("interrupted", e));
        return null;
      }
    }

    private void gone(Node node, IOException e) {
      peers.lost(node, e);
      lost.add(node);
      failed = true;
    }
  }
}
