package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;

/** The drills on the real system. Whether their checkers are awake is tested beside them. */
class DrillsIT {
  private static final String BRIEF = "org.tanada.e2e.TestRun#brief";
  private static final String SLOW =
      "in containers this takes minutes: give -Dtanada.test.nightly=true";

  @BeforeAll
  static void needOwnSystem() {
    assertThat(FrontDoor.ADDRESS).isNotNull();
    assumeTrue(
        SystemUnderTest.own(),
        "drills kill nodes: they run only on a system that these tests started themselves");
    FrontDoor.warmUp();
  }

  @Test
  @DisabledIf(value = BRIEF, disabledReason = SLOW)
  void everyStatelessNodeCanBeKilledUnnoticed() throws IOException {
    assertThat(SystemUnderTest.tanada("drill", "kill-any", "--seed", "7"))
        .as(SystemUnderTest.output())
        .isZero();
  }

  @Test
  @DisabledIf(value = BRIEF, disabledReason = SLOW)
  void theAppServersGrowAndShrinkUnnoticed() throws IOException {
    assertThat(SystemUnderTest.tanada("drill", "scale")).as(SystemUnderTest.output()).isZero();
  }

  @Test
  @DisabledIf(value = BRIEF, disabledReason = SLOW)
  void withATokenNoReadIsStaleAndWithoutSomeAre() throws IOException {
    assertThat(SystemUnderTest.tanada("drill", "stale-reads"))
        .as(SystemUnderTest.output())
        .isZero();
    assertThat(SystemUnderTest.output())
        .containsPattern("\\bwith tokens: 0 of [1-9][0-9]* reads")
        .containsPattern("without tokens: [1-9][0-9]* of [1-9][0-9]* reads stale");
  }

  @Test
  @DisabledIf(value = BRIEF, disabledReason = SLOW)
  void noFileIsLostAndNoWrongByteServedWhileStorageNodesBreak() throws IOException {
    assertThat(SystemUnderTest.tanada("drill", "files", "--seed", seedOfToday()))
        .as(SystemUnderTest.output())
        .isZero();
    assertThat(SystemUnderTest.output()).containsPattern("[1-9][0-9]* files acknowledged");
  }

  /**
   * On MariaDB natively, on MySQL in containers; a seed of today's, so that what a minute is enough
   * for is not always the same.
   */
  @Test
  void theDataTierKeepsItsPromisesWhileItIsBroken() throws IOException {
    assertThat(SystemUnderTest.tanada("drill", "data", "--minutes", "1", "--seed", seedOfToday()))
        .as(SystemUnderTest.output())
        .isZero();
    assertThat(SystemUnderTest.output()).containsPattern("[1-9][0-9]* writes");
  }

  private static String seedOfToday() {
    return Long.toString(java.time.LocalDate.now(java.time.ZoneOffset.UTC).toEpochDay());
  }

  @Test
  void anUnknownDrillIsOneLineAndAFailure() throws IOException {
    assertThat(SystemUnderTest.tanada("drill", "nothing")).isEqualTo(1);
    assertThat(SystemUnderTest.output()).contains("there is no drill nothing");
  }
}
