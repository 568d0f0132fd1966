package org.tanada.app.preview;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;
import org.tanada.app.preview.BoundedProgram.Run;
import org.tanada.common.testing.Poll;

class BoundedProgramTests {
  private static final Duration PATIENT = Duration.ofMinutes(2);

  @TempDir Path directory;

  @Test
  void itSeesNothingOfThisServerAndHasLittle() throws Exception {
    Run run =
        patient()
            .run(
                sh("ulimit -v; ulimit -f; ulimit -c; ulimit -n; nice; wc -c; env"),
                directory,
                4096);

    assertThat(run)
        .isInstanceOfSatisfying(
            Run.Ended.class,
            ended -> {
              List<String> lines =
                  new String(ended.output(), StandardCharsets.UTF_8)
                      .lines()
                      .map(String::strip)
                      .toList();
              assertThat(lines).startsWith("65536", "0", "0", "64", "19", "0");
              assertThat(lines.subList(6, lines.size()))
                  .allMatch(line -> line.matches("(PATH|LC_ALL|PWD|OLDPWD|SHLVL|_)=.*"));
            });
  }

  @Test
  void itWritesNoFile() throws Exception {
    Run run = patient().run(sh("trap '' XFSZ; echo x > file"), directory, 100);

    assertThat(run)
        .isInstanceOfSatisfying(Run.Ended.class, ended -> assertThat(ended.code()).isNotZero());
    assertThat(directory.resolve("file")).isEmptyFile();
  }

  @Test
  void moreMemoryThanItMayHaveIsAFailureOfItsOwn() throws Exception {
    Run run =
        patient()
            .run(List.of("dd", "if=/dev/zero", "of=/dev/null", "bs=200M", "count=1"), directory, 9);

    assertThat(run)
        .isInstanceOfSatisfying(
            Run.Ended.class,
            ended -> {
              assertThat(ended.code()).isNotZero();
              assertThat(ended.errors()).contains("memory");
            });
  }

  @Test
  void whatSaysTooMuchIsStopped() throws Exception {
    assertThat(patient().run(List.of("yes"), directory, 1000))
        .isEqualTo(new Run.Stopped("wrote more than 1000 bytes"));
  }

  @Test
  void whatHangsIsStoppedWithAllThatItStarted() throws Exception {
    BoundedProgram hasty = new BoundedProgram(Duration.ofMillis(500), DataSize.ofGigabytes(1));

    Run run = hasty.run(sh("sleep 86399 & sleep 86398"), directory, 1000);

    assertThat(run).isEqualTo(new Run.Stopped("took more than PT0.5S"));
    Poll.until(() -> running("86399") == 0 && running("86398") == 0);
  }

  @Test
  void whoStopsTheServerStopsTheProgram() throws Exception {
    BoundedProgram program = patient();
    Thread stopper =
        Thread.ofPlatform()
            .start(() -> {
              Poll.until(() -> running("86397") > 0);
              program.stop();
            });

    Run run = program.run(List.of("sleep", "86397"), directory, 1000);

    stopper.join();
    assertThat(run).isInstanceOf(Run.Stopped.class);
    Poll.until(() -> running("86397") == 0);
  }

  private static long running(String argument) {
    return ProcessHandle.current()
        .descendants()
        .filter(child ->
            List.of(child.info().arguments().orElse(new String[0])).contains(argument)
                && child.info().command().orElse("").endsWith("sleep"))
        .count();
  }

  private static BoundedProgram patient() {
    return new BoundedProgram(PATIENT, DataSize.ofMegabytes(64));
  }

  private static List<String> sh(String script) {
    return List.of("/bin/sh", "-c", script);
  }
}
