package org.tanada.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A node that is ready and invites copies, takes so many bytes of one, and then breaks the
 * connection.
 */
final class BreakingNode implements AutoCloseable {
  private final ServerSocket server;
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
  private volatile int takes;
  private volatile boolean asked;

  BreakingNode(int port) throws IOException {
    this.server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    // Not virtual: such a one keeps the socket open after close() until it wakes, and takes one
    // more.
    Thread.ofPlatform().daemon().start(this::serve);
  }

  /** How many bytes of the next copy it takes before it breaks. */
  void takes(int bytes) {
    takes = bytes;
    asked = false;
  }

  /** Whether a copy was begun since. */
  boolean asked() {
    return asked;
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private void serve() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        sockets.add(socket);
        Thread.ofVirtual().start(() -> answer(socket));
      } catch (IOException e) {
        if (!server.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void answer(Socket socket) {
    try (socket) {
      InputStream in = socket.getInputStream();
      for (String head = head(in); !head.isEmpty(); head = head(in)) {
        if (head.startsWith("PUT /internal/replicas/")) {
          asked = true;
          say(socket, "HTTP/1.1 100 Continue\r\n\r\n");
          in.readNBytes(takes);
          return;
        }
        say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK");
      }
    } catch (IOException e) {
      if (!server.isClosed()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(UTF_8));
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    for (int c = in.read(); c >= 0; c = in.read()) {
      head.append((char) c);
      if (head.toString().endsWith("\r\n\r\n")) {
        return head.toString();
      }
    }
    return "";
  }
}
