package org.tanada.common.lifecycle;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;

/**
 * Leaving without losing a request: first report not-ready and go on serving until callers have
 * noticed, then let the web server finish what it has (Boot's graceful shutdown, which follows in a
 * lower phase).
 */
public final class DrainLifecycle implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(DrainLifecycle.class);

  private final ApplicationEventPublisher events;
  private final Duration delay;
  private volatile boolean running;

  /** Waits for the given time between not-ready and the end of serving. */
  public DrainLifecycle(ApplicationEventPublisher events, Duration delay) {
    this.events = events;
    this.delay = delay;
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    log.info("leaving: not ready any more, serving for another {} ms", delay.toMillis());
    AvailabilityChangeEvent.publish(events, this, ReadinessState.REFUSING_TRAFFIC);
    long end = System.nanoTime() + delay.toNanos();
    for (long left = delay.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** The highest phase: stopped before everything else. */
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE;
  }
}
