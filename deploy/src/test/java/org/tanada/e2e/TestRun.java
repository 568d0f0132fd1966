package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tanada.deploy.state.StateFiles;

/** What this run of the suites is; asking that starts no system. */
final class TestRun {
  /** Why a suite is left out in containers. */
  static final String SEEN_NATIVELY =
      "the same services are looked at natively: give -Dtanada.test.nightly=true";

  /** The same for what the drill of the data tier, which runs there, does as well. */
  static final String DRILLED =
      "seen natively, and the drill moves and promotes: give -Dtanada.test.nightly=true";

  private TestRun() {}

  /** Whether the system under test is one of containers. */
  static boolean containers() {
    return Boolean.getBoolean("tanada.containers");
  }

  /** Whether suites leave out in containers what is slow there and has been seen natively. */
  static boolean brief() {
    return containers() && !Boolean.getBoolean("tanada.test.nightly");
  }

  /** Starts the system if backups of it can be tried, and deletes what runs before have left. */
  static void needBackups(Path... left) throws IOException {
    assumeTrue(!containers(), "backups are made of native systems");
    assumeTrue(
        Boolean.getBoolean("tanada.test.nightly"),
        "it takes minutes: give -Dtanada.test.nightly=true");
    assertThat(FrontDoor.ADDRESS).isNotNull();
    assumeTrue(SystemUnderTest.own(), "only of a system that these tests started themselves");
    for (Path directory : left) {
      if (Files.exists(directory)) {
        StateFiles.deleteTree(directory);
      }
    }
  }
}
