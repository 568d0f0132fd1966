package org.tanada.deploy.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class RecorderTests {
  @Test
  void aSecondHoldsWhatCameSinceTheLast() {
    Recorder recorder = new Recorder();
    for (int i = 1; i <= 100; i++) {
      recorder.record(TimeUnit.MILLISECONDS.toNanos(i), i % 50 == 0, i % 2 == 0 ? "app-1" : null);
    }

    Second first = recorder.next(1000);
    Second second = recorder.next(2000);

    assertThat(first.requests()).isEqualTo(100);
    assertThat(first.failures()).isEqualTo(2);
    assertThat(first.p50()).isCloseTo(50, Offset.offset(1.0));
    assertThat(first.p99()).isCloseTo(99, Offset.offset(1.0));
    assertThat(first.servers()).isEqualTo(Map.of("app-1", 50L));
    assertThat(second.requests()).isZero();
    assertThat(second.servers()).isEmpty();
  }
}
