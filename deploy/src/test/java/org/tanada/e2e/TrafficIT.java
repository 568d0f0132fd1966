package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;

/** Scaling while the traffic generator's visitors are about. */
@DisabledIf(value = "org.tanada.e2e.TestRun#brief", disabledReason = TestRun.SEEN_NATIVELY)
class TrafficIT {
  /** Requests a second: two processors that run all containers beside it take no more. */
  private static final String RATE = TestRun.containers() ? "5" : "10";

  @BeforeAll
  static void needOwnSystem() {
    assertThat(FrontDoor.ADDRESS).isNotNull();
    assumeTrue(
        SystemUnderTest.own(),
        "scaling is done only on a system that these tests started themselves");
  }

  @AfterAll
  static void stop() throws IOException {
    if (SystemUnderTest.own()) {
      SystemUnderTest.tanada("traffic", "stop");
      SystemUnderTest.tanada("scale", "auth=2");
    }
  }

  @Test
  void aScaleUnderTrafficTellsEverySecondAndItsVerdict() throws IOException {
    FrontDoor.warmUp();
    assertThat(SystemUnderTest.tanada("traffic", "start", "--rate", RATE, "--mix", "Shop"))
        .as(SystemUnderTest.output())
        .isZero();
    assertThat(SystemUnderTest.tanada("traffic", "start")).isEqualTo(1);
    assertThat(SystemUnderTest.output()).contains("traffic flows already");

    assertThat(SystemUnderTest.tanada("scale", "auth=3")).as(SystemUnderTest.output()).isZero();

    assertThat(SystemUnderTest.output())
        .contains("starting auth-3")
        .containsPattern("(?m)^ +[0-9]+ requests +0 failed +p50 .* ms +p99 .* ms +.*app-[12] ")
        .containsPattern("(?m)^0 of [1-9][0-9]* requests failed; [0-9]+ → [0-9]+ requests/s");
    assertThat(SystemUnderTest.tanada("traffic", "stop")).isZero();
    assertThat(SystemUnderTest.output()).contains("The traffic has ended.");
  }
}
