package org.tanada.deploy.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tanada.deploy.state.OperatorException;

/**
 * What a person gets whose Docker is missing, asleep, closed or old: one line that says what to do.
 */
class DockerTests {
  @TempDir Path directory;

  /** A command line that answers as the given script does. */
  private Docker docker(String script) throws IOException {
    Path program = directory.resolve("docker");
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return Docker.of(Optional.of(program), directory);
  }

  private static String versions(String engine, String compose) {
    return "case $1 in version) echo %s ;; compose) echo %s ;; esac".formatted(engine, compose);
  }

  @Test
  void withoutDockerTheOtherWaysAreNamed() {
    assertThatThrownBy(() -> Docker.of(Optional.empty(), directory))
        .isInstanceOf(OperatorException.class)
        .hasMessageStartingWith("Docker is not installed")
        .hasMessageContaining("without --docker");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "echo 'Cannot connect to the Docker daemon' >&2; exit 1 | does not run: start it",
        "echo 'permission denied while trying to connect' >&2; exit 1 | may not use Docker: sudo usermod",
        "case $1 in version) echo 26.1.5 ;; *) exit 1 ;; esac | docker compose is missing",
      })
  void whatDoesNotAnswerIsSaid(String script, String message) throws IOException {
    Docker docker = docker(script);

    assertThatThrownBy(docker::check)
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({
    "20.10.24+dfsg1, 2.30.0, the Docker engine is 20.10.24+dfsg1",
    "23.0.6, 2.30.0, the Docker engine is 23.0.6",
    "27.5.1, 1.29.2, docker compose is 1.29.2",
    "27.5.1, v2.23.3, docker compose is v2.23.3",
  })
  void whatIsTooOldIsSaid(String engine, String compose, String message) throws IOException {
    Docker docker = docker(versions(engine, compose));

    assertThatThrownBy(docker::check)
        .isInstanceOf(OperatorException.class)
        .hasMessageStartingWith(message)
        .hasMessageContaining("or newer is needed");
  }

  @ParameterizedTest
  @CsvSource({"24.0.0, 2.24.0", "26.1.5+dfsg1, 2.26.1-4", "29.0.0, v5.0.1"})
  void whatIsNewEnoughPasses(String engine, String compose) throws IOException {
    Docker docker = docker(versions(engine, compose));

    assertThatCode(docker::check).doesNotThrowAnyException();
  }

  @Test
  void aCommandThatHangsIsEnded() throws Exception {
    Docker docker = docker("exec sleep 60");

    Docker.Answer answer = docker.run(Duration.ofMillis(300), List.of("ps"));

    assertThat(answer.code()).isEqualTo(137);
  }

  @Test
  void aReasonIsFoundInWhatComposePrinted() {
    assertThat(
            Compose.reason(
                List.of(
                    "#12 [build 4/4] RUN deploy/image/build.sh",
                    "#12 write /var/lib/docker/tmp: no space left on device",
                    "ERROR: failed to solve: exit code 1")))
        .startsWith("the disk is full");
    assertThat(
            Compose.reason(
                List.of(
                    " Container tanada-nginx-1  Starting",
                    "Error response from daemon: Bind for 127.0.0.1:8080 failed: port is already allocated")))
        .startsWith("a port is in use: choose others with --http-port");
    assertThat(
            Compose.reason(
                List.of("#9 compiling", "#9 [ERROR] App.java:[3,1] class expected", "exit", "")))
        .isEqualTo("#9 [ERROR] App.java:[3,1] class expected");
    assertThat(Compose.reason(List.of("container tanada-mysql-1-a-1 is unhealthy")))
        .isEqualTo("container tanada-mysql-1-a-1 is unhealthy");
    assertThat(Compose.reason(List.of())).isEqualTo("it said nothing");
  }
}
