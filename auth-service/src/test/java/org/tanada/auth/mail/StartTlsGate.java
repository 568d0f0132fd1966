package org.tanada.auth.mail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * Stands before an SMTP server that knows no STARTTLS (RFC 3207), and takes nothing else in the
 * clear.
 */
final class StartTlsGate implements AutoCloseable {
  private final ServerSocket listening;
  private final SSLContext tls;
  private final int behind;

  StartTlsGate(SSLContext tls, int behind) {
    this.tls = tls;
    this.behind = behind;
    try {
      listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      BufferedReader commands =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
      say(client, "220 gate");
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        String command = line.toUpperCase(Locale.ROOT);
        if (command.startsWith("EHLO")) {
          say(client, "250-gate\r\n250 STARTTLS");
        } else if (command.equals("STARTTLS")) {
          say(client, "220 go ahead");
          secure(client);
          return;
        } else {
          say(client, "530 Must issue a STARTTLS command first");
        }
      }
    } catch (IOException e) {
      // a client that does not trust us hangs up
    }
  }

  private void secure(Socket client) throws IOException {
    try (SSLSocket secured =
            (SSLSocket) tls.getSocketFactory().createSocket(client, client.getInputStream(), true);
        Socket server = new Socket(InetAddress.getLoopbackAddress(), behind)) {
      secured.startHandshake();
      greeting(server.getInputStream());
      Thread.ofVirtual().start(() -> pass(server, secured));
      secured.getInputStream().transferTo(server.getOutputStream());
    }
  }

  /** The client has had one. */
  private static void greeting(InputStream in) throws IOException {
    while (in.read() != '\n') {
      // the rest of the line
    }
  }

  private static void pass(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // either side has hung up
    }
  }

  private static void say(Socket client, String line) throws IOException {
    client.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
