package org.tanada.deploy.board.checkup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.deploy.board.Board;
import org.tanada.deploy.board.BoardPlan;
import org.tanada.deploy.board.Login;
import org.tanada.deploy.board.Role;
import org.tanada.deploy.board.Shelf;
import org.tanada.deploy.build.Binaries;
import org.tanada.deploy.doctor.Finding;
import org.tanada.deploy.state.OperatorException;

/** A container with an ssh server stands in for a board: its image is the one that ship uses. */
@Tag("containers")
@Timeout(120)
class BoardBySshTests {
  private static final String IMAGE = "tanada/board";
  private static final String SERVER =
      "mkdir -p /run/sshd && ssh-keygen -A >/dev/null && echo ready && exec /usr/sbin/sshd -D -e";

  @TempDir Path directory;
  private String container = "";

  @BeforeEach
  void begin() throws Exception {
    assumeThat(Binaries.find("docker")).as("docker is there").isPresent();
    assumeThat(docker("images", "-q", IMAGE))
        .as("the stand-in's image is there: deploy/boards/stand-in/up.sh makes it")
        .isNotEmpty();
    container = docker("run", "-d", "--rm", "--entrypoint=bash", IMAGE, "-c", SERVER);
    docker(
        "exec",
        container,
        "timeout",
        "60",
        "bash",
        "-c",
        "until : >/dev/tcp/127.0.0.1/22; do sleep 0.1; done 2>/dev/null");
    run(List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file("key").toString()));
    docker(
        "exec",
        container,
        "bash",
        "-c",
        "umask 077; echo '"
            + Files.readString(file("key.pub")).strip()
            + "' >/root/.ssh/authorized_keys");
    Files.writeString(
        file("config"),
        """
        Host *
          User root
          IdentityFile %s
          IdentitiesOnly yes
          UserKnownHostsFile %s
          GlobalKnownHostsFile /dev/null
        """
            .formatted(file("key"), file("known_hosts")));
  }

  @AfterEach
  void end() throws Exception {
    if (!container.isEmpty()) {
      docker("rm", "-f", container);
    }
  }

  @Test
  void aBoardIsAskedBySshAndRefusedUnderAForeignKey() throws Exception {
    String address =
        docker("inspect", "-f", "{{.NetworkSettings.Networks.bridge.IPAddress}}", container);
    String[] key =
        docker("exec", container, "cat", "/etc/ssh/ssh_host_ed25519_key.pub").split(" ", -1);
    Board board =
        new Board(
            "stand-in",
            address,
            512,
            List.of(Role.parse("edge"), Role.parse("memcached")),
            Login.USUAL);
    BoardCheckup checkup =
        new BoardCheckup(board, BoardPlan.of(new Shelf(List.of(board))).nodes(board));

    assertThatThrownBy(() -> checkup.look(Optional.of(file("config"))))
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("its host key is unknown");

    Files.writeString(file("known_hosts"), address + " " + key[0] + " " + key[1] + "\n");
    List<Finding> findings = checkup.look(Optional.of(file("config")));

    // both clocks are one
    assertThat(findings).contains(Finding.good("clock", "right, as far as a call by ssh can tell"));
    assertThat(findings).contains(Finding.good("rights", "root"));
    assertThat(findings)
        .extracting(Finding::subject)
        .contains("system", "memory", "disk /", "programs", "time synchronisation");
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private static String docker(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    return run(command);
  }

  private static String run(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as("%s: %s", command, output).isZero();
    return output;
  }
}
