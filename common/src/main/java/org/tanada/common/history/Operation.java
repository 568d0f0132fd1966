package org.tanada.common.history;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tanada.common.row.Consistency;

/**
 * One operation of a client as it saw it. Times are nanoseconds of one clock that never goes back;
 * an operation took effect, if it did, at some moment between {@code invoked} and {@code
 * completed}.
 */
public sealed interface Operation {
  /** The client, which does one thing after the other. */
  int client();

  /** When it was first sent. */
  long invoked();

  /** When its last answer came. */
  long completed();

  /** What a client was told in the end, after all repeats. */
  enum Outcome {
    /** It was done. */
    DONE,
    /** It was not done, and never will be. */
    REFUSED,
    /** Nobody said. */
    UNKNOWN
  }

  /**
   * A write of the same value to one or more registers, all or nothing.
   *
   * @param versions the versions that it made, by register; empty unless it was done
   * @param value unlike that of any other write
   */
  record Write(
      int client,
      Map<Long, Long> versions,
      List<Long> registers,
      String value,
      Outcome outcome,
      long invoked,
      long completed)
      implements Operation {
    public Write {
      versions = Map.copyOf(versions);
      registers = List.copyOf(registers);
    }
  }

  /**
   * A read that was answered, of one or more registers in one request.
   *
   * @param mode how fresh it had to be
   * @param seen what was read, in the order asked for; null for a register that was not there
   * @param known for each register the version of this client's own last write to it, 0 if none
   * @param since for each register when this client sent the last of its acknowledged writes to the
   *     same shard, which its token names with all before it; {@link Long#MIN_VALUE} if none
   */
  record Read(
      int client,
      Consistency.Mode mode,
      List<Long> registers,
      List<@Nullable Seen> seen,
      List<Long> known,
      List<Long> since,
      long invoked,
      long completed)
      implements Operation {
    public Read {
      registers = List.copyOf(registers);
      seen = java.util.Collections.unmodifiableList(new java.util.ArrayList<>(seen));
      known = List.copyOf(known);
      since = List.copyOf(since);
    }
  }

  /**
   * What a read found in a register.
   *
   * @param version of the row
   * @param value of the write that made it
   */
  record Seen(long version, String value) {}

  /** An order over two owners' shards: the amount leaves one account and comes to the other. */
  record Transfer(
      int client, long from, long to, long amount, Outcome outcome, long invoked, long completed)
      implements Operation {}

  /**
   * A unique name was held by a row from {@code invoked} (the claim was acknowledged) to {@code
   * completed} (its release was sent).
   */
  record Holding(int client, String name, long row, long invoked, long completed)
      implements Operation {}
}
