package org.tanada.app.deletion;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.common.lifecycle.RepeatedWork;
import org.tanada.common.problem.ProblemException;

/** Goes on with deletions that this or another server has begun. */
@Component
final class DeletionWork extends RepeatedWork {
  private static final Logger log = LoggerFactory.getLogger(DeletionWork.class);

  private final Deletions deletions;
  private final Duration pause;
  private volatile Deletions.Waiting waiting = new Deletions.Waiting(0, 0);
  private boolean failing;

  DeletionWork(Deletions deletions, DeletionProperties properties, MeterRegistry metrics) {
    super("deletions", 0);
    this.deletions = deletions;
    this.pause = properties.sweep();
    Gauge.builder("tanada.deletions.waiting", () -> waiting.all()).register(metrics);
    Gauge.builder("tanada.deletions.stuck", () -> waiting.stuck()).register(metrics);
  }

  @Override
  protected Duration step() {
    try {
      waiting = deletions.sweep();
      if (failing) {
        log.info("deletions go on again");
      }
      failing = false;
    } catch (ProblemException e) {
      if (!failing) {
        log.warn("deletions wait, their rows cannot be reached: {}", e.getMessage());
      }
      failing = true;
    }
    return pause;
  }
}
