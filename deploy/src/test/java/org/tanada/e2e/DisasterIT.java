package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The data of all nodes is deleted, and comes back as it was at a second. */
class DisasterIT {
  private static final Path REPOSITORY =
      SystemUnderTest.home().resolveSibling("disaster-repository");

  @BeforeAll
  static void needOwnSystem() throws IOException {
    TestRun.needBackups(REPOSITORY);
  }

  @Test
  void everythingComesBackAsItWasAtASecond() throws IOException {
    assertThat(SystemUnderTest.tanada("drill", "disaster")).as("without --destroy").isEqualTo(1);
    assertThat(SystemUnderTest.output()).contains("lost for good");
    assertThat(SystemUnderTest.tanada("backup", "--to", REPOSITORY.toString(), "--yes"))
        .as(SystemUnderTest.output())
        .isZero();

    assertThat(SystemUnderTest.tanada("drill", "disaster", "--destroy", "--yes"))
        .as(SystemUnderTest.output())
        .isZero();

    assertThat(SystemUnderTest.output())
        .containsPattern("[1-9][0-9]* writes before .* are there, [1-9][0-9]* after it are gone")
        .contains("age of what was restored");
  }
}
