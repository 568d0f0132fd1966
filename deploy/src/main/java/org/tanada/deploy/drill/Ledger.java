package org.tanada.deploy.drill;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import org.tanada.deploy.shop.ShopClient.Account;

/**
 * What clients were told while the system was being broken: the writes that were acknowledged, and
 * the safe requests that failed. The checker holds it against what the system says afterwards.
 */
final class Ledger {
  private static final int SHOWN = 5;

  private final Queue<Acknowledged> writes = new ConcurrentLinkedQueue<>();
  private final Queue<String> safeFailures = new ConcurrentLinkedQueue<>();
  private final Queue<String> contradictions = new ConcurrentLinkedQueue<>();
  private final Map<String, String> idsByKey = new ConcurrentHashMap<>();
  private final LongAdder safeRequests = new LongAdder();
  private final LongAdder repeats = new LongAdder();
  private final LongAdder unacknowledged = new LongAdder();

  /**
   * A write was acknowledged with this id; a second id for the same idempotency key is a broken
   * promise.
   */
  void acknowledged(String key, Acknowledged write) {
    String earlier = idsByKey.putIfAbsent(key, write.id);
    if (earlier == null) {
      writes.add(write);
    } else if (!earlier.equals(write.id)) {
      contradictions.add("idempotency key " + key + " gave both " + earlier + " and " + write.id);
    }
  }

  void repeated() {
    repeats.increment();
  }

  /** A writer gave up: nothing was promised, so nothing is lost. */
  void gaveUp() {
    unacknowledged.increment();
  }

  void safeRequest() {
    safeRequests.increment();
  }

  void safeRequestFailed(String why) {
    safeFailures.add(why);
  }

  List<Acknowledged> writes() {
    return List.copyOf(writes);
  }

  /** The promises that the ledger alone shows to be broken. */
  List<String> broken() {
    List<String> broken = new ArrayList<>();
    if (!safeFailures.isEmpty()) {
      broken.add(safeFailures.size() + " safe requests failed: " + some(safeFailures));
    }
    if (!contradictions.isEmpty()) {
      broken.add(
          contradictions.size() + " repeated writes were done twice: " + some(contradictions));
    }
    if (unacknowledged.sum() > 0) {
      broken.add(
          unacknowledged.sum()
              + " writes were not acknowledged within their 30 s, repeats included");
    }
    return broken;
  }

  List<String> figures() {
    return List.of(
        safeRequests.sum() + " safe requests, " + safeFailures.size() + " failed",
        writes.size()
            + " writes acknowledged, "
            + repeats.sum()
            + " repeats needed, "
            + unacknowledged.sum()
            + " given up");
  }

  private static String some(Queue<String> lines) {
    return String.join(" | ", lines.stream().limit(SHOWN).toList())
        + (lines.size() > SHOWN ? " | …" : "");
  }

  /**
   * A write that the system said it had made durable.
   *
   * @param path where it is read
   * @param id of the row
   * @param field of its JSON that tells it from others
   * @param value of that field
   * @param account who may read it
   * @param begun when it was first asked for
   * @param answered when it was acknowledged
   */
  record Acknowledged(
      String path,
      String id,
      String field,
      String value,
      Account account,
      Instant begun,
      Instant answered) {}
}
