package org.tanada.deploy.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.StateFiles;

class BackupScheduleTests {
  private static final ZoneId TOKYO = ZoneId.of("Asia/Tokyo");

  /** 03:30 there. */
  private static final Instant DUE = Instant.parse("2026-11-22T18:30:00Z");

  @TempDir Path directory;
  private Home home;
  private final List<String> started = new ArrayList<>();
  private final List<Process> processes = new ArrayList<>();
  private Instant now = DUE.minus(Duration.ofHours(5));
  private String script = "exit 0";
  private BackupSchedule schedule;

  @BeforeEach
  void begin() throws IOException {
    home = new Home(directory, directory.resolve("state"));
    new BackupFiles(home).setRepository("/somewhere");
    schedule = agent();
  }

  private BackupSchedule agent() {
    return new BackupSchedule(home, () -> now, TOKYO, this::start);
  }

  private Process start(Path log, String... command) throws IOException {
    started.add(String.join(" ", command));
    Process process =
        new ProcessBuilder("sh", "-c", script)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    processes.add(process);
    return process;
  }

  private void daily() throws IOException {
    StateFiles.writeJson(
        new BackupFiles(home).schedule(), new BackupSchedule.State("03:30", now, "", null));
  }

  /** Looks, and again when what was started has ended. */
  private void day() throws Exception {
    schedule.look();
    for (int i = 0; i < processes.size(); i++) {
      processes.get(i).waitFor();
      schedule.look();
    }
    processes.clear();
  }

  @Test
  void onceADayABackupIsMadeAndVerified() throws Exception {
    daily();

    day();
    assertThat(started).as("not before its time").isEmpty();
    now = DUE;
    day();
    day();
    assertThat(started).containsExactly("backup", "backup verify");
    now = DUE.plus(Duration.ofHours(23));
    day();
    assertThat(started).hasSize(2);
    now = DUE.plus(Duration.ofHours(24));
    day();
    assertThat(started).hasSize(4);
  }

  @Test
  void oneThatWasMissedIsMadeUpForAndOneUnderWayIsNotBegunAgain() throws Exception {
    daily();
    now = DUE.plus(Duration.ofHours(9));
    script = "sleep 100";

    schedule.look();
    schedule.look();
    agent().look(); // another agent, after a restart

    assertThat(started).containsExactly("backup");
    processes.getFirst().destroyForcibly().waitFor();
  }

  @Test
  void whatFailedIsToldAndTriedAgainAfterAnHour() throws Exception {
    daily();
    now = DUE;
    script = "echo copying; echo /somewhere is full >&2; exit 1";

    day();

    assertThat(started).containsExactly("backup");
    assertThat(BackupAge.of(home).failure()).isEqualTo("backup: /somewhere is full");
    now = now.plus(Duration.ofMinutes(59));
    day();
    assertThat(started).hasSize(1);
    now = now.plus(Duration.ofMinutes(1));
    script = "exit 0";
    day();
    assertThat(started).containsExactly("backup", "backup", "backup verify");
    assertThat(BackupAge.of(home).failure()).isEmpty();
  }

  @Test
  void itIsByTheClockOfWhoSetItWhereverTheAgentIs() throws Exception {
    schedule = new BackupSchedule(home, () -> now, ZoneId.of("UTC"), this::start);
    BackupSchedule.set(home, "03:30", TOKYO);
    BackupSchedule.State set = BackupSchedule.state(new BackupFiles(home)).orElseThrow();
    StateFiles.writeJson(
        new BackupFiles(home).schedule(),
        new BackupSchedule.State(set.daily(), now, set.failure(), set.zone()));

    now = DUE.minusSeconds(1);
    day();
    assertThat(started).isEmpty();
    now = DUE;
    day();

    assertThat(started).containsExactly("backup", "backup verify");
    assertThat(BackupSchedule.state(new BackupFiles(home)))
        .get()
        .extracting(BackupSchedule.State::zone)
        .isEqualTo(TOKYO);
  }

  @Test
  void whatIsMadeElsewhereIsNotedAndForgotten() throws Exception {
    Instant made = DUE.minus(Duration.ofHours(3));
    Instant verified = DUE.minus(Duration.ofDays(3));
    String last = StateFiles.json(new Backup.Made("0123abcd", made, made, 1, 1, 1));
    String mark = StateFiles.json(new Verification.Mark(verified, DUE, ""));
    String daily = StateFiles.json(new BackupSchedule.State("03:30", DUE, "backup: full", TOKYO));

    BackupAge.note(home, List.of(last, mark, daily));

    assertThat(BackupAge.of(home).line(DUE))
        .isEqualTo(
            "newest backup 3 h old, newest verified 3 d old; the last one failed: backup: full");
    assertThat(BackupSchedule.daily(home)).contains("03:30");
    BackupAge.note(home, List.of(last, mark, ""));
    assertThat(BackupSchedule.daily(home)).isEmpty();
    assertThat(BackupAge.of(home).failure()).isEmpty();
  }

  @Test
  void itIsSetAndTakenBack() throws Exception {
    BackupSchedule.set(home, "03:30", null);
    assertThat(BackupSchedule.daily(home)).contains("03:30");
    assertThatThrownBy(() -> BackupSchedule.set(home, "25:00", null))
        .hasMessageContaining("is neither a time as in 03:30 nor off");
    assertThat(BackupSchedule.daily(home)).contains("03:30");

    BackupSchedule.set(home, "off", null);

    assertThat(BackupSchedule.daily(home)).isEmpty();
    now = DUE.plus(Duration.ofDays(3));
    day();
    assertThat(started).isEmpty();
  }
}
