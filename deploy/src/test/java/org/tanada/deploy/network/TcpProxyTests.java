package org.tanada.deploy.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tanada.deploy.network.Network.Manner;
import org.tanada.deploy.process.Control;

/** Connections through a proxy to a server that answers each byte with the next one. */
@Timeout(30)
class TcpProxyTests {
  private static final int MOMENT = 300;

  private final AtomicInteger asked = new AtomicInteger();
  private ServerSocket server;
  private TcpProxy proxy;

  @BeforeEach
  void open() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
    proxy =
        new TcpProxy(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()));
  }

  @AfterEach
  void close() throws IOException {
    proxy.close();
    server.close();
  }

  private void serve() {
    while (!server.isClosed()) {
      try {
        Socket caller = server.accept();
        Thread.ofVirtual().start(() -> answer(caller));
      } catch (IOException e) {
        assertThat(server.isClosed()).isTrue();
      }
    }
  }

  private void answer(Socket caller) {
    try (caller) {
      for (int read = caller.getInputStream().read();
          read >= 0;
          read = caller.getInputStream().read()) {
        asked.incrementAndGet();
        caller.getOutputStream().write(read + 1);
      }
    } catch (IOException e) {
      assertThat(e).isInstanceOf(SocketException.class); // it was cut off
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    socket.setSoTimeout(MOMENT);
    return socket;
  }

  private static int ask(Socket socket, int question) throws IOException {
    socket.getOutputStream().write(question);
    return socket.getInputStream().read();
  }

  @Test
  void leadsToTheServer() throws IOException {
    try (Socket one = connect();
        Socket other = connect()) {
      assertThat(ask(one, 1)).isEqualTo(2);
      assertThat(ask(other, 5)).isEqualTo(6);
      assertThat(proxy.connections()).isEqualTo(2);
    }

    assertThat(Control.await(10, () -> proxy.connections() == 0)).isTrue();
  }

  @Test
  void whatVanishesArrivesWhenTheCutIsHealed() throws IOException {
    try (Socket socket = connect()) {
      ask(socket, 1);
      proxy.cut(Manner.VANISH);

      assertThatThrownBy(() -> ask(socket, 2)).isInstanceOf(SocketTimeoutException.class);

      assertThat(asked).hasValue(1);
      proxy.heal();
      assertThat(socket.getInputStream().read()).isEqualTo(3);
    }
  }

  @Test
  void answersAloneMayVanish() throws IOException {
    try (Socket socket = connect()) {
      proxy.cut(Manner.ANSWERS_VANISH);

      assertThatThrownBy(() -> ask(socket, 2)).isInstanceOf(SocketTimeoutException.class);

      assertThat(Control.await(10, () -> asked.get() == 1)).isTrue();
      proxy.heal();
      assertThat(socket.getInputStream().read()).isEqualTo(3);
    }
  }

  @Test
  void aNewConnectionHearsNothingDuringACut() throws IOException {
    proxy.cut(Manner.VANISH);
    try (Socket socket = connect()) {
      assertThatThrownBy(() -> ask(socket, 2)).isInstanceOf(SocketTimeoutException.class);

      proxy.heal();
      assertThat(socket.getInputStream().read()).isEqualTo(3);
    }
  }

  @Test
  void aResetBreaksConnectionsOldAndNew() throws IOException {
    try (Socket old = connect()) {
      ask(old, 1);
      proxy.cut(Manner.RESET);

      assertThatThrownBy(() -> ask(old, 2)).isInstanceOf(SocketException.class);
      try (Socket fresh = connect()) {
        assertThatThrownBy(() -> ask(fresh, 2)).isInstanceOf(SocketException.class);
      }
    }

    proxy.heal();
    try (Socket later = connect()) {
      assertThat(ask(later, 2)).isEqualTo(3);
    }
  }

  @Test
  void aServerThatIsDownIsAPortThatBreaksConnections() throws IOException {
    server.close();

    try (Socket socket = connect()) {
      assertThatThrownBy(() -> ask(socket, 2)).isInstanceOf(SocketException.class);
    }
  }
}
