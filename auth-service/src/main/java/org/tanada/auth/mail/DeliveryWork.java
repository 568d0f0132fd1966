package org.tanada.auth.mail;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.common.lifecycle.RepeatedWork;
import org.tanada.common.problem.ProblemException;

/** Delivers what this server has posted at once, and sweeps for what others have left behind. */
@Component
final class DeliveryWork extends RepeatedWork {
  private static final Logger log = LoggerFactory.getLogger(DeliveryWork.class);

  /** How soon the thread sees that the server stops. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final int SWEEPS_A_TRIM = 4;

  private final Outbox outbox;
  private final Delivery delivery;
  private final Duration pause;
  private long sweptAt = System.nanoTime();
  private int sweeps;
  private boolean failing;

  DeliveryWork(Outbox outbox, Delivery delivery, MailProperties properties) {
    super("mail", 0);
    this.outbox = outbox;
    this.delivery = delivery;
    this.pause = properties.sweep();
  }

  @Override
  protected Duration step() {
    try {
      Long id = outbox.next(pause.compareTo(PATIENCE) < 0 ? pause : PATIENCE);
      if (id != null) {
        delivery.deliver(id);
      }
      if (System.nanoTime() - sweptAt > pause.toNanos()) {
        delivery.sweep();
        if (sweeps++ % SWEEPS_A_TRIM == 0) {
          delivery.trim();
        }
        sweptAt = System.nanoTime();
      }
      if (failing) {
        log.info("mails are delivered again");
        failing = false;
      }
    } catch (ProblemException e) {
      if (!failing) {
        log.warn("mails wait, their rows cannot be reached: {}", e.getMessage());
      }
      failing = true;
      sweptAt = System.nanoTime();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Duration.ZERO;
  }
}
