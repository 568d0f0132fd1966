package org.tanada.deploy.ship;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.common.tls.InsideTls;
import org.tanada.deploy.ca.InsideServer;

/** Functions of {@code board.sh} in a real bash, beside a journal that says what is given here. */
class BoardScriptTests {
  private static final Path SCRIPT =
      Path.of("src/main/resources/ship/board.sh").toAbsolutePath().normalize();

  @TempDir private Path directory;

  /** Why a node is not ready: by what systemd says of it, and what it said itself. */
  private String why(String ofSystemd, String own) throws IOException, InterruptedException {
    Files.writeString(directory.resolve("systemd"), ofSystemd);
    Files.writeString(directory.resolve("own"), own);
    Path journalctl = directory.resolve("journalctl");
    Files.writeString(
        journalctl,
        """
        #!/bin/sh
        case "$*" in
          *_SYSTEMD_UNIT=tanada-app-1.service*) cat '%1$s/own' ;;
          *'-u tanada-app-1 '*) cat '%1$s/systemd' '%1$s/own' ;;
        esac
        """
            .formatted(directory));
    Files.setPosixFilePermissions(journalctl, PosixFilePermissions.fromString("rwxr-xr-x"));
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", ". '" + SCRIPT + "'; why app-1").redirectErrorStream(true);
    builder.environment().merge("PATH", directory.toString(), (path, first) -> first + ":" + path);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return said.strip();
  }

  private String said(String call) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("bash", "-c", ". '" + SCRIPT + "'; base='" + directory + "'; " + call)
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said.strip();
  }

  @Test
  void nodesThatSpeakTlsAreAskedByTls() throws Exception {
    try (InsideServer server = new InsideServer(directory);
        InsideServer other = new InsideServer(directory.resolve("other"))) {
      String ask = "get 127.0.0.1 " + server.port() + " /actuator/health/readiness ";

      assertThat(said(ask + server.secrets().resolve(InsideTls.AUTHORITY))).isEqualTo("200");
      assertThat(said(ask + other.secrets().resolve(InsideTls.AUTHORITY))).isEmpty();
      assertThat(said(ask)).isNotEqualTo("200");
    }
  }

  @Test
  void aReleaseTellsWhetherItsServicesSpeakTls() throws Exception {
    Path etc = Files.createDirectories(directory.resolve("releases/abc/etc"));
    Files.writeString(etc.resolve("mysql-1-a.env"), "TANADA_ROOT=/opt\n");
    assertThat(said("speaks abc")).isEqualTo("plain");

    Files.writeString(etc.resolve("app-1.env"), "A=b\nTANADA_TLS_DIRECTORY=/run/x\n");
    assertThat(said("speaks abc")).isEqualTo("tls");
  }

  @Test
  void aBoardThatRanOutOfMemoryIsCalledThat() throws Exception {
    assertThat(
            why(
                "tanada-app-1.service: A process of this unit has been killed by the OOM killer.\n",
                "{\"level\":\"ERROR\",\"message\":\"the last words\"}\n"))
        .startsWith("out of memory: give this board fewer roles");
  }

  @Test
  void aHeapThatIsTooSmallIsCalledThat() throws Exception {
    assertThat(
            why(
                "Started Tanada: app-1.\n",
                "Terminating due to java.lang.OutOfMemoryError: Java heap space\n"))
        .startsWith("its heap is too small");
  }

  @Test
  void elseItsLastErrorIsTheReason() throws Exception {
    assertThat(
            why(
                "Started Tanada: app-1.\n",
                """
                {"level":"ERROR","message":"Port 9101 was\\nalready in use"}
                {"level":"INFO","message":"stopping"}
                """))
        .isEqualTo("Port 9101 was already in use");
    assertThat(why("", "Unrecognized VM option\n")).isEqualTo("Unrecognized VM option");
    assertThat(why("", "")).isEqualTo("see journalctl -u tanada-app-1 there");
  }
}
