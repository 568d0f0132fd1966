package org.tanada.storage.replica;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/** What is known of the state of the copies: for the operator, and for the next repair. */
@Component
class ReplicationHealth {
  private final AtomicLong underReplicated = new AtomicLong();
  private final AtomicBoolean compareAgain = new AtomicBoolean(true);
  private final Counter corrupt;
  private final Counter repaired;
  private final Counter mended;
  private final Counter copied;
  private final AtomicLong left = new AtomicLong();
  private final AtomicLong unmended = new AtomicLong();

  ReplicationHealth(MeterRegistry meters, Debts debts) {
    Gauge.builder("tanada.storage.debts", debts, Debts::count)
        .description("Files that were acknowledged while fewer nodes held them than are to")
        .register(meters);
    Gauge.builder("tanada.storage.compare.left", left, AtomicLong::get)
        .description("Files that the comparison under way has still to look at and to copy")
        .register(meters);
    Gauge.builder("tanada.storage.unmended", unmended, AtomicLong::get)
        .description("Files that are damaged here and of which no good copy could be read so far")
        .register(meters);
    this.mended =
        Counter.builder("tanada.storage.mended")
            .description("Damaged files that were made whole from another copy")
            .register(meters);
    this.copied =
        Counter.builder("tanada.storage.copied")
            .description("Bytes sent to other nodes to make copies what they are to be")
            .baseUnit("bytes")
            .register(meters);
    Gauge.builder("tanada.storage.under.replicated", underReplicated, AtomicLong::get)
        .description("Files here with fewer copies than there are to be, as last seen")
        .register(meters);
    this.corrupt =
        Counter.builder("tanada.storage.corrupt")
            .description("Files whose content was not what was written")
            .register(meters);
    this.repaired =
        Counter.builder("tanada.storage.repaired")
            .description("Copies made later than with their upload")
            .register(meters);
  }

  /** A file was accepted with fewer copies than there are to be. */
  void underReplicated() {
    underReplicated.incrementAndGet();
    compareAgain();
  }

  /** A comparison of all files has found so many with too few copies. */
  void compared(long tooFew) {
    underReplicated.set(tooFew);
  }

  /** Something happened that another node does not know. */
  void compareAgain() {
    compareAgain.set(true);
  }

  /** Whether something happened since this was last asked. */
  boolean takeCompareAgain() {
    return compareAgain.getAndSet(false);
  }

  /** Files with too few copies, as last seen. */
  long tooFew() {
    return underReplicated.get();
  }

  /** A damaged file was found. */
  void corrupt() {
    corrupt.increment();
  }

  /** A missing copy of so many bytes was made. */
  void repaired(long bytes) {
    repaired.increment();
    copied.increment((double) bytes);
  }

  /** A damaged file is whole again. */
  void mended() {
    mended.increment();
  }

  /** So many files are damaged and wait for a good copy. */
  void unmended(long files) {
    unmended.set(files);
  }

  /** So many files are still to be compared. */
  void left(long files) {
    left.set(Math.max(0, files));
  }
}
