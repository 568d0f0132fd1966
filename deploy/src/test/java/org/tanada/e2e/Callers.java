package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Callers that go on at a steady pace while something is done; none of their calls may fail. */
final class Callers implements AutoCloseable {
  private static final int CALLERS = 4;
  private static final Duration PACE = Duration.ofMillis(50);
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int SHOWN = 5;

  private final ThrowingCallable call;
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final Set<String> failures = Collections.synchronizedSet(new LinkedHashSet<>());
  private volatile boolean stopped;

  private Callers(ThrowingCallable call) {
    this.call = call;
  }

  /** Begins, and has been answered once at least when this returns. */
  static Callers start(ThrowingCallable call) throws Throwable {
    Callers callers = new Callers(call);
    for (int i = 0; i < CALLERS; i++) {
      callers.workers.execute(callers::run);
    }
    callers.await(CALLERS);
    return callers;
  }

  private void run() {
    while (!stopped) {
      try {
        call.call();
      } catch (Throwable e) {
        failed.incrementAndGet();
        if (failures.size() < SHOWN) {
          failures.add(e.toString());
        }
      }
      calls.incrementAndGet();
      LockSupport.parkNanos(PACE.toNanos());
    }
  }

  /** Waits for so many more calls. */
  void await(int more) throws Throwable {
    int goal = calls.get() + more;
    FrontDoor.eventually(PATIENCE, () -> assertThat(calls.get()).isGreaterThanOrEqualTo(goal));
  }

  /** Ends them, and fails if any call has. */
  @Override
  public void close() {
    stopped = true;
    workers.close();
    assertThat(failures).as("%s of %s calls failed", failed, calls).isEmpty();
  }
}
