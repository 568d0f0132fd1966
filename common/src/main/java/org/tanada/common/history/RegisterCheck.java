package org.tanada.common.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tanada.common.history.Operation.Outcome;
import org.tanada.common.history.Operation.Read;
import org.tanada.common.history.Operation.Seen;
import org.tanada.common.history.Operation.Write;

/** The promises about one register: a row that is born with version 1 and only ever updated. */
final class RegisterCheck {
  /** What a register holds before its first write. */
  static final String FIRST = "first";

  private final long id;
  private final @Nullable Seen end;
  private final long staleness;
  private final List<Write> writes = new ArrayList<>();
  private final List<Reading> reads = new ArrayList<>();

  /** A read of this register, and at which place in the request. */
  private record Reading(Read read, int place) {
    @Nullable Seen seen() {
      return read.seen().get(place);
    }

    long version() {
      Seen seen = seen();
      return seen == null ? 0 : seen.version();
    }
  }

  /** A version that somebody was told of at that time. */
  private record Told(long version, long at) {}

  RegisterCheck(long id, @Nullable Seen end, Duration staleness) {
    this.id = id;
    this.end = end;
    this.staleness = staleness.toNanos();
  }

  void add(Write write) {
    writes.add(write);
  }

  void add(Read read, int place) {
    reads.add(new Reading(read, place));
  }

  void check(HistoryChecker.Findings findings) {
    Map<Long, String> values = versions(findings);
    origins(values, findings);
    end(values, findings);
    order(findings);
  }

  /** What each version holds, by the writes: no two have the same. */
  private Map<Long, String> versions(HistoryChecker.Findings findings) {
    Map<Long, String> values = new TreeMap<>();
    values.put(1L, FIRST);
    for (Write write : writes) {
      Long version = write.versions().get(id);
      if (version != null) {
        String other = values.putIfAbsent(version, write.value());
        if (other != null && !other.equals(write.value())) {
          findings.add(
              "an acknowledged write was lost",
              "version %d of %d was given to %s and to %s"
                  .formatted(version, id, other, write.value()));
        }
      }
    }
    return values;
  }

  /** Whatever was read had been written, not refused, and is the same for everybody. */
  private void origins(Map<Long, String> values, HistoryChecker.Findings findings) {
    Map<String, Write> byValue = new HashMap<>();
    writes.forEach(write -> byValue.put(write.value(), write));
    for (Reading reading : reads) {
      Seen seen = reading.seen();
      if (seen == null) {
        continue;
      }
      String known = values.putIfAbsent(seen.version(), seen.value());
      if (known != null && !known.equals(seen.value())) {
        findings.add(
            "one version had two values",
            "version %d of %d was %s and %s".formatted(seen.version(), id, known, seen.value()));
      }
      Write write = byValue.get(seen.value());
      if (write == null ? !seen.value().equals(FIRST) : write.outcome() == Outcome.REFUSED) {
        findings.add(
            "something was read that nobody had written",
            "%s in version %d of %d".formatted(seen.value(), seen.version(), id)
                + (write == null ? "" : ", which was refused"));
      } else if (write != null && write.invoked() > reading.read().completed()) {
        findings.add("a write was read before it was sent", seen.value() + " in " + id);
      }
    }
  }

  /** Each write that was done made one version, and nothing else did. */
  private void end(Map<Long, String> values, HistoryChecker.Findings findings) {
    if (end == null) {
      findings.add("an acknowledged write was lost", "register " + id + " is gone");
      return;
    }
    long done = writes.stream().filter(write -> write.outcome() == Outcome.DONE).count();
    long unknown = writes.stream().filter(write -> write.outcome() == Outcome.UNKNOWN).count();
    long version = end.version();
    if (version < 1 + done) {
      findings.add(
          "an acknowledged write was lost",
          "%d ends with version %d after %d writes".formatted(id, version, done));
    }
    if (version > 1 + done + unknown) {
      findings.add(
          "a write was done twice",
          "%d ends with version %d after %s writes"
              .formatted(id, version, HistoryChecker.range(done, done + unknown)));
    }
    String last = values.get(version);
    if (last != null && !last.equals(end.value())) {
      findings.add(
          "one version had two values",
          "version %d of %d was %s and ends as %s".formatted(version, id, last, end.value()));
    }
  }

  /** Nobody is told of less than they, or on the primary path anybody, had been told of before. */
  private void order(HistoryChecker.Findings findings) {
    List<Told> acknowledged = new ArrayList<>();
    for (Write write : writes) {
      Long version = write.versions().get(id);
      if (version != null) {
        acknowledged.add(new Told(version, write.completed()));
      }
    }
    List<Told> primary = new ArrayList<>(acknowledged);
    for (Reading reading : reads) {
      if (reading.read().mode() == org.tanada.common.row.Consistency.Mode.PRIMARY) {
        primary.add(new Told(reading.version(), reading.read().completed()));
      }
    }
    NavigableMap<Long, Long> mostAcknowledged = most(acknowledged);
    NavigableMap<Long, Long> mostOnPrimary = most(primary);
    for (Write write : writes) {
      Long version = write.versions().get(id);
      long before = before(mostOnPrimary, write.invoked());
      if (version != null && version <= before) {
        findings.add(
            "the primary went back",
            "%s made version %d of %d when %d had been told"
                .formatted(write.value(), version, id, before));
      }
    }
    for (Reading reading : reads) {
      Read read = reading.read();
      switch (read.mode()) {
        case PRIMARY ->
            least(
                reading, before(mostOnPrimary, read.invoked()), "the primary went back", findings);
        case TOKEN ->
            least(
                reading,
                Math.max(
                    read.known().get(reading.place()),
                    before(mostAcknowledged, read.since().get(reading.place()))),
                "a reader with a token did not find what it names",
                findings);
        case ANY ->
            least(
                reading,
                before(mostAcknowledged, read.invoked() - staleness),
                "a reader without a token found what is too old",
                findings);
      }
    }
  }

  private void least(
      Reading reading, long version, String promise, HistoryChecker.Findings findings) {
    if (reading.version() < version) {
      findings.add(
          promise,
          "client %d read version %d of %d instead of %d"
              .formatted(reading.read().client(), reading.version(), id, version));
    }
  }

  /** From a time on, the highest version that had been told. */
  private static NavigableMap<Long, Long> most(List<Told> all) {
    NavigableMap<Long, Long> most = new TreeMap<>();
    long highest = 0;
    all.sort(Comparator.comparingLong(Told::at));
    for (Told told : all) {
      highest = Math.max(highest, told.version());
      most.put(told.at(), highest);
    }
    return most;
  }

  /** The highest version that had been told strictly before the time; 0 if none had. */
  private static long before(NavigableMap<Long, Long> most, long time) {
    Map.Entry<Long, Long> entry = most.lowerEntry(time);
    return entry == null ? 0 : entry.getValue();
  }
}
