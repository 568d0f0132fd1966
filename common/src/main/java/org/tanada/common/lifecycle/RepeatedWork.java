package org.tanada.common.lifecycle;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Work that is repeated on a thread of its own from a service's start to its stop. A step that
 * throws is logged, and the next one comes all the same.
 */
public abstract class RepeatedWork implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(RepeatedWork.class);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  private final String name;
  private final int phase;
  private volatile @Nullable CountDownLatch stopped;

  /**
   * Work that does nothing before {@link #start()}.
   *
   * @param name of the thread
   * @param phase of the lifecycle: higher ones start later and stop earlier
   */
  protected RepeatedWork(String name, int phase) {
    this.name = name;
    this.phase = phase;
  }

  /** One step; returns how long to wait before the next. */
  protected abstract Duration step();

  @Override
  public void start() {
    CountDownLatch end = new CountDownLatch(1);
    stopped = end;
    Thread.ofPlatform().daemon().name(name).start(() -> run(end));
  }

  /** Ends the work after the step that is under way, and does not wait for that. */
  @Override
  public void stop() {
    CountDownLatch end = stopped;
    stopped = null;
    if (end != null) {
      end.countDown();
    }
  }

  @Override
  public final boolean isRunning() {
    return stopped != null;
  }

  @Override
  public final int getPhase() {
    return phase;
  }

  private void run(CountDownLatch end) {
    try {
      Duration wait = Duration.ZERO;
      while (!end.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          wait = step();
        } catch (RuntimeException e) {
          log.error("a step of {} failed", name, e);
          wait = AFTER_FAILURE;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
