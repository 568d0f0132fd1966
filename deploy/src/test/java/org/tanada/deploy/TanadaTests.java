package org.tanada.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tanada.deploy.topology.TopologyFile;

/** What a person who types gets: exit codes, and one line that says what to do. */
class TanadaTests {
  @TempDir Path directory;

  @BeforeEach
  void away() {
    System.setProperty("tanada.home", directory.resolve("state").toString());
    System.setProperty("tanada.root", directory.toString());
  }

  @AfterEach
  void back() {
    System.clearProperty("tanada.home");
    System.clearProperty("tanada.root");
  }

  private record Outcome(int code, String out, String err) {}

  private static Outcome run(String... args) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    ByteArrayOutputStream complained = new ByteArrayOutputStream();
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
    try {
      int code = Tanada.execute(args);
      return new Outcome(
          code, said.toString(StandardCharsets.UTF_8), complained.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "up", "down", "status", "scale", "stop", "start", "restart", "kill", "logs", "open",
        "doctor", "ca", "test", "shards", "files", "effects", "backup", "restore"
      })
  void everyCommandExplainsItself(String command) {
    Outcome outcome = run(command, "--help");

    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).startsWith("Usage: ./tanada " + command).contains("--json");
    assertThat(outcome.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "backup --to sftp:somebody@somewhere:/there",
        "backup export /no/such/disk",
        "restore --only user=a"
      })
  void whereContainersRunNoMoreIsPromisedOfBackupsThanThereIs(String command) throws IOException {
    Files.createDirectories(directory.resolve("state"));
    Files.writeString(directory.resolve("state/containers.json"), "{\"project\": \"tanada\"}");
    Files.writeString(
        directory.resolve("state/topology.yml"), TopologyFile.write(TopologyFile.shipped(false)));

    Outcome outcome = run(command.split(" "));

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .containsPattern("in containers|/no/such/disk is not there|Docker is not installed")
        .hasLineCount(1);
  }

  @Test
  void drillThatDestroysSaysWhatIsLostAndAsks() {
    Outcome refused = run("drill", "disaster");
    Outcome unanswered = run("drill", "disaster", "--destroy");

    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("is lost for good", "--destroy").hasLineCount(1);
    assertThat(unanswered.code()).isEqualTo(1);
    assertThat(unanswered.err()).contains("nothing was deleted").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "restore --only user=a --into /tmp/x",
        "restore --replace",
        "restore --only shard=abc"
      })
  void whatDoesNotGoTogetherIsOneLine(String command) {
    Outcome outcome = run(command.split(" "));

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).containsAnyOf("--only", "the number of a shard").hasLineCount(1);
  }

  @Test
  void helpListsTheCommandsAndHidesTheSupervisor() {
    Outcome outcome = run("help");

    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).contains("scale").doesNotContain("supervise");
  }

  @Test
  void withoutACommandTheUsageIsShown() {
    Outcome outcome = run();

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("Usage: ./tanada");
  }

  @Test
  void wrongUsageIsOneLineAndExitCodeTwo() {
    for (List<String> wrong :
        List.of(
            List.of("fly"),
            List.of("up", "--wings"),
            List.of("scale", "app"),
            List.of("scale", "app=many"),
            List.of("scale"),
            List.of("kill"),
            List.of("restore", "--at", "yesterday"),
            List.of("stop", "app-1", "app-2"),
            List.of("up", "--http-port", "eighty"))) {
      Outcome outcome = run(wrong.toArray(String[]::new));

      assertThat(outcome.code()).as("%s", wrong).isEqualTo(2);
      assertThat(outcome.err().lines()).as("%s", wrong).hasSize(1);
      assertThat(outcome.err()).contains("--help");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status",
        "logs",
        "open",
        "kill app-1",
        "stop app-1",
        "scale app=3",
        "ca",
        "backup --to /b"
      })
  void beforeTheFirstUpOneLineSaysWhatToDo(String command) {
    Outcome outcome = run(command.split(" ", -1));

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.err()).contains("./tanada up");
  }

  @Test
  void portsThatCannotBeAreRefusedBeforeAnythingIsDone() {
    Outcome outcome = run("up", "--http-port", "9100");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.err()).contains("--http-port");
  }
}
