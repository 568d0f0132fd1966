package org.tanada.cdn.server;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tanada.cdn.cache.HttpDate;
import org.tanada.common.credential.testing.TestCredentials;
import org.tanada.common.permission.ServiceName;

/** A client that sees every byte, also a body that breaks off. */
final class Http implements AutoCloseable {
  static final String CREDENTIAL = TestCredentials.of(ServiceName.FRONT, ServiceName.EDGE);

  private final Socket socket;
  private final InputStream in;

  Http(int port) {
    try {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(20_000);
      in = new BufferedInputStream(socket.getInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String now() {
    return HttpDate.format(Instant.now());
  }

  static String ago(long seconds) {
    return HttpDate.format(Instant.now().minusSeconds(seconds));
  }

  /** One GET over a connection of its own. */
  static Answer get(int port, String uri, String... fields) {
    return call(port, "GET", uri, fields);
  }

  static Answer call(int port, String method, String uri, String... fields) {
    try (Http http = new Http(port)) {
      http.send(method, uri, fields);
      return http.answer(method.equals("HEAD"));
    }
  }

  void send(String method, String uri, String... fields) {
    StringBuilder head = new StringBuilder(method + " " + uri + " HTTP/1.1\r\nHost: shop.test\r\n");
    head.append("Tanada-Service-Credential: ").append(CREDENTIAL).append("\r\n");
    for (String field : fields) {
      head.append(field).append("\r\n");
    }
    raw(head.append("\r\n").toString());
  }

  void raw(String text) {
    try {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Answer answer(boolean bodiless) {
    try {
      Answer head = head();
      byte[] body = new byte[0];
      boolean complete = true;
      if (head.status == 0) {
        return head; // cut before the head
      }
      if (!bodiless && head.status != 304 && head.status != 204) {
        ByteArrayOutputStream collected = new ByteArrayOutputStream();
        complete =
            "chunked".equals(head.header("Transfer-Encoding"))
                ? chunks(collected)
                : read(collected, Long.parseLong(head.header("Content-Length")));
        body = collected.toByteArray();
      }
      return new Answer(head.status, head.headers, body, complete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Answer head() throws IOException {
    String line = line();
    if (line == null) {
      return new Answer(0, Map.of(), new byte[0], false);
    }
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String field = line(); field != null && !field.isEmpty(); field = line()) {
      int colon = field.indexOf(':');
      headers
          .computeIfAbsent(field.substring(0, colon), name -> new ArrayList<>())
          .add(field.substring(colon + 1).trim());
    }
    return new Answer(Integer.parseInt(line.split(" ", -1)[1]), headers, new byte[0], true);
  }

  /** So many bytes as they arrive. */
  byte[] bytes(int count) throws IOException {
    return in.readNBytes(count);
  }

  /** Whether the edge has closed the connection. */
  boolean isClosed() {
    try {
      return in.read() < 0;
    } catch (IOException e) {
      return true;
    }
  }

  private boolean chunks(ByteArrayOutputStream into) throws IOException {
    while (true) {
      String size = line();
      if (size == null) {
        return false;
      }
      long count = Long.parseLong(size, 16);
      if (!read(into, count)) {
        return false;
      }
      if (line() == null) {
        return false;
      }
      if (count == 0) {
        return true;
      }
    }
  }

  private boolean read(ByteArrayOutputStream into, long count) throws IOException {
    byte[] buffer = new byte[65536];
    long left = count;
    while (left > 0) {
      int read;
      try {
        read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
      } catch (IOException e) {
        return false;
      }
      if (read < 0) {
        return false;
      }
      into.write(buffer, 0, read);
      left -= read;
    }
    return true;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        return null;
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What came back. */
  @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
  record Answer(int status, Map<String, List<String>> headers, byte[] body, boolean complete) {
    String header(String name) {
      return headers.containsKey(name) ? String.join(", ", headers.get(name)) : null;
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    String cacheStatus() {
      return header("Cache-Status");
    }
  }
}
