package org.tanada.deploy.drill;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.tanada.deploy.drill.PromiseChecker.Seen;
import org.tanada.deploy.drill.PromiseChecker.State;

/**
 * Holds a ledger against a system that was brought back to a moment: every write that was
 * acknowledged before it is there, none that began after it is. Between the two nobody can say:
 * writes that were under way, and those within the grid by which moments are known.
 */
final class MomentChecker {
  private final Function<Ledger.Acknowledged, Seen> look;
  private final Instant moment;
  private final Duration grid;

  /**
   * A checker.
   *
   * @param look finds out how a write is there now
   * @param grid how long before the moment an acknowledged write may be missing
   */
  MomentChecker(Function<Ledger.Acknowledged, Seen> look, Instant moment, Duration grid) {
    this.look = look;
    this.moment = moment;
    this.grid = grid;
  }

  /**
   * What was found.
   *
   * @param broken promises, each with its evidence
   * @param before writes that had to be there
   * @param after writes that must not be there
   * @param unknown writes that may be or not
   */
  record Found(List<String> broken, int before, int after, int unknown) {}

  /** Looks at all writes. */
  Found check(List<Ledger.Acknowledged> writes) {
    Instant safe = moment.minus(grid);
    List<String> lost = new ArrayList<>();
    List<String> late = new ArrayList<>();
    int before = 0;
    int after = 0;
    for (Ledger.Acknowledged write : writes) {
      if (!write.answered().isAfter(safe)) {
        before++;
        Seen seen = look.apply(write);
        if (seen.state() != State.THERE) {
          lost.add(seen.words() + ", acknowledged at " + write.answered());
        }
      } else if (write.begun().isAfter(moment)) {
        after++;
        Seen seen = look.apply(write);
        if (seen.state() != State.ABSENT) {
          late.add(
              (seen.state() == State.THERE ? write.path() + " is there" : seen.words())
                  + ", begun at "
                  + write.begun());
        }
      }
    }
    List<String> broken = new ArrayList<>();
    Evidence.add(broken, lost, "writes acknowledged before " + moment + " are lost");
    Evidence.add(broken, late, "writes begun after " + moment + " are not gone");
    if (before == 0 || after == 0) {
      broken.add(before + " writes before the moment, " + after + " after it: nothing was shown");
    }
    return new Found(broken, before, after, writes.size() - before - after);
  }
}
