package org.tanada.deploy.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tanada.deploy.state.OperatorException;

class SshTests {
  private static Board board(int port) {
    return new Board("pi", "127.0.0.1", 512, List.of(), new Login("", port, ""));
  }

  @Test
  void aBoardThatIsOffIsUnreachable() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    try (Ssh ssh = new Ssh(board(port), Optional.empty())) {
      assertThatThrownBy(() -> ssh.run("true", Duration.ofSeconds(20)))
          .isInstanceOf(OperatorException.class)
          .hasMessageStartingWith("pi: unreachable: ssh: connect to host 127.0.0.1 port " + port)
          .hasMessageContaining("is it on")
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void aSilentBoardIsWaitedForNoLongerThanAsked() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Ssh ssh = new Ssh(board(silent.getLocalPort()), Optional.empty())) {
      assertThatThrownBy(() -> ssh.run("true", Duration.ofSeconds(1)))
          .isInstanceOf(OperatorException.class)
          .hasMessageContaining("did not end within 1 s");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          255 | Host key verification failed.                          | its host key is unknown: run ssh-keyscan -p 22 127.0.0.1
          255 | @ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @   | REFUSED, its host key is not the one
          255 | root@127.0.0.1: Permission denied (publickey).         | it refuses the login: copy your key there (ssh-copy-id -p 22
          255 | Connection to 127.0.0.1 closed by remote host.         | the connection was lost: Connection to
          255 | ssh: Could not resolve hostname pi: Name not known     | unreachable: ssh: Could not resolve
          1   | sudo: a password is required                           | root or have sudo without a password
          100 | E: no such package                                     | E: no such package
          7   | ''                                                     | no words, exit code 7
          """)
  void everyFailureSaysWhatToDo(int status, String errors, String message) throws IOException {
    try (Ssh ssh = new Ssh(board(22), Optional.empty())) {
      assertThat(ssh.failure(status, "first line\n" + errors + "\n\n".repeat(errors.length() % 2)))
          .hasMessageStartingWith("pi: ")
          .hasMessageNotContaining("\n");
      assertThat(ssh.failure(status, errors)).hasMessageContaining(message);
    }
  }
}
