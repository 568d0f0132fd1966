package org.tanada.deploy.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.deploy.build.Binaries;
import org.tanada.deploy.state.OperatorException;

/** A repository behind a real OpenSSH server. */
@Tag("servers")
@Timeout(180)
class SftpTests {
  @TempDir Path directory;
  private Process server;
  private Repository repository;
  private Path data;

  @BeforeEach
  void begin() throws Exception {
    Path sbin = Path.of("/usr/sbin/sshd");
    Path program =
        Binaries.find("sshd").or(() -> Optional.of(sbin).filter(Files::isExecutable)).orElse(null);
    assumeThat(program).as("openssh-server is installed").isNotNull();
    assumeThat(Binaries.find("ssh")).as("openssh-client is installed").isPresent();
    assumeThat(Binaries.find("restic")).as("restic is installed").isPresent();
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    key("host");
    key("user");
    Files.writeString(
        directory.resolve("sshd.conf"),
        """
        ListenAddress 127.0.0.1:%1$d
        HostKey %2$s/host
        AuthorizedKeysFile %2$s/user.pub
        PidFile none
        StrictModes no
        UsePAM no
        PasswordAuthentication no
        Subsystem sftp internal-sftp
        """
            .formatted(port, directory));
    Files.writeString(
        directory.resolve("ssh.conf"),
        """
        Host elsewhere
          HostName 127.0.0.1
          Port %1$d
          IdentityFile %2$s/user
          IdentitiesOnly yes
          BatchMode yes
          StrictHostKeyChecking no
          UserKnownHostsFile %2$s/known
        """
            .formatted(port, directory));
    Path ssh = Files.createDirectories(directory.resolve("bin")).resolve("ssh");
    Files.writeString(
        ssh,
        "#!/bin/sh\nexec %s -F %s/ssh.conf \"$@\"\n".formatted(Binaries.need("ssh"), directory));
    Files.setPosixFilePermissions(ssh, PosixFilePermissions.fromString("rwx------"));
    server =
        new ProcessBuilder(String.valueOf(program), "-D", "-e", "-f", directory + "/sshd.conf")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("sshd.log").toFile())
            .start();
    Waiting.until("the server listens", () -> listens(port));
    Path password = Files.writeString(directory.resolve("password"), "secret");
    data = Files.createDirectories(directory.resolve("data"));
    repository =
        new Repository(
            "sftp:elsewhere:" + directory + "/repository",
            password,
            directory.resolve("cache"),
            Map.of("PATH", ssh.getParent() + ":" + System.getenv("PATH")));
  }

  private void key(String name) throws Exception {
    int code =
        new ProcessBuilder(
                "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", directory.resolve(name) + "")
            .start()
            .waitFor();
    assertThat(code).isZero();
  }

  private boolean listens(int port) throws IOException {
    if (!server.isAlive()) {
      String words = Files.readString(directory.resolve("sshd.log"));
      assumeThat(words).as("the system is set up for sshd").doesNotContain("rivilege separation");
      throw new AssertionError(words);
    }
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (java.net.ConnectException e) {
      return false;
    }
  }

  @AfterEach
  void end() throws InterruptedException {
    if (server != null) {
      server.destroy();
      server.waitFor();
    }
  }

  @Test
  void itIsMadeUsedCheckedAndMissedBySftp() throws Exception {
    RepositoryStory.ofRemote(repository, data, directory.resolve("out"));
    assertThat(directory.resolve("repository/config")).exists();

    server.destroy();
    server.waitFor();
    assertThatThrownBy(repository::snapshots)
        .isInstanceOf(OperatorException.class)
        .hasMessageStartingWith("sftp:elsewhere:")
        .hasMessageNotContaining("\n");
  }
}
