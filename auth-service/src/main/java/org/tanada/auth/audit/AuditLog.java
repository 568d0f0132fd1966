package org.tanada.auth.audit;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.auth.store.AccountRows;
import org.tanada.common.account.AuditContract.What;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * Writes the audit log. An act on others is written before it is done, and not done if that fails
 * ({@link #append}). What users do with their own account waits for nothing ({@link #note}): it is
 * queued, written within a moment, and lost with this process if that dies before, or if the queue
 * is full, which an entry then tells.
 */
@Component
public final class AuditLog {
  /** Entries in one transaction, which may have a hundred writes. */
  static final int BATCH = 99;

  private static final int QUEUE = 10_000;
  private static final int ATTEMPTS = 20;

  private final AccountRows rows;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final AuditSeal seal;
  private final BlockingQueue<Event> queue = new ArrayBlockingQueue<>(QUEUE);
  private final AtomicLong lost = new AtomicLong();

  AuditLog(AccountRows rows, IdGenerator ids, InstantSource clock, AuditSeal seal) {
    this.rows = rows;
    this.ids = ids;
    this.clock = clock;
    this.seal = seal;
  }

  /** Something that happens now. */
  public Event event(
      @Nullable Long whoId,
      @Nullable String who,
      What what,
      @Nullable Long whomId,
      @Nullable String network,
      @Nullable String detail) {
    return new Event(clock.instant(), whoId, who, what, whomId, network, detail);
  }

  /** Writes at once. {@code unavailable}: then it is not known whether it stands there. */
  public void append(Event event) {
    append(Chain.of(event.whomId()), List.of(event));
  }

  /** Writes within a moment; never fails, never waits. */
  public void note(Event event) {
    if (!queue.offer(event)) {
      lost.incrementAndGet();
    }
  }

  /** What waits to be written, oldest first; they wait no longer. */
  List<Event> take() {
    List<Event> taken = new ArrayList<>();
    queue.drainTo(taken, BATCH);
    return taken;
  }

  /** How many were lost since this was asked before. */
  long takeLost() {
    return lost.getAndSet(0);
  }

  /** Takes back what {@link #takeLost} gave. */
  void stillLost(long count) {
    lost.addAndGet(count);
  }

  /** Puts events at the end of a chain, {@value #BATCH} at most, all or none. */
  void append(int chain, List<Event> events) {
    for (int attempt = 1; ; attempt++) {
      try {
        attempt(chain, events);
        return;
      } catch (ProblemException e) {
        boolean overtaken =
            e.code() == ProblemCode.VERSION_MISMATCH || e.code() == ProblemCode.DUPLICATE;
        if (!overtaken) {
          throw e;
        }
        if (attempt == ATTEMPTS) {
          throw new ProblemException(
              ProblemCode.UNAVAILABLE, "Too much is written to the audit log at once.", e);
        }
      }
    }
  }

  private void attempt(int chain, List<Event> events) {
    // never one remembered from before: a promotion that loses commits gives their versions again
    Stored<HeadRow> head = rows.findNow(HeadRow.TABLE, Chain.head(chain)).orElse(null);
    long sequence = head == null ? 0 : head.value().sequence();
    String hash = head == null ? Chain.BEGINNING : head.value().hash();
    long id = head == null ? 0 : head.value().entryId();
    List<Write> writes = new ArrayList<>();
    for (Event event : events) {
      EntryRow entry = Chain.entry(chain, ++sequence, hash, event);
      id = id == 0 ? ids.next(chain) : Math.max(ids.next(chain), Chain.after(chain, id));
      hash = entry.hash();
      writes.add(Write.insert(EntryRow.TABLE, id, entry));
    }
    HeadRow end = new HeadRow(sequence, hash, id, seal.of(Chain.sealed(chain, sequence, hash, id)));
    // first the head, whose lock keeps others from inserting the same places
    writes.addFirst(
        head == null
            ? Write.insert(HeadRow.TABLE, Chain.head(chain), end)
            : Write.update(
                HeadRow.TABLE,
                head.id(),
                head.version(),
                Map.of("sequence", sequence, "hash", hash, "entryId", id, "seal", end.seal())));
    commit(chain, writes);
  }

  private void commit(int chain, List<Write> writes) {
    String key = rows.newKey();
    try {
      rows.commit(Chain.owner(chain), key, writes);
    } catch (ProblemException e) {
      if (e.code().status() < 500) {
        throw e;
      }
      rows.commit(Chain.owner(chain), key, writes); // asks for a lost answer
    }
  }
}
