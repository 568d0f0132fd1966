package org.tanada.common.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class RepeatedWorkTests {
  @Test
  void itRunsFromStartToStopAndCanBeStartedAgain() throws Exception {
    Semaphore steps = new Semaphore(0);
    RepeatedWork work = work(steps::release);
    assertThat(work.isRunning()).isFalse();
    assertThat(work.getPhase()).isEqualTo(7);

    work.start();
    steps.acquire(3);
    assertThat(work.isRunning()).isTrue();
    work.stop();
    assertThat(work.isRunning()).isFalse();
    work.stop();

    work.start();
    steps.acquire(3);
    work.stop();
  }

  @Test
  void aStepThatThrowsDoesNotEndIt() throws Exception {
    CountDownLatch twice = new CountDownLatch(2);
    RepeatedWork work =
        work(() -> {
          twice.countDown();
          throw new IllegalStateException("on purpose");
        });

    work.start();

    assertThat(twice.await(10, TimeUnit.SECONDS)).isTrue();
    work.stop();
  }

  private static RepeatedWork work(Runnable step) {
    return new RepeatedWork("test", 7) {
      @Override
      protected Duration step() {
        step.run();
        return Duration.ofMillis(1);
      }
    };
  }
}
