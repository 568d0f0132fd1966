package org.tanada.deploy.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.tanada.deploy.state.OperatorException;

class PortOwnerTests {
  @Test
  void aTakenPortNamesItsProcess() throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

      assertThat(PortOwner.of(socket.getLocalPort()))
          .hasValueSatisfying(
              owner -> assertThat(owner).contains("process " + ProcessHandle.current().pid()));
    }
  }

  @Test
  void aFreePortHasNoOwner() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }

    assertThat(PortOwner.of(port)).isEmpty();
  }

  @Test
  void aMissingProgramSaysHowToGetIt() {
    assertThatThrownBy(() -> Binaries.need("no-such-program"))
        .isInstanceOf(OperatorException.class)
        .hasMessage("no-such-program is not installed: run ./tanada up, which installs it");
  }
}
