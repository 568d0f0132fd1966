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

  ReplicationHealth(MeterRegistry meters) {
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

  /** A missing copy was made. */
  void repaired() {
    repaired.increment();
  }
}
