package org.tanada.auth.audit;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.common.account.AuditContract.What;
import org.tanada.common.http.NodeProperties;
import org.tanada.common.lifecycle.RepeatedWork;
import org.tanada.common.problem.ProblemException;

/**
 * Writes what was noted, some times a second, and the rest when this server stops. What a shard
 * does not take now waits for it, as much as the queue may hold.
 */
@Component
final class AuditWriter extends RepeatedWork {
  private static final Logger log = LoggerFactory.getLogger(AuditWriter.class);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
  private static final int MAX_WAITING = 10_000;

  private final AuditLog audit;
  private final FailedSignIns failed;
  private final InstantSource clock;
  private final String node;
  private final Map<Integer, List<Event>> waiting = new TreeMap<>();
  private boolean failing;

  AuditWriter(AuditLog audit, FailedSignIns failed, InstantSource clock, NodeProperties node) {
    super("audit", 0);
    this.audit = audit;
    this.failed = failed;
    this.clock = clock;
    this.node = node.node();
  }

  @Override
  protected Duration step() {
    return write() ? PAUSE : AFTER_FAILURE;
  }

  /** Requests have ended by now: writes what they have noted last. */
  @Override
  public void stop() {
    super.stop();
    write();
  }

  /** Writes all that there is; whether that succeeded. */
  synchronized boolean write() {
    failed.over().forEach(audit::note);
    while (waitingCount() < MAX_WAITING) {
      List<Event> taken = audit.take();
      if (taken.isEmpty()) {
        break;
      }
      taken.forEach(event ->
          waiting.computeIfAbsent(Chain.of(event.whomId()), chain -> new ArrayList<>()).add(event));
    }
    return writeWaiting() && tellLost();
  }

  private int waitingCount() {
    return waiting.values().stream().mapToInt(List::size).sum();
  }

  private boolean writeWaiting() {
    boolean all = true;
    for (Map.Entry<Integer, List<Event>> chain : waiting.entrySet()) {
      all &= write(chain.getKey(), chain.getValue());
    }
    waiting.values().removeIf(List::isEmpty);
    return all;
  }

  private boolean write(int chain, List<Event> events) {
    while (!events.isEmpty()) {
      List<Event> batch = events.subList(0, Math.min(events.size(), AuditLog.BATCH));
      try {
        audit.append(chain, List.copyOf(batch));
        batch.clear();
      } catch (ProblemException e) {
        if (!failing) {
          log.warn("the audit log cannot be written, entries wait: {}", e.getMessage());
        }
        failing = true;
        return false;
      }
    }
    if (failing) {
      log.info("the audit log is written again");
      failing = false;
    }
    return true;
  }

  private boolean tellLost() {
    long count = audit.takeLost();
    if (count == 0) {
      return true;
    }
    log.error("{} entries of the audit log are lost: too many waited to be written", count);
    Event event =
        new Event(clock.instant(), null, node, What.ENTRIES_LOST, null, null, Long.toString(count));
    try {
      audit.append(event);
      return true;
    } catch (ProblemException e) {
      audit.stillLost(count);
      return false;
    }
  }
}
