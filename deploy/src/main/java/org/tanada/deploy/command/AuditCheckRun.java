package org.tanada.deploy.command;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tanada.common.account.AuditContract.Check;
import org.tanada.common.account.AuditContract.Checked;
import org.tanada.common.account.AuditContract.Fault;
import org.tanada.common.account.AuditContract.Position;
import org.tanada.common.account.AuditContract.Progress;
import org.tanada.deploy.state.StateFiles;

/**
 * Checks all chains of the audit log, and keeps the heads that it saw outside the databases: a log
 * that was put back to how it once was does not have them any more.
 */
final class AuditCheckRun {
  private final Operation command;
  private final RouterClient client;

  AuditCheckRun(Operation command, RouterClient client) {
    this.command = command;
    this.client = client;
  }

  /** Checks; the exit code. */
  int run() throws IOException {
    Heads before =
        StateFiles.readJson(command.home.auditHeads(), Heads.class)
            .orElse(new Heads(Instant.EPOCH, Map.of()));
    Map<Integer, Position> heads = new TreeMap<>(before.heads());
    List<Found> faults = new ArrayList<>();
    long entries = 0;
    int chains = 1;
    for (int chain = 0; chain < chains; chain++) {
      Position known = before.heads().get(chain);
      List<Fault> here = new ArrayList<>();
      @Nullable Position head = null;
      @Nullable Progress from = null;
      do {
        Checked checked =
            client.ask("/v1/audit/checks", new Check(chain, known, from), Checked.class);
        chains = checked.chains();
        entries += checked.entries();
        here.addAll(checked.faults());
        head = from == null ? checked.head() : head;
        from = checked.next();
      } while (from != null);
      if (here.isEmpty() && head != null) {
        heads.put(chain, head);
      }
      for (Fault fault : here) {
        faults.add(new Found(chain, fault.sequence(), fault.id(), fault.what()));
      }
    }
    faults.sort(Comparator.comparingInt(Found::chain).thenComparingLong(Found::sequence));
    StateFiles.privateDirectory(command.home.directory());
    StateFiles.writeJson(command.home.auditHeads(), new Heads(Instant.now(), heads));
    return tell(new Result(chains, entries, faults));
  }

  private int tell(Result result) {
    command.answer(result);
    if (result.faults().isEmpty()) {
      command.say(
          "%d entries in %d chains are as they were written; their heads are kept in %s"
              .formatted(result.entries(), result.chains(), command.home.auditHeads()));
      return Operation.DONE;
    }
    for (Found fault : result.faults()) {
      command.say(
          "chain %d, entry %d%s: %s"
              .formatted(
                  fault.chain(),
                  fault.sequence(),
                  fault.id() == null ? "" : " (row " + fault.id() + ")",
                  fault.what()));
    }
    command.say("the audit log is not as it was written: the first of each chain stands first");
    return Operation.FAILED;
  }

  /**
   * What this command has seen.
   *
   * @param at when
   * @param heads by chain
   */
  record Heads(Instant at, Map<Integer, Position> heads) {}

  /**
   * What it found.
   *
   * @param chains how many there are
   * @param entries how many in all of them
   * @param faults by chain, oldest first
   */
  record Result(int chains, long entries, List<Found> faults) {}

  /** A fault and its chain; see {@link Fault}. */
  record Found(int chain, long sequence, @Nullable Long id, String what) {}
}
