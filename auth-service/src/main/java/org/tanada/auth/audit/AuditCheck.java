package org.tanada.auth.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.auth.store.AccountRows;
import org.tanada.common.account.AuditContract.Check;
import org.tanada.common.account.AuditContract.Checked;
import org.tanada.common.account.AuditContract.Fault;
import org.tanada.common.account.AuditContract.Position;
import org.tanada.common.account.AuditContract.Progress;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Rows;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.Stored;

/**
 * Walks a chain from its head to its first entry and tells what is not as it was written. The head
 * is believed if its seal is good, which needs a secret of the auth servers; each entry by its own
 * hash and by that which the one after it has of it.
 *
 * <p>What this cannot see: a whole chain that was put back to how it once was, head and all. That
 * is what a head is good for which somebody has kept elsewhere.
 */
@Component
public final class AuditCheck {
  /** Pages of one call: five thousand entries. */
  private static final int PAGES = 50;

  private final AccountRows rows;
  private final AuditSeal seal;

  AuditCheck(AccountRows rows, AuditSeal seal) {
    this.rows = rows;
    this.seal = seal;
  }

  /** Checks a chain, or goes on with that. {@code unavailable}. */
  public Checked check(Check check) {
    int chains = rows.shards();
    if (check.chain() < 0 || check.chain() >= chains) {
      throw ProblemException.invalid("chain", "must be 0 to " + (chains - 1));
    }
    Walk walk = new Walk(check.chain(), check.known());
    Progress from = check.from() == null ? walk.begin() : check.from();
    Progress next = from;
    for (int page = 0; next != null && page < PAGES; page++) {
      next = walk.page(next);
    }
    return new Checked(chains, walk.entries, walk.head, walk.faults, next);
  }

  private final class Walk {
    private final int chain;
    private final @Nullable Position known;
    private final List<Fault> faults = new ArrayList<>();
    private @Nullable Position head;
    private long entries;

    Walk(int chain, @Nullable Position known) {
      this.chain = chain;
      this.known = known;
    }

    /** Looks at the head; where to begin, before the id after it. */
    Progress begin() {
      Stored<HeadRow> stored = rows.findNow(HeadRow.TABLE, Chain.head(chain)).orElse(null);
      Position start = new Position(0, Chain.BEGINNING);
      if (stored != null) {
        HeadRow row = stored.value();
        start = new Position(row.sequence(), row.hash());
        head = start;
        if (!sealed(row)) {
          faults.add(
              new Fault(row.sequence(), row.entryId(), "the head has no seal of ours: altered"));
        }
      }
      if (known != null && known.sequence() > start.sequence()) {
        faults.add(
            new Fault(
                start.sequence() + 1,
                null,
                "entries %d to %d are missing, which were there when it was looked at before"
                    .formatted(start.sequence() + 1, known.sequence())));
      }
      long end = stored == null ? 0 : stored.value().entryId();
      return new Progress(end == 0 ? Long.MAX_VALUE : Chain.after(chain, end), start);
    }

    private boolean sealed(HeadRow row) {
      String text = Chain.sealed(chain, row.sequence(), row.hash(), row.entryId());
      return MessageDigest.isEqual(
          seal.of(text).getBytes(StandardCharsets.US_ASCII),
          row.seal().getBytes(StandardCharsets.US_ASCII));
    }

    /** Looks at the next entries; where to go on, or null if there are no more. */
    @Nullable Progress page(Progress from) {
      Rows.TypedPage<EntryRow> page =
          rows.page(
              EntryRow.TABLE, Chain.owner(chain), Map.of(), RowsContract.MAX_PAGE, from.before());
      Position expected = from.expected();
      for (Stored<EntryRow> stored : page.rows()) {
        expected = look(stored, expected);
        entries++;
      }
      if (page.next() != null) {
        return new Progress(page.next(), expected);
      }
      if (expected.sequence() > 0) {
        missing(1, expected.sequence());
      }
      return null;
    }

    /** Looks at an entry; what has to come before it. */
    private Position look(Stored<EntryRow> stored, Position expected) {
      EntryRow entry = stored.value();
      String real = Chain.hash(chain, entry);
      long sequence = entry.sequence();
      if (sequence < expected.sequence()) {
        missing(sequence + 1, expected.sequence());
      } else if (sequence > expected.sequence()) {
        fault(stored, "is not in its place: reordered, or put in");
        return expected;
      } else if (!entry.hash().equals(expected.hash())) {
        fault(stored, "is another one than that which the next entry has in its hash");
      }
      if (!entry.hash().equals(real)) {
        fault(stored, "was altered: its content does not match its hash");
      }
      if (known != null && known.sequence() == sequence && !known.hash().equals(entry.hash())) {
        fault(stored, "is another one than when it was looked at before: rewritten");
      }
      return new Position(sequence - 1, entry.previousHash());
    }

    private void fault(Stored<EntryRow> stored, String what) {
      faults.add(new Fault(stored.value().sequence(), stored.id(), what));
    }

    private void missing(long first, long last) {
      faults.add(
          new Fault(first, null, first == last ? "is missing" : "to " + last + " are missing"));
    }
  }
}
