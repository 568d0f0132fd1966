package org.tanada.balancer;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.tanada.common.membership.Node;

/** A server that misbehaves on the wire: it reads a head, then does what the script says. */
final class ScriptedServer implements AutoCloseable {
  final List<String> heads = new CopyOnWriteArrayList<>();
  private final ServerSocket socket = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());

  ScriptedServer(Script script) throws IOException {
    // Not virtual: such a one keeps the socket open after close() until it wakes, and takes one
    // more.
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          while (!socket.isClosed()) {
            try {
              Socket client = socket.accept();
              Thread.ofVirtual().start(() -> serve(client, script));
            } catch (IOException e) {
              return; // closed
            }
          }
        });
  }

  Node node() {
    URI address = URI.create("http://127.0.0.1:" + socket.getLocalPort());
    return new Node("app-bad", address, address, Map.of());
  }

  private void serve(Socket client, Script script) {
    try (client) {
      StringBuilder head = new StringBuilder();
      InputStream in = client.getInputStream();
      for (int c; head.indexOf("\r\n\r\n") < 0 && (c = in.read()) >= 0; ) {
        head.append((char) c);
      }
      if (head.indexOf("/actuator/health") >= 0) {
        client.getOutputStream().write(text("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        return;
      }
      heads.add(head.toString());
      script.play(client);
    } catch (IOException e) {
      heads.add("failed: " + e);
    }
  }

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** What happens after the head; the connection is closed afterwards. */
  interface Script {
    void play(Socket client) throws IOException;
  }
}
