package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tanada.deploy.state.StateFiles;

/** The data of all nodes is deleted, and comes back as it was at a second. */
class DisasterIT {
  private static final Path REPOSITORY =
      SystemUnderTest.home().resolveSibling("disaster-repository");

  @BeforeAll
  static void needOwnSystem() throws IOException {
    assumeTrue(!TestRun.containers(), "backups are made of native systems");
    assumeTrue(
        Boolean.getBoolean("tanada.test.nightly"),
        "it takes minutes: give -Dtanada.test.nightly=true");
    assertThat(FrontDoor.ADDRESS).isNotNull();
    assumeTrue(SystemUnderTest.own(), "only of a system that these tests started themselves");
    if (Files.exists(REPOSITORY)) {
      StateFiles.deleteTree(REPOSITORY);
    }
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
