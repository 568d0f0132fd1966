package org.tanada.deploy.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestReportsTests {
  private static final Instant START = Instant.parse("2026-11-30T12:00:00Z");

  @TempDir private Path root;

  @Test
  void failuresAndFlakesAreToldWithTheirFirstLines() throws IOException {
    report(
        "storage/target/failsafe-reports/TEST-org.x.ThingIT.xml",
        """
        <testsuite>
          <testcase name="passes" classname="org.x.ThingIT" time="1"/>
          <testcase name="fails" classname="org.x.ThingIT" time="1">
            <failure message="a" type="b"><![CDATA[expected: 1
        but was: 2
        %s]]></failure>
            <rerunFailure message="a" type="b"><stackTrace>again</stackTrace>
              <system-out>noise</system-out></rerunFailure>
          </testcase>
          <testcase name="wavers" classname="org.x.ThingIT" time="1">
            <flakyError message="a" type="b"><stackTrace>once</stackTrace></flakyError>
          </testcase>
        </testsuite>
        """
            .formatted("at there\n".repeat(50)),
        START);

    assertThat(new TestReports(root).failedSince(START))
        .satisfiesExactly(
            first -> {
              assertThat(first.test()).isEqualTo("ThingIT.fails");
              assertThat(first.flake()).isFalse();
              assertThat(first.trace()).startsWith("expected: 1\nbut was: 2\nat there");
              assertThat(first.trace().lines()).hasSize(15);
            },
            second ->
                assertThat(second)
                    .isEqualTo(new TestReports.FailedRun("ThingIT.fails", false, "again")),
            third ->
                assertThat(third)
                    .isEqualTo(new TestReports.FailedRun("ThingIT.wavers", true, "once")));
  }

  @Test
  void reportsOfEarlierRunsAreNotRead() throws IOException {
    report(
        "storage/target/surefire-reports/TEST-org.x.OldTests.xml",
        "no report at all",
        START.minusSeconds(1));

    assertThat(new TestReports(root).failedSince(START)).isEmpty();
    assertThatThrownBy(() -> new TestReports(root).failedSince(START.minusSeconds(1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("OldTests.xml");
  }

  private void report(String path, String content, Instant time) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    Files.setLastModifiedTime(file, FileTime.from(time));
  }
}
